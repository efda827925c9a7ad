import { describe, expect, it } from 'vitest';
import { dnsCollector } from '../../../../electron/engine/collectors/routeros/collectors/dns/index.ts';
import { run } from './harness.ts';

const lines = async (row: Record<string, string>): Promise<string[]> =>
  (await run(dnsCollector, { '/ip/dns': [row] })).lines;

describe('DNS cache', () => {
  it('is in bytes, whether the router writes KiB or leaves it out', async () => {
    const expected = ['mktxp_dns_info{property="cache_size"} 2097152', 'mktxp_dns_info{property="cache_used"} 49152'];
    expect(await lines({ servers: '192.0.2.53', 'cache-size': '2048', 'cache-used': '48' })).toEqual(expected);
    expect(await lines({ 'cache-size': '2048KiB', 'cache-used': '48KiB' })).toEqual(expected);
  });

  it('what is missing yields no sample', async () => {
    expect(await lines({ 'cache-size': '2048KiB' })).toEqual(['mktxp_dns_info{property="cache_size"} 2097152']);
    expect(await lines({ 'cache-size': 'much' })).toEqual([]);
    expect((await run(dnsCollector, { '/ip/dns': [] })).lines).toEqual([]);
    expect((await run(dnsCollector, {})).isAbsent).toBe(true);
  });
});
