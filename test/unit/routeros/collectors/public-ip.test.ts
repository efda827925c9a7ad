import { describe, expect, it } from 'vitest';
import { publicIpCollector } from '../../../../electron/engine/collectors/routeros/collectors/public-ip/index.ts';
import { run } from './harness.ts';

describe('public address', () => {
  it('is what the cloud service tells', async () => {
    const { lines } = await run(publicIpCollector, {
      '/ip/cloud': [{ 'ddns-enabled': 'true', 'public-address': '192.0.2.7', 'dns-name': 'abc.sn.mynetname.net' }],
    });
    expect(lines).toEqual([
      'mktxp_public_ip_address_info{public_address="192.0.2.7",public_address_ipv6="",dns_name="abc.sn.mynetname.net"} 1',
    ]);
  });

  it('nothing where the service is off, or is not there', async () => {
    expect((await run(publicIpCollector, { '/ip/cloud': [{ 'ddns-enabled': 'false' }] })).lines).toEqual([]);
    expect((await run(publicIpCollector, { '/ip/cloud': [] })).lines).toEqual([]);
    expect((await run(publicIpCollector, {})).isAbsent).toBe(true);
  });
});
