import { describe, expect, it } from 'vitest';
import { interfaceCollector } from '../../../../electron/engine/collectors/routeros/collectors/interface/index.ts';
import { run } from './harness.ts';

describe('interface', () => {
  const ether1 = {
    '.id': '*1',
    name: 'ether1',
    'default-name': 'ether1',
    type: 'ether',
    mtu: '1500',
    'actual-mtu': '1500',
    'mac-address': '02:00:00:00:00:01',
    'link-downs': '3',
    'rx-byte': '1234567890123',
    'tx-byte': '987654321',
    'rx-packet': '1000',
    'tx-packet': '900',
    'rx-drop': '1',
    'tx-drop': '2',
    'rx-error': '3',
    'tx-error': '4',
    running: 'true',
    disabled: 'false',
    comment: 'uplink',
  };

  it('gives counters, state and infos of each interface', async () => {
    const { lines } = await run(interfaceCollector, { '/interface': [ether1], '/interface/vlan': [] });
    expect(lines).toEqual([
      'mktxp_interface_running{name="ether1"} 1',
      'mktxp_interface_disabled{name="ether1"} 0',
      'mktxp_interface_rx_byte_total{name="ether1"} 1234567890123',
      'mktxp_interface_tx_byte_total{name="ether1"} 987654321',
      'mktxp_interface_rx_packet_total{name="ether1"} 1000',
      'mktxp_interface_tx_packet_total{name="ether1"} 900',
      'mktxp_interface_rx_error_total{name="ether1"} 3',
      'mktxp_interface_tx_error_total{name="ether1"} 4',
      'mktxp_interface_rx_drop_total{name="ether1"} 1',
      'mktxp_interface_tx_drop_total{name="ether1"} 2',
      'mktxp_link_downs_total{name="ether1"} 3',
      'mktxp_interface_actual_mtu{name="ether1"} 1500',
      'mktxp_interface_type_info{name="ether1",type="ether"} 1',
      'mktxp_interface_mac_address_info{name="ether1",mac_address="02:00:00:00:00:01"} 1',
      'mktxp_interface_default_name_info{name="ether1",default_name="ether1"} 1',
      'mktxp_interface_comment_info{name="ether1",comment="uplink"} 1',
    ]);
  });

  it('what an interface does not have yields nothing, but its comment info stays for joins', async () => {
    const { lines } = await run(interfaceCollector, {
      '/interface': [{ name: 'lo', running: 'true' }, { type: 'nameless' }],
    });
    expect(lines).toEqual([
      'mktxp_interface_running{name="lo"} 1',
      'mktxp_interface_comment_info{name="lo",comment=""} 1',
    ]);
  });

  it('tells which VLAN an interface is', async () => {
    const { lines } = await run(interfaceCollector, {
      '/interface': [],
      '/interface/vlan': [{ name: 'vlan10', 'vlan-id': '10', interface: 'bridge', running: 'true', disabled: 'false' }],
    });
    expect(lines).toEqual(['mktxp_interface_vlan_info_info{name="vlan10",vlan_id="10",interface="bridge"} 1']);
  });

  it('what has no name has no series', async () => {
    const unnamed = { ...ether1, name: '' };
    const { lines } = await run(interfaceCollector, {
      '/interface': [unnamed],
      '/interface/vlan': [{ ...unnamed, 'vlan-id': '7' }],
    });
    expect(lines).toEqual([]);
  });

  it('a router without the menu of VLANs still gives its interfaces', async () => {
    const { lines } = await run(interfaceCollector, { '/interface': [ether1] });
    expect(lines).toHaveLength(16);
  });
});

describe('interfaces as others see them', () => {
  it('are told with the number by which NetFlow names them, and the speed that was negotiated', async () => {
    const { observations } = await run(
      interfaceCollector,
      {
        '/interface': [
          {
            '.id': '*D',
            name: 'ether1',
            type: 'ether',
            comment: 'uplink',
            'mac-address': '02:00:00:00:00:01',
            running: 'true',
          },
          { '.id': '*F0001A', name: '<pppoe-anna>', type: 'pppoe-in', running: 'false' },
          { '.id': 'ether3', name: 'odd' },
          { '.id': '*1' },
          { '.id': '*2', name: '' },
        ],
      },
      { facts: { linkSpeedsBps: new Map([['ether1', 1e9]]) } },
    );
    expect(observations).toEqual([
      {
        kind: 'interfaces',
        source: 'interface',
        rows: [
          {
            index: 13,
            name: 'ether1',
            comment: 'uplink',
            type: 'ether',
            mac: '02:00:00:00:00:01',
            speedBps: 1e9,
            isRunning: true,
          },
          { index: 15_728_666, name: '<pppoe-anna>', type: 'pppoe-in', isRunning: false },
          { name: 'odd' },
        ],
      },
    ]);
  });

  it('1,500 VLANs are read in two commands', async () => {
    const names = Array.from({ length: 1_500 }, (_, i) => `vlan${i + 2}`);
    const { lines, asked, observations } = await run(interfaceCollector, {
      '/interface': names.map((name, i) => ({ '.id': `*${(i + 1).toString(16)}`, name, type: 'vlan', 'rx-byte': '1' })),
      '/interface/vlan': names.map((name, i) => ({ name, 'vlan-id': String(i + 2), interface: 'bridge' })),
    });
    expect(asked).toHaveLength(2);
    // rx-byte, type, comment and VLAN of each.
    expect(lines).toHaveLength(6_000);
    expect(observations[0]?.rows).toHaveLength(1_500);
  });
});
