// Addresses as Prometheus and Alertmanager have them, which messages and their users' templates link to: where they lead here.
import type { FastifyInstance } from 'fastify';

const MAX_QUERIES = 10;

export function registerLinks(app: FastifyInstance): void {
  app.get('/graph', async (request, reply) => reply.redirect(exploreAddress(paramsOf(request.url))));
  app.get('/alerts', async (request, reply) => {
    const filter = paramsOf(request.url).get('filter') ?? '';
    return reply.redirect(filter === '' ? './#/alerts' : `./#/alerts?label=${encodeURIComponent(filter)}`);
  });
}

/** `g0.expr`, `g1.expr` ... and `g0.tab=1`, as in the generator's URL of an alert. */
function exploreAddress(params: URLSearchParams): string {
  const exprs: string[] = [];
  for (let place = 0; place < MAX_QUERIES; place++) {
    const expr = params.get(`g${place}.expr`) ?? '';
    if (expr.trim() !== '') exprs.push(expr);
  }
  if (exprs.length === 0) return './#/explore';
  const view = ['1', 'table'].includes(params.get('g0.tab') ?? '') ? '&view=table' : '';
  return `./#/explore?q=${encodeURIComponent(JSON.stringify(exprs))}${view}`;
}

const paramsOf = (url: string): URLSearchParams => {
  const query = url.indexOf('?');
  return new URLSearchParams(query < 0 ? '' : url.slice(query + 1));
};
