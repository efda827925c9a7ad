import { describe, expect, it } from 'vitest';
import {
  ipv6PoolCollector,
  poolCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/pool/index.ts';
import { run } from './harness.ts';

describe('pools', () => {
  it('v6 and v7 before 7.17: the router counts what is taken', async () => {
    const { lines, asked } = await run(poolCollector, {
      '/ip/pool': [
        { name: 'dhcp', ranges: '10.0.0.10-10.0.0.254' },
        { name: 'ppp', ranges: '10.1.0.0/24,10.2.0.1,10.3.0.255-10.3.1.1' },
      ],
      '/ip/pool/used': (words) => (words.endsWith('?pool=dhcp') ? 112 : 0),
    });
    expect(asked.slice(1)).toEqual([
      '/ip/pool/used/print =count-only= ?pool=dhcp',
      '/ip/pool/used/print =count-only= ?pool=ppp',
    ]);
    expect(lines).toEqual([
      'mktxp_ip_pool_used{pool="dhcp"} 112',
      'mktxp_ip_pool_total{pool="dhcp"} 245',
      'mktxp_ip_pool_used{pool="ppp"} 0',
      'mktxp_ip_pool_total{pool="ppp"} 260',
    ]);
  });

  it('newer versions tell it with the pool', async () => {
    const { lines, asked } = await run(poolCollector, {
      '/ip/pool': [{ name: 'dhcp', ranges: '10.0.0.10-10.0.0.254', total: '245', used: '3', available: '242' }],
    });
    expect(asked).toHaveLength(1);
    expect(lines).toEqual(['mktxp_ip_pool_used{pool="dhcp"} 3', 'mktxp_ip_pool_total{pool="dhcp"} 245']);
  });

  it.each(['', 'x', '10.0.0.9-10.0.0.1', '10.0.0.0/33', '10.0.0.1-', '10.0.0.1,,10.0.0.2'])(
    'ranges that are none have no size: %j',
    async (ranges) => {
      const { lines } = await run(poolCollector, { '/ip/pool': [{ name: 'p', ranges, used: '1' }, {}] });
      expect(lines).toEqual(['mktxp_ip_pool_used{pool="p"} 1']);
    },
  );

  it('IPv6: prefixes of a length', async () => {
    const { lines } = await run(ipv6PoolCollector, {
      '/ipv6/pool': [
        { name: 'pd', prefix: '2001:db8::/48', 'prefix-length': '56' },
        { name: 'odd', prefix: '2001:db8::/64', 'prefix-length': '56' },
      ],
      '/ipv6/pool/used': 17,
    });
    expect(lines).toEqual([
      'mktxp_ip_pool_used_ipv6{pool="pd"} 17',
      'mktxp_ip_pool_total_ipv6{pool="pd"} 256',
      'mktxp_ip_pool_used_ipv6{pool="odd"} 17',
    ]);
  });

  it('none; no table of what is taken; no package ipv6', async () => {
    expect((await run(poolCollector, { '/ip/pool': [] })).lines).toEqual([]);
    const { lines, isAbsent } = await run(poolCollector, { '/ip/pool': [{ name: 'p', ranges: '10.0.0.1' }] });
    expect([lines, isAbsent]).toEqual([['mktxp_ip_pool_total{pool="p"} 1'], false]);
    expect(await run(ipv6PoolCollector, {})).toMatchObject({ lines: [], error: undefined, isAbsent: true });
  });
});
