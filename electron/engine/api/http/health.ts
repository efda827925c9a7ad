// Whether the engine lives and is ready, for probes: without a token, and so without anybody's name.
import type { FastifyInstance } from 'fastify';

export type HealthCounts = Readonly<Record<string, number | string>>;

export function registerHealth(
  app: FastifyInstance,
  options: { readonly notReady: () => string | undefined; readonly counts: () => Promise<HealthCounts> },
): void {
  const plain = { 'Content-Type': 'text/plain; charset=utf-8' };
  app.get('/health', async (_request, reply) => reply.headers(plain).send('OK'));
  app.get('/healthz', async (_request, reply) => {
    const reason = options.notReady();
    return reply.send({ status: reason === undefined ? 'ok' : 'not ready', ...(await options.counts()) });
  });
  app.get('/-/healthy', async (_request, reply) => reply.headers(plain).send('Linewarden is healthy.\n'));
  for (const [url, ready] of [
    ['/ready', 'OK'],
    ['/-/ready', 'Linewarden is ready.\n'],
  ] as const) {
    app.get(url, async (_request, reply) => {
      const reason = options.notReady();
      reply.headers(plain);
      return reason === undefined ? reply.send(ready) : reply.code(503).send(`${reason}\n`);
    });
  }
}
