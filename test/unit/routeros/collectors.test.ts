import { describe, expect, it } from 'vitest';
import { type Collector, needsMet } from '../../../electron/engine/collectors/routeros/collectors/collector.ts';
import { healthCollector } from '../../../electron/engine/collectors/routeros/collectors/health/index.ts';
import { identityCollector } from '../../../electron/engine/collectors/routeros/collectors/identity/index.ts';
import { interfaceCollector } from '../../../electron/engine/collectors/routeros/collectors/interface/index.ts';
import { collectors } from '../../../electron/engine/collectors/routeros/collectors/registry.ts';
import { resourceCollector } from '../../../electron/engine/collectors/routeros/collectors/resource/index.ts';
import type { RouterFacts } from '../../../electron/engine/collectors/routeros/facts.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

type Menus = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

/** Runs a collector on rows as a router sends them; samples come back as exposition-like lines. */
async function collect(collector: Collector, menus: Menus): Promise<{ lines: string[]; facts: RouterFacts }> {
  let facts: RouterFacts = {};
  const samples = await collector.collect(
    {
      print: (menu) => {
        const rows = menus[menu];
        if (rows !== undefined) return Promise.resolve(rows.map((row) => new Map(Object.entries(row))));
        return Promise.reject(new LinewardenError('LW_ROUTEROS_NO_SUCH_COMMAND', `no ${menu}`));
      },
      run: () => Promise.reject(new Error('not expected')),
    },
    { facts, learn: (more) => (facts = { ...facts, ...more }), observe: () => {} },
  );
  const lines = samples.map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}{${pairs.join(',')}} ${value}`;
  });
  return { lines, facts };
}

const v7Resource = {
  uptime: '1w2d3h4m5s',
  version: '7.15.3 (stable)',
  'free-memory': '641728512',
  'total-memory': '1073741824',
  cpu: 'ARM64',
  'cpu-count': '4',
  'cpu-frequency': '1400',
  'cpu-load': '7',
  'free-hdd-space': '97402880',
  'total-hdd-space': '134217728',
  'architecture-name': 'arm64',
  'board-name': 'RB5009UG+S+',
  platform: 'MikroTik',
};

describe('identity', () => {
  it('is an info metric with the name', async () => {
    const { lines, facts } = await collect(identityCollector, { '/system/identity': [{ name: 'core' }] });
    expect(lines).toEqual(['mktxp_system_identity_info{name="core"} 1']);
    expect(facts).toEqual({ identity: 'core' });
  });

  it('is nothing when the answer is empty', async () => {
    expect((await collect(identityCollector, { '/system/identity': [] })).lines).toEqual([]);
  });
});

describe('resource', () => {
  it('gives the eight gauges of MKTXP with its four labels, uptime in seconds', async () => {
    const { lines, facts } = await collect(resourceCollector, { '/system/resource': [v7Resource] });
    const labels = '{version="7.15.3 (stable)",board_name="RB5009UG+S+",cpu="ARM64",architecture_name="arm64"}';
    expect(lines).toEqual([
      `mktxp_system_uptime${labels} 788645`,
      `mktxp_system_free_memory${labels} 641728512`,
      `mktxp_system_total_memory${labels} 1073741824`,
      `mktxp_system_free_hdd_space${labels} 97402880`,
      `mktxp_system_total_hdd_space${labels} 134217728`,
      `mktxp_system_cpu_load${labels} 7`,
      `mktxp_system_cpu_count${labels} 4`,
      `mktxp_system_cpu_frequency${labels} 1400`,
    ]);
    expect(facts).toEqual({
      version: '7.15.3 (stable)',
      boardName: 'RB5009UG+S+',
      architecture: 'arm64',
      uptimeSeconds: 788_645,
    });
  });

  it('a missing property yields no sample instead of a zero', async () => {
    const { lines } = await collect(resourceCollector, { '/system/resource': [{ 'cpu-load': '3', uptime: 'never' }] });
    expect(lines).toEqual(['mktxp_system_cpu_load{version="",board_name="",cpu="",architecture_name=""} 3']);
  });
});

describe('health', () => {
  it('v6: one row of columns', async () => {
    const row = {
      voltage: '24.1',
      temperature: '42',
      'cpu-temperature': '51',
      'fan1-speed': '3450',
      'psu1-state': 'ok',
    };
    const { lines } = await collect(healthCollector, { '/system/health': [row] });
    expect(lines).toEqual([
      'mktxp_system_routerboard_voltage{} 24.1',
      'mktxp_system_routerboard_temperature{} 42',
      'mktxp_system_cpu_temperature{} 51',
      'mktxp_system_fan_one_speed{} 3450',
      'mktxp_system_psu1_state{} 1',
    ]);
  });

  it('v7: one row a sensor', async () => {
    const rows = [
      { '.id': '*D', name: 'cpu-temperature', value: '51', type: 'C' },
      { '.id': '*E', name: 'voltage', value: '24.1', type: 'V' },
      { '.id': '*F', name: 'psu2-state', value: 'fail', type: '' },
      { '.id': '*10', name: '2pin-voltage', value: '0', type: 'V' },
      { '.id': '*11', name: 'sfp-temperature', value: '33', type: 'C' },
    ];
    const { lines } = await collect(healthCollector, { '/system/health': rows });
    expect(lines).toEqual([
      'mktxp_system_routerboard_voltage{} 24.1',
      'mktxp_system_cpu_temperature{} 51',
      'mktxp_system_psu2_state{} 0',
      'mktxp_system_2pin_voltage{} 0',
    ]);
  });

  it('a board without sensors has none: an empty list, or no such menu', async () => {
    expect((await collect(healthCollector, { '/system/health': [] })).lines).toEqual([]);
    expect((await collect(healthCollector, {})).lines).toEqual([]);
  });
});

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
    const { lines } = await collect(interfaceCollector, { '/interface': [ether1], '/interface/vlan': [] });
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
    const { lines } = await collect(interfaceCollector, {
      '/interface': [{ name: 'lo', running: 'true' }, { type: 'nameless' }],
    });
    expect(lines).toEqual([
      'mktxp_interface_running{name="lo"} 1',
      'mktxp_interface_comment_info{name="lo",comment=""} 1',
    ]);
  });

  it('tells which VLAN an interface is', async () => {
    const { lines } = await collect(interfaceCollector, {
      '/interface': [],
      '/interface/vlan': [{ name: 'vlan10', 'vlan-id': '10', interface: 'bridge', running: 'true', disabled: 'false' }],
    });
    expect(lines).toEqual(['mktxp_interface_vlan_info_info{name="vlan10",vlan_id="10",interface="bridge"} 1']);
  });

  it('a router without the menu of VLANs still gives its interfaces', async () => {
    const { lines } = await collect(interfaceCollector, { '/interface': [ether1] });
    expect(lines).toHaveLength(16);
  });
});

describe('the registry', () => {
  it('names each collector once', () => {
    const names = collectors.map(({ name }) => name);
    expect(names).toEqual(['identity', 'resource', 'health', 'interface']);
  });

  it('passes over a collector whose needs a router does not meet', () => {
    const v6 = { version: '6.49.17 (long-term)', packages: ['system', 'wireless'] };
    const v7 = { version: '7.15.3 (stable)', packages: ['routeros'] };
    expect([needsMet({ minMajor: 7 }, v6), needsMet({ minMajor: 7 }, v7)]).toEqual([false, true]);
    expect([needsMet({ maxMajor: 6 }, v6), needsMet({ maxMajor: 6 }, v7)]).toEqual([true, false]);
    expect([needsMet({ anyPackage: ['wireless'] }, v6), needsMet({ anyPackage: ['wireless'] }, v7)]).toEqual([
      true,
      false,
    ]);
    expect(needsMet({ minMajor: 7, anyPackage: ['x'] }, {})).toBe(true);
    expect(needsMet(undefined, v6)).toBe(true);
  });
});
