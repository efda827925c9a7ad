// Queries by GET that are allowed, answered past the framework: for one of a millisecond it would be a third of the time.
// All else, a refusal included, goes the usual way, so that each check and each refusal is written once.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Logger } from '../../telemetry/index.ts';
import { ClientGone } from './prometheus/client-gone.ts';
import type { QueryHandler } from './prometheus/queries.ts';
import { EncodedJson } from './prometheus/query-answer.ts';
import { failureAnswer } from './prometheus/route.ts';

/** Headers of whatever is answered. */
export const EVERY_ANSWER = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };

export type ShortcutOptions = {
  readonly handlers: ReadonlyMap<string, QueryHandler>;
  /** By the same checks as the usual way's: Host, Origin, token and its scope. */
  readonly isAllowed: (request: IncomingMessage) => boolean;
  readonly logger: Logger;
};

/** Takes the place of the server's own listener, and leaves to it what is not for the short way. */
export function shortcut(server: Server, options: ShortcutOptions): void {
  const usual = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // A server that is closing refuses, which the usual way does.
    const handler = server.listening ? handlerOf(request, options) : undefined;
    if (handler === undefined) for (const listener of usual) listener.call(server, request, response);
    else void answer(request, response, handler, options.logger);
  });
}

function handlerOf(request: IncomingMessage, { handlers, isAllowed }: ShortcutOptions): QueryHandler | undefined {
  const { method, url = '', headers } = request;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  if (method !== 'GET' || hasBody) return undefined;
  const query = url.indexOf('?');
  const handler = handlers.get(query < 0 ? url : url.slice(0, query));
  return handler !== undefined && isAllowed(request) ? handler : undefined;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handler: QueryHandler,
  logger: Logger,
): Promise<void> {
  const { url = '' } = request;
  const query = url.indexOf('?');
  try {
    const params = new URLSearchParams(query < 0 ? '' : url.slice(query + 1));
    const found = await handler(params, new ClientGone(response));
    const encoded = new EncodedJson(found, request.headers['accept-encoding']).payload();
    const { headers, body } = encoded instanceof Promise ? await encoded : encoded;
    if (body instanceof Buffer) {
      response.writeHead(200, { ...headers, ...EVERY_ANSWER, 'Content-Length': body.length }).end(body);
    } else {
      response.writeHead(200, { ...headers, ...EVERY_ANSWER });
      // An answer of which the rest does not come is broken off: whole JSON would be taken for the whole answer.
      pipeline(body, response, () => undefined);
    }
  } catch (error) {
    const { status, body } = failureAnswer(error, logger, query < 0 ? url : url.slice(0, query));
    const text = JSON.stringify(body);
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) };
    response.writeHead(status, { ...headers, ...EVERY_ANSWER }).end(text);
  }
}
