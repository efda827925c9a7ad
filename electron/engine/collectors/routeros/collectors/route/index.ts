// How many routes there are of each kind, counted by the router: a full table is never read.
import type { Sample } from '../../samples.ts';
import type { Collector, RouterSession } from '../collector.ts';

const PROTOCOLS = ['connect', 'dynamic', 'static', 'bgp', 'ospf'];

async function routeSamples(session: RouterSession, menu: string, suffix: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  const total = await session.count(menu);
  if (total !== undefined) {
    samples.push({ name: `mktxp_routes_total_routes${suffix}`, labels: {}, value: total });
  }
  for (const protocol of PROTOCOLS) {
    const value = await session.count(menu, { queries: [`${protocol}=yes`] });
    if (value !== undefined) {
      samples.push({ name: `mktxp_routes_protocol_count${suffix}`, labels: { protocol }, value });
    }
  }
  return samples;
}

export const routeCollector: Collector = {
  name: 'route',
  mktxpName: 'RouteCollector',
  reads: 'how many IPv4 routes it has of each kind',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  collect: (session) => routeSamples(session, '/ip/route', ''),
};

export const ipv6RouteCollector: Collector = {
  name: 'ipv6_route',
  mktxpName: 'RouteCollector',
  reads: 'how many IPv6 routes it has of each kind',
  enabled: 'off',
  defaultIntervalMs: 60_000,
  collect: (session) => routeSamples(session, '/ipv6/route', '_ipv6'),
};
