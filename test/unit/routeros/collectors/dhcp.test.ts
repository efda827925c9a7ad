import { describe, expect, it } from 'vitest';
import {
  dhcpCollector,
  dhcpLeaseCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/dhcp/index.ts';
import { run } from './harness.ts';

const LEASES = '/ip/dhcp-server/lease';

/** As v6 and v7 both print it with =active=. */
const lease = {
  '.id': '*1A',
  address: '10.0.0.21',
  'mac-address': 'AA:BB:CC:00:00:21',
  'client-id': '1:aa:bb:cc:0:0:21',
  'address-lists': '',
  server: 'lan',
  'dhcp-option': '',
  status: 'bound',
  'expires-after': '9m43s',
  'last-seen': '17s',
  'active-address': '10.0.0.21',
  'active-mac-address': 'AA:BB:CC:00:00:21',
  'active-client-id': '1:aa:bb:cc:0:0:21',
  'active-server': 'lan',
  'host-name': 'printer',
  dynamic: 'true',
};
const bare = { '.id': '*1B', address: '10.0.0.22', 'mac-address': 'AA:BB:CC:00:00:22', server: 'guests' };

describe('dhcp', () => {
  it('counts the active leases of each server and tells hosts', async () => {
    const { lines, observations, asked } = await run(dhcpCollector, { [LEASES]: [lease, bare] });
    expect(asked).toEqual(['/ip/dhcp-server/lease/print =active=']);
    expect(lines).toEqual([
      'mktxp_dhcp_lease_active_count{server="lan"} 1',
      'mktxp_dhcp_lease_active_count{server="guests"} 1',
    ]);
    expect(observations).toEqual([
      {
        kind: 'hosts',
        source: 'dhcp',
        rows: [
          { address: '10.0.0.21', mac: 'AA:BB:CC:00:00:21', hostName: 'printer' },
          { address: '10.0.0.22', mac: 'AA:BB:CC:00:00:22' },
        ],
      },
    ]);
  });

  it('no lease is no series, no server is told apart', async () => {
    expect(await run(dhcpCollector, { [LEASES]: [] })).toMatchObject({ lines: [], isAbsent: false });
    expect(await run(dhcpCollector, {})).toMatchObject({ lines: [], isAbsent: true, error: undefined });
  });
});

describe('dhcp_lease', () => {
  it("tells when each lease ends, under MKTXP's labels", async () => {
    const { lines } = await run(dhcpLeaseCollector, { [LEASES]: [lease] });
    expect(lines).toEqual([
      'mktxp_dhcp_lease_info{active_address="10.0.0.21",address="10.0.0.21",mac_address="AA:BB:CC:00:00:21",' +
        'host_name="printer",comment="",server="lan",client_id="1:aa:bb:cc:0:0:21",' +
        'active_mac_address="AA:BB:CC:00:00:21"} 583',
    ]);
  });

  it('a lease that does not say when it ends yields none', async () => {
    expect((await run(dhcpLeaseCollector, { [LEASES]: [bare] })).lines).toEqual([]);
  });

  it('of 20,000 leases it gives 2,000, says so, and the count stays whole', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({
      ...lease,
      'active-address': `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    }));
    const { lines, warning } = await run(dhcpLeaseCollector, { [LEASES]: many });
    expect(lines).toHaveLength(2_000);
    expect(warning?.message).toBe('20000 DHCP leases are active; only the first 2000 have a series each.');
    const { lines: counts } = await run(dhcpCollector, { [LEASES]: many });
    expect(counts).toEqual(['mktxp_dhcp_lease_active_count{server="lan"} 20000']);
  });
});
