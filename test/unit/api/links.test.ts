import fastify from 'fastify';
import { expect, it } from 'vitest';
import { registerLinks } from '../../../electron/engine/api/http/links.ts';

it.each([
  ['/alerts', './#/alerts'],
  ['/alerts?receiver=x&filter=%7Bsite%3D%22a%20b%22%7D', './#/alerts?label=%7Bsite%3D%22a%20b%22%7D'],
  ['/graph', './#/explore'],
  ['/graph?g0.expr=up%20%3D%3D%200&g0.tab=1', './#/explore?q=%5B%22up%20%3D%3D%200%22%5D&view=table'],
  ['/graph?g0.expr=a&g0.tab=0&g1.expr=%22%5C&g11.expr=c', './#/explore?q=%5B%22a%22%2C%22%5C%22%5C%5C%22%5D'],
  ['/graph?g0.expr=//evil.example/', './#/explore?q=%5B%22%2F%2Fevil.example%2F%22%5D'],
])('%s leads to %s', async (url, location) => {
  const app = fastify();
  registerLinks(app);
  const answer = await app.inject(url);
  expect([answer.statusCode, answer.headers['location']]).toEqual([302, location]);
  await app.close();
});
