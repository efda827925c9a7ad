// Labels of a route: told with what takes it, added to those of the routes above.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { routingSchema } from '../../../../electron/engine/alerting/routing/config.ts';
import { routesOf, routeTree } from '../../../../electron/engine/alerting/routing/route.ts';
import { Labels } from '../../../../shared/model/labels.ts';

const config = {
  route: {
    receiver: 'all',
    labels: { team: 'noc', tier: 1 },
    routes: [{ matchers: ['site="north"'], labels: { team: 'north' } }, { matchers: ['site="south"'] }],
  },
  receivers: [{ name: 'all' }],
};

it.each([
  ['north', { team: 'north', tier: '1' }],
  ['south', { team: 'noc', tier: '1' }],
  ['east', { team: 'noc', tier: '1' }],
])('an alert of %s has those of its route', (site, labels) => {
  const tree = routeTree(routingSchema({}).parse(config).route);
  expect(routesOf(tree, Labels.fromRecord({ site })).map((route) => route.labels)).toEqual([labels]);
});

it('are texts', () => {
  const told = routingSchema({}).safeParse({ ...config, route: { ...config.route, labels: { team: ['a'] } } });
  expect(z.treeifyError(told.error as z.ZodError)).toMatchObject({
    properties: { route: { properties: { labels: {} } } },
  });
});
