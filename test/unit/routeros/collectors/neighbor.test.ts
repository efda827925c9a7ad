import { describe, expect, it } from 'vitest';
import {
  ipv6NeighborCollector,
  neighborCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/neighbor/index.ts';
import { run } from './harness.ts';

const v6 = {
  '.id': '*3',
  interface: 'ether1',
  address: '10.1.0.2',
  address4: '10.1.0.2',
  'mac-address': '02:00:00:01:00:01',
  identity: 'tower',
  platform: 'MikroTik',
  version: '6.49.17 (long-term)',
  unpack: 'none',
  age: '12s',
  uptime: '3w2d4h5m6s',
  'software-id': 'ABCD-1234',
  board: 'RB4011iGS+',
  ipv6: 'false',
  'interface-name': 'bridge/ether5',
};
const v7 = { ...v6, interface: 'ether2,bridge', 'interface-name': 'ether1', version: '7.15.3 (stable) 2024-07-24' };

describe('neighbours', () => {
  it('are an info each, and links for the map: the port, not the bridge that it belongs to', async () => {
    const { lines, observations } = await run(neighborCollector, {
      '/ip/neighbor': [v6, { ...v7, status: 'reachable', comment: 'mast' }],
    });
    expect(lines).toEqual([
      'mktxp_neighbor_info{address="10.1.0.2",interface="ether1",mac_address="02:00:00:01:00:01",status="",comment=""} 1',
      'mktxp_neighbor_info{address="10.1.0.2",interface="ether2,bridge",mac_address="02:00:00:01:00:01",status="reachable",comment="mast"} 1',
    ]);
    const common = {
      mac: '02:00:00:01:00:01',
      address: '10.1.0.2',
      identity: 'tower',
      platform: 'MikroTik',
      board: 'RB4011iGS+',
      softwareId: 'ABCD-1234',
    };
    expect(observations).toEqual([
      {
        kind: 'neighbours',
        source: 'neighbor',
        rows: [
          { ...common, interface: 'ether1', version: '6.49.17 (long-term)', remoteInterface: 'ether5' },
          { ...common, interface: 'ether2', version: '7.15.3 (stable) 2024-07-24', remoteInterface: 'ether1' },
        ],
      },
    ]);
  });

  it('one that tells only its MAC address is a neighbour too; none are an empty list', async () => {
    const { observations } = await run(neighborCollector, { '/ip/neighbor': [{ 'mac-address': '02:00:00:00:00:09' }] });
    expect(observations[0]?.rows).toEqual([{ interface: '', mac: '02:00:00:00:00:09' }]);
    expect(await run(neighborCollector, { '/ip/neighbor': [] })).toMatchObject({ lines: [], isAbsent: false });
  });
});

describe('ipv6_neighbor', () => {
  it('asks for those that are reachable', async () => {
    const { lines, asked } = await run(ipv6NeighborCollector, {
      '/ipv6/neighbor': [
        { address: 'fe80::1', interface: 'bridge', 'mac-address': '02:00:00:00:00:01', status: 'reachable' },
      ],
    });
    expect(asked).toEqual(['/ipv6/neighbor/print ?status=reachable']);
    expect(lines).toEqual([
      'mktxp_ipv6_neighbor_info{address="fe80::1",interface="bridge",mac_address="02:00:00:00:00:01",status="reachable",comment=""} 1',
    ]);
  });

  it('is absent without the package ipv6', async () => {
    expect((await run(ipv6NeighborCollector, {})).isAbsent).toBe(true);
  });
});
