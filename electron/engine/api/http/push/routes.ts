// POST /api/v1/clients/{id}/metrics and /api/v1/headends/{id}/metrics: bounded, answered in JSON once it is stored.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Admitted,
  isStoreTrouble,
  type Push,
  type Refusal,
  type SenderKind,
} from '../../../collectors/push/index.ts';
import type { Logger } from '../../../telemetry/index.ts';
import { MAX_BODY_BYTES, readBody } from './body.ts';

const RETRY_BUSY_S = 1;
const RETRY_STORE_S = 5;
/** Bodies that may be read at the same time. */
const MAX_AT_ONCE = 64;

const PATHS: Readonly<Record<SenderKind, string>> = {
  client: '/api/v1/clients/:id/metrics',
  headend: '/api/v1/headends/:id/metrics',
};

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  405: 'method_not_allowed',
  413: 'too_large',
  415: 'unsupported_media_type',
  422: 'bad_data',
  429: 'too_many_requests',
  503: 'unavailable',
};

type AnyRefusal = Omit<Refusal, 'status'> & { readonly status: number };

const kindOf = ({ routeOptions: { url } }: FastifyRequest): SenderKind =>
  url === PATHS.headend ? 'headend' : 'client';

export function registerPush(app: FastifyInstance, options: { readonly push: Push; readonly logger: Logger }): void {
  const { receiver } = options.push;
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  let underWay = 0;

  const refuse = (reply: FastifyReply, kind: SenderKind, refusal: AnyRefusal): FastifyReply => {
    const { status, code, error, retryAfterS } = refusal;
    receiver.accounts.requests.add(kind, status);
    if (retryAfterS !== undefined) reply.header('Retry-After', retryAfterS);
    if (status === 401) reply.header('WWW-Authenticate', 'Bearer realm="linewarden"');
    const errorType = ERROR_TYPES[status] ?? (status < 500 ? 'bad_data' : 'internal');
    return reply.code(status).send({ status: 'error', errorType, error, code });
  };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, request, reply) => {
    const failure = error as { readonly statusCode?: number; readonly message: string };
    const status = failure.statusCode ?? 500;
    if (status === 413) return refuse(reply, kindOf(request), tooLarge());
    if (status < 500)
      return refuse(reply, kindOf(request), { status, code: 'LW_PUSH_REQUEST', error: failure.message });
    options.logger.error({ err: error }, 'a push failed unexpectedly');
    return refuse(reply, kindOf(request), { status: 500, code: 'LW_PUSH_FAILED', error: 'internal error' });
  });

  for (const kind of ['client', 'headend'] as const) {
    app.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: PATHS[kind],
      handler: async (_request, reply) => {
        reply.header('Allow', 'POST');
        return refuse(reply, kind, { status: 405, code: 'LW_PUSH_METHOD', error: 'metrics are sent by POST' });
      },
    });
    app.route<{ Params: { id: string } }>({
      method: 'POST',
      url: PATHS[kind],
      onRequest: async (request, reply) => {
        const { headers, params, ip } = request;
        const sender = await receiver.admit(kind, params.id, headers.authorization, ip);
        if ('status' in sender) return refuse(reply, kind, sender);
        const unsupported = unsupportedIn(headers);
        if (unsupported !== undefined)
          return refuse(reply, kind, { status: 415, code: 'LW_PUSH_MEDIA_TYPE', error: unsupported });
        if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) return refuse(reply, kind, tooLarge());
        if (underWay >= MAX_AT_ONCE) {
          const error = 'too much is being sent at once; try again';
          return refuse(reply, kind, { status: 503, code: 'LW_PUSH_BUSY', error, retryAfterS: RETRY_BUSY_S });
        }
        underWay++;
        reply.raw.once('close', () => underWay--);
        admitted.set(request, sender);
        return undefined;
      },
      handler: async (request, reply) => {
        const sender = admitted.get(request);
        if (sender === undefined) throw new Error('a push that nobody admitted');
        const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
        const text = await readBody(body, request.headers['content-encoding']);
        if (typeof text !== 'string') {
          return refuse(
            reply,
            kind,
            text.fault === 'too large' ? tooLarge() : { status: 422, code: 'LW_PUSH_BODY', error: text.fault },
          );
        }
        try {
          const answer = await receiver.receive(sender, text);
          if (answer.status !== 200) return refuse(reply, kind, answer);
          receiver.accounts.requests.add(kind, 200);
          const { accepted, late, warnings } = answer;
          return reply.send({ status: 'success', accepted, late, warnings });
        } catch (error) {
          if (!isStoreTrouble(error)) throw error;
          const { message } = error as Error;
          return refuse(reply, kind, {
            status: 503,
            code: 'LW_PUSH_STORE',
            error: message,
            retryAfterS: RETRY_STORE_S,
          });
        }
      },
    });
  }
}

const tooLarge = (): AnyRefusal => ({
  status: 413,
  code: 'LW_PUSH_TOO_LARGE',
  error: `the body is too large: at most ${MAX_BODY_BYTES} bytes are read, unpacked too`,
});

/** Clients that say nothing of their body mean JSON. */
function unsupportedIn(headers: FastifyRequest['headers']): string | undefined {
  const [media = ''] = (headers['content-type'] ?? 'application/json').split(';');
  if (media.trim().toLowerCase() !== 'application/json')
    return `expected the content type application/json, got ${media.trim()}`;
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  return encoding === 'gzip' || encoding === 'identity'
    ? undefined
    : `the encoding ${encoding} is not accepted here; only gzip is`;
}
