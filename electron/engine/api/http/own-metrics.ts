// GET /metrics: Linewarden's own metrics and what was pushed, behind a token of its own or one that may read.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MetricsTokens } from '../../keys/index.ts';
import { CONTENT_TYPES, expose, negotiate, type OwnMetric } from '../../telemetry/index.ts';
import { offeredToken } from './access.ts';
import { type BearerOf, requireScope } from './guard.ts';

export type OwnMetricsApi = {
  readonly families: () => readonly OwnMetric[];
  readonly tokens?: Pick<MetricsTokens, 'accepts'> | undefined;
};

export function registerOwnMetrics(
  app: FastifyInstance,
  options: { readonly api: OwnMetricsApi; readonly bearer: BearerOf },
): void {
  const { api } = options;
  const mayRead = requireScope(options.bearer, 'read');
  app.get('/metrics', {
    onRequest(request: FastifyRequest, reply: FastifyReply, done: () => void) {
      const offered = offeredToken(request.headers.authorization);
      if (offered !== undefined && api.tokens?.accepts(offered) === true) done();
      else mayRead(request, reply, done);
    },
    handler: async (request, reply) => {
      const format = negotiate(request.headers.accept);
      return reply
        .headers({ 'Content-Type': CONTENT_TYPES[format], Vary: 'Accept' })
        .send(expose(api.families(), format));
    },
  });
}
