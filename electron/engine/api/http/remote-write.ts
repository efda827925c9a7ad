// POST /api/v1/write: what may be sent is checked before the body is read, and only so much of it is read at once.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isStoreTrouble, MAX_COMPRESSED_BYTES, type RemoteWriteReceiver } from '../../collectors/remote-write/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { BearerOf } from './guard.ts';

const MEDIA_TYPE = 'application/x-protobuf';
const MESSAGE = 'prometheus.WriteRequest';
/** Seconds after which a sender may try again: when others are done, and when the store may have recovered. */
const RETRY_BUSY_S = 1;
const RETRY_STORE_S = 5;

/** Answers are plain text: senders log their first line. */
export function registerRemoteWrite(
  app: FastifyInstance,
  options: { readonly receiver: RemoteWriteReceiver; readonly bearer: BearerOf; readonly logger: Logger },
): void {
  const { receiver, bearer, logger } = options;
  const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, text: string): FastifyReply => {
    receiver.answered(senderOf(bearer, request), status);
    return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_COMPRESSED_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, request, reply) => {
    const failure = error as { readonly statusCode?: number; readonly message: string };
    const status = failure.statusCode ?? 500;
    if (status < 500) return refuse(request, reply, status, failure.message);
    logger.error({ err: error }, 'a remote write failed unexpectedly');
    return refuse(request, reply, 500, 'internal error');
  });

  app.addHook('onRequest', async (request, reply) => {
    const unsupported = unsupportedIn(request.headers);
    if (unsupported !== undefined) return refuse(request, reply, 415, unsupported);
    const bytes = Number(request.headers['content-length'] ?? MAX_COMPRESSED_BYTES);
    if (bytes > MAX_COMPRESSED_BYTES) {
      return refuse(request, reply, 413, `the request is too large: at most ${MAX_COMPRESSED_BYTES} bytes are read`);
    }
    const release = receiver.admit(bytes);
    if (release === undefined) {
      reply.header('Retry-After', RETRY_BUSY_S);
      return refuse(request, reply, 503, 'too much is being written at once; try again');
    }
    reply.raw.once('close', release);
    return undefined;
  });

  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/api/v1/write',
    handler: async (request, reply) => {
      reply.header('Allow', 'POST');
      return refuse(request, reply, 405, 'samples are sent by POST');
    },
  });
  app.post('/api/v1/write', async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    try {
      const { status, text } = await receiver.receive(body, senderOf(bearer, request), request.ip);
      reply.code(status);
      return status === 204 ? reply.send() : reply.type('text/plain; charset=utf-8').send(`${text}\n`);
    } catch (error) {
      if (isStoreTrouble(error)) {
        reply.header('Retry-After', RETRY_STORE_S);
        return refuse(request, reply, 503, (error as Error).message);
      }
      if (!(error instanceof LinewardenError)) throw error;
      return refuse(request, reply, error.code === 'LW_REMOTE_WRITE_TOO_LARGE' ? 413 : 400, error.message);
    }
  });
}

const senderOf = (bearer: BearerOf, request: FastifyRequest): string =>
  bearer(request.headers.authorization)?.name ?? '';

/** Why a message of this kind cannot be read; as in Prometheus, what is not said is taken for 1.0 in Snappy. */
function unsupportedIn(headers: FastifyRequest['headers']): string | undefined {
  const [media = '', ...parameters] = (headers['content-type'] ?? MEDIA_TYPE).split(';').map((part) => part.trim());
  if (media.toLowerCase() !== MEDIA_TYPE) return `expected the content type ${MEDIA_TYPE}, got ${media}`;
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name === 'proto' && value !== MESSAGE) {
      return `${value} is not accepted here; send ${MESSAGE} (remote write 1.0)`;
    }
  }
  const encoding = headers['content-encoding'] ?? 'snappy';
  if (encoding.toLowerCase() === 'snappy') return undefined;
  return `the encoding ${encoding} is not accepted here; only snappy is`;
}
