import { describe, expect, it } from 'vitest';
import {
  ipv6RouteCollector,
  routeCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/route/index.ts';
import { run } from './harness.ts';

const answer = (words: string): number => {
  const queries = ['?connect=yes', '?dynamic=yes', '?static=yes', '?bgp=yes', '?ospf=yes'];
  return [1_012_345, 12, 1_012_340, 5, 1_012_300, 28][1 + queries.findIndex((query) => words.endsWith(query))] ?? -1;
};

describe('routes', () => {
  it('are counted by the router, never printed', async () => {
    const { lines, asked } = await run(routeCollector, { '/ip/route': answer });
    expect(asked).toHaveLength(6);
    expect(asked.every((words) => words.startsWith('/ip/route/print =count-only='))).toBe(true);
    expect(lines).toEqual([
      'mktxp_routes_total_routes{} 1012345',
      'mktxp_routes_protocol_count{protocol="connect"} 12',
      'mktxp_routes_protocol_count{protocol="dynamic"} 1012340',
      'mktxp_routes_protocol_count{protocol="static"} 5',
      'mktxp_routes_protocol_count{protocol="bgp"} 1012300',
      'mktxp_routes_protocol_count{protocol="ospf"} 28',
    ]);
  });

  it('IPv6 has names of its own, and may not be there', async () => {
    const { lines } = await run(ipv6RouteCollector, { '/ipv6/route': 0 });
    expect(lines.slice(0, 2)).toEqual([
      'mktxp_routes_total_routes_ipv6{} 0',
      'mktxp_routes_protocol_count_ipv6{protocol="connect"} 0',
    ]);
    expect(await run(ipv6RouteCollector, {})).toMatchObject({ lines: [], error: undefined, isAbsent: true });
  });
});
