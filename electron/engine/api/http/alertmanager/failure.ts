// What a request that is not taken is answered with: an object where it is malformed, else a sentence, as in Alertmanager.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Logger } from '../../../telemetry/index.ts';

/** A request that was read and is refused; the answer is its message as a JSON string. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A request whose form is wrong; the answer is {code, message}. Codes from 600 on say which check failed. */
export class Malformed extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, message: string, code = status) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const STATUS: Readonly<Record<string, number>> = { LW_SILENCE_INVALID: 400, LW_SILENCE_UNKNOWN: 404 };

const sentence = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('application/json').send(JSON.stringify(text));

const object = (reply: FastifyReply, status: number, message: string, code = status): FastifyReply =>
  reply.code(status).send({ code, message });

/** Answers what routes of this app throw, and what is not there. */
export function answerFailures(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    object(reply, 404, `path ${request.url.split('?', 1)[0] ?? ''} was not found`),
  );
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Refused) return sentence(reply, error.status, error.message);
    if (error instanceof Malformed) return object(reply, error.status, error.message, error.code);
    const known = error instanceof LinewardenError ? STATUS[error.code] : undefined;
    if (known !== undefined) return sentence(reply, known, (error as LinewardenError).message);
    const { statusCode = 500, message } = error as { readonly statusCode?: number; readonly message: string };
    if (statusCode < 500) return object(reply, statusCode, message);
    logger.error({ err: error, url: request.routeOptions.url }, 'a request failed unexpectedly');
    return object(reply, 500, 'internal error');
  });
}
