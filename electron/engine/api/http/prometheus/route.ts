// How a route of Prometheus's API is answered: parameters from the URL and the form, the envelope, 405 and 404.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Logger } from '../../../telemetry/index.ts';
import type { CancelSignal } from '../../../store/metrics/index.ts';
import { ClientGone } from './client-gone.ts';
import { failureOf } from './envelope.ts';
import { EncodedJson } from './query-answer.ts';

export type Method = 'GET' | 'POST' | 'PUT';

/** Gives the answer's body: an envelope, or JSON that is encoded already; undefined answers 204. Throws ApiError and QueryError. */
export type Handler = (
  params: URLSearchParams,
  signal: CancelSignal,
  request: FastifyRequest,
) => Promise<object | undefined>;

export type AddRoute = (url: string, handler: Handler, methods?: readonly Method[]) => void;

const BODY_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Adds routes, by GET and POST unless told otherwise; other methods are answered with 405. */
export const routesOn =
  (app: FastifyInstance, logger: Logger): AddRoute =>
  (url, handler, methods = ['GET', 'POST']) => {
    app.route({
      method: [...methods],
      url,
      handler: (request, reply) => answer(request, reply, handler, logger),
    });
    const others = (['GET', ...BODY_METHODS] as const).filter((method) => !methods.some((one) => one === method));
    app.route({
      method: others,
      url,
      handler: async (request, reply) =>
        reply
          .code(405)
          .header('Allow', methods.join(', '))
          .send(failed('bad_data', `${request.method} is not allowed here; use ${methods.join(' or ')}`)),
    });
  };

const failed = (errorType: string, error: string): object => ({ status: 'error', errorType, error });

/** What is not there, in the envelope where an API client asks. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply): unknown {
  const path = pathOf(request.url);
  if (!path.startsWith('/api/')) return reply.code(404).type('text/plain').send('404 page not found\n');
  return reply.code(404).send(failed('not_found', `there is no ${path}`));
}

/** A request that the server could not read, such as a body that is too large. */
export function answerUnreadable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): unknown {
  const status = error.statusCode ?? 500;
  const message = status < 500 ? error.message : 'internal error';
  if (!pathOf(request.url).startsWith('/api/')) return reply.code(status).type('text/plain').send(`${message}\n`);
  return reply.code(status).send(failed(status < 500 ? 'bad_data' : 'internal', message));
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  handler: Handler,
  logger: Logger,
): Promise<unknown> {
  try {
    const found = await handler(paramsOf(request), new ClientGone(reply.raw), request);
    if (found === undefined) return reply.code(204).send();
    if (!(found instanceof EncodedJson)) return found;
    const { headers, body } = await found.payload();
    return reply.headers(headers).send(body);
  } catch (error) {
    const { status, body } = failureAnswer(error, logger, request.routeOptions.url ?? '');
    return reply.code(status).send(body);
  }
}

/** What a request that failed is answered with; what is unexpected is logged. */
export function failureAnswer(
  error: unknown,
  logger: Logger,
  url: string,
): { readonly status: number; readonly body: object } {
  const failure = failureOf(error);
  if (failure !== undefined) return failure;
  const message = error instanceof LinewardenError ? error.message : 'internal error';
  logger.error({ err: error, url }, 'a request failed unexpectedly');
  return { status: 500, body: failed('internal', message) };
}

/** The form body's parameters, then the URL's, as in Go: the first of a name counts where there can be only one. */
function paramsOf(request: FastifyRequest): URLSearchParams {
  const query = request.url.indexOf('?');
  const inUrl = new URLSearchParams(query < 0 ? '' : request.url.slice(query + 1));
  if (!(request.body instanceof URLSearchParams)) return inUrl;
  const params = new URLSearchParams(request.body);
  for (const [name, value] of inUrl) params.append(name, value);
  return params;
}
