import { describe, expect, it } from 'vitest';
import {
  capsmanClientsCollector,
  capsmanCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/capsman/index.ts';
import {
  wirelessClientsCollector,
  wirelessCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/wireless/index.ts';
import { wirelessMenus } from '../../../../electron/engine/collectors/routeros/collectors/wireless/menus.ts';
import { noPermission, run, trap } from './harness.ts';

const v6 = { facts: { version: '6.49.17 (long-term)', packages: ['system', 'wireless'] } };
const wifi = { facts: { version: '7.15.3 (stable)', packages: ['routeros', 'wifi-qcom'] } };
const both = { facts: { version: '7.15.3 (stable)', packages: ['routeros', 'wireless', 'wifi-qcom-ac'] } };

const radios = [
  { name: 'wlan1', running: 'true', disabled: 'false' },
  { name: 'wlan2', running: 'false', disabled: 'false' },
];
const monitorV6 = {
  status: 'running-ap',
  channel: '2412/20-Ce/gn(17dBm)',
  'noise-floor': '-105dBm',
  'overall-tx-ccq': '86%',
  'registered-clients': '2',
};
const leases = [{ 'mac-address': 'aa:bb:cc:00:00:01', address: '10.0.0.5', 'host-name': 'phone', comment: "Anna's" }];
const clientV6 = {
  interface: 'wlan1',
  'mac-address': 'AA:BB:CC:00:00:01',
  bytes: '7000,300',
  'signal-strength': '-61dBm@6Mbps',
  'signal-to-noise': '44',
  'tx-ccq': '91',
  'tx-rate': '72.2Mbps-20MHz/1S/SGI',
  'rx-rate': '65Mbps-20MHz/1S',
  uptime: '1h2m3s',
};
const clientV7 = {
  interface: 'wifi1',
  ssid: 'home',
  'mac-address': 'AA:BB:CC:00:00:02',
  uptime: '5s',
  signal: '-48',
  'tx-rate': '1200000000',
  'rx-rate': '866700000',
  bytes: '10,20',
};

describe('which wireless menus a router has', () => {
  it.each([
    ['6.49.17', ['system', 'wireless'], ['/interface/wireless']],
    ['7.12.1', ['routeros'], ['/interface/wireless']],
    ['7.12.1', ['routeros', 'wifiwave2'], ['/interface/wifiwave2']],
    ['7.15.3', ['routeros'], ['/interface/wifi']],
    ['7.15.3', ['routeros', 'wireless'], ['/interface/wireless', '/interface/wifi']],
    ['7.15.3', ['routeros', 'wireless', 'wifi-qcom-ac'], ['/interface/wireless', '/interface/wifi']],
    ['7.15.3', undefined, ['/interface/wireless', '/interface/wifiwave2', '/interface/wifi']],
    ['6.49.17', undefined, ['/interface/wireless']],
  ])('%s with %j: %j', (version, packages, menus) => {
    expect(wirelessMenus({ version, ...(packages && { packages }) })).toEqual(menus);
  });

  it('a v6 without the package has nothing of it', async () => {
    const without = { facts: { version: '6.49.17', packages: ['system', 'ppp'] } };
    for (const collector of [wirelessCollector, wirelessClientsCollector, capsmanCollector, capsmanClientsCollector]) {
      expect(await run(collector, {}, without)).toMatchObject({ lines: [], error: undefined, isAbsent: true });
    }
  });
});

const onlyTheSecond = (asked: string) => (asked.endsWith('=wlan2') ? [monitorV6] : trap('no such item'));

describe('wireless', () => {
  it('v6: only running interfaces are monitored', async () => {
    const answers = { '/interface/wireless': radios, '/interface/wireless/monitor': [monitorV6] };
    const { lines, asked } = await run(wirelessCollector, answers, v6);
    expect(asked).toEqual(['/interface/wireless/print', '/interface/wireless/monitor =once= =numbers=wlan1']);
    const labels = '{channel="2412/20-Ce/gn(17dBm)"}';
    expect(lines).toEqual([
      `mktxp_wlan_noise_floor${labels} -105`,
      `mktxp_wlan_overall_tx_ccq${labels} 86`,
      `mktxp_wlan_registered_clients${labels} 2`,
    ]);
  });

  it('v7: peers are clients; what is not told yields nothing', async () => {
    const monitor = { state: 'running', channel: '5180/ax/Ceee', 'registered-peers': '7', 'authorized-peers': '7' };
    const answers = { '/interface/wifi': [radios[0] ?? {}], '/interface/wifi/monitor': [monitor] };
    expect((await run(wirelessCollector, answers, wifi)).lines).toEqual([
      'mktxp_wlan_registered_clients{channel="5180/ax/Ceee"} 7',
    ]);
  });

  it('both packages are read where both are there', async () => {
    const answers = {
      '/interface/wireless': [{ name: 'wlan1', running: 'true' }],
      '/interface/wireless/monitor': [monitorV6],
      '/interface/wifi': [{ name: 'wifi1', running: 'true' }],
      '/interface/wifi/monitor': [{ channel: '5180/ax', 'registered-peers': '1' }],
    };
    const { lines } = await run(wirelessCollector, answers, both);
    expect(lines.filter((line) => line.startsWith('mktxp_wlan_registered_clients'))).toEqual([
      'mktxp_wlan_registered_clients{channel="2412/20-Ce/gn(17dBm)"} 2',
      'mktxp_wlan_registered_clients{channel="5180/ax"} 1',
    ]);
  });

  it('one interface that refuses does not hide the other; all refusing is a failure', async () => {
    const two = [
      { name: 'wlan1', running: 'true' },
      { name: 'wlan2', running: 'true' },
    ];
    const { lines, error } = await run(
      wirelessCollector,
      { '/interface/wireless': two, '/interface/wireless/monitor': onlyTheSecond },
      v6,
    );
    expect([lines.length, error]).toEqual([3, undefined]);
    const none = { '/interface/wireless': two, '/interface/wireless/monitor': trap('no such item') };
    expect((await run(wirelessCollector, none, v6)).error?.code).toBe('LW_ROUTEROS_TRAP');
    const forbidden = { '/interface/wireless': two, '/interface/wireless/monitor': noPermission };
    expect((await run(wirelessCollector, forbidden, v6)).error?.code).toBe('LW_ROUTEROS_NO_PERMISSION');
  });
});

describe('wireless_clients', () => {
  it('v6: named by their lease; signal, rates and uptime are values and no labels', async () => {
    const answers = { '/interface/wireless/registration-table': [clientV6], '/ip/dhcp-server/lease': leases };
    const { lines } = await run(wirelessClientsCollector, answers, v6);
    const labels = '{dhcp_name="phone (Anna\'s)",mac_address="AA:BB:CC:00:00:01"}';
    expect(lines).toEqual([
      `mktxp_wlan_clients_tx_bytes_total${labels} 7000`,
      `mktxp_wlan_clients_rx_bytes_total${labels} 300`,
      `mktxp_wlan_clients_signal_strength${labels} -61`,
      `mktxp_wlan_clients_signal_to_noise${labels} 44`,
      `mktxp_wlan_clients_tx_ccq${labels} 91`,
      `linewarden_routeros_wireless_client_tx_rate_bps${labels} 72200000`,
      `linewarden_routeros_wireless_client_rx_rate_bps${labels} 65000000`,
      `linewarden_routeros_wireless_client_uptime_seconds${labels} 3723`,
      'mktxp_wlan_clients_devices_info{dhcp_name="phone (Anna\'s)",dhcp_address="10.0.0.5",ssid="",interface="wlan1",mac_address="AA:BB:CC:00:00:01"} 1',
    ]);
  });

  it('v7: one without a lease goes by its MAC address', async () => {
    const answers = { '/interface/wifi/registration-table': [clientV7], '/ip/dhcp-server/lease': [] };
    const { lines } = await run(wirelessClientsCollector, answers, wifi);
    const labels = '{dhcp_name="AA:BB:CC:00:00:02",mac_address="AA:BB:CC:00:00:02"}';
    expect(lines).toEqual([
      `mktxp_wlan_clients_tx_bytes_total${labels} 10`,
      `mktxp_wlan_clients_rx_bytes_total${labels} 20`,
      `mktxp_wlan_clients_signal_strength${labels} -48`,
      `linewarden_routeros_wireless_client_tx_rate_bps${labels} 1200000000`,
      `linewarden_routeros_wireless_client_rx_rate_bps${labels} 866700000`,
      `linewarden_routeros_wireless_client_uptime_seconds${labels} 5`,
      'mktxp_wlan_clients_devices_info{dhcp_name="AA:BB:CC:00:00:02",dhcp_address="No DHCP Record",ssid="home",interface="wifi1",mac_address="AA:BB:CC:00:00:02"} 1',
    ]);
  });

  it('reads no lease where there is no client', async () => {
    const { asked } = await run(wirelessClientsCollector, { '/interface/wifi/registration-table': [] }, wifi);
    expect(asked).toEqual(['/interface/wifi/registration-table/print']);
  });
});

describe('capsman', () => {
  const old = {
    '/caps-man/remote-cap': [
      { identity: 'cap-1', version: '6.49.17', 'base-mac': '02:AA:00:00:00:01', board: 'cAP ac' },
    ],
    '/caps-man/registration-table': [
      { ...clientV6, interface: 'cap1', ssid: 'office', 'rx-signal': '-55', 'signal-strength': '' },
      { interface: 'cap1', 'mac-address': 'AA:BB:CC:00:00:03' },
    ],
    '/caps-man/interface': [
      {
        name: 'cap1',
        configuration: 'cfg1',
        'mac-address': '02:AA:00:00:00:02',
        'current-state': 'running-ap',
        'current-channel': '2412/20/gn',
        'current-registered-clients': '2',
      },
    ],
    '/ip/dhcp-server/lease': leases,
  };

  it('of the old package: access points, interfaces, and how many clients each has', async () => {
    expect((await run(capsmanCollector, old, v6)).lines).toEqual([
      'mktxp_capsman_remote_caps_info{identity="cap-1",version="6.49.17",base_mac="02:AA:00:00:00:01",board="cAP ac"} 1',
      'mktxp_capsman_registrations_count{interface="cap1"} 2',
      'mktxp_capsman_interfaces_info{name="cap1",configuration="cfg1",mac_address="02:AA:00:00:00:02",current_state="running-ap",current_channel="2412/20/gn"} 1',
      'linewarden_routeros_capsman_interface_clients{name="cap1"} 2',
    ]);
  });

  it('clients of the old package', async () => {
    const { lines } = await run(capsmanClientsCollector, old, v6);
    const labels = '{dhcp_name="phone (Anna\'s)",mac_address="AA:BB:CC:00:00:01"}';
    expect(lines.slice(0, 6)).toEqual([
      `mktxp_capsman_clients_tx_bytes_total${labels} 7000`,
      `mktxp_capsman_clients_rx_bytes_total${labels} 300`,
      `mktxp_capsman_clients_signal_strength${labels} -55`,
      `linewarden_routeros_capsman_client_tx_rate_bps${labels} 72200000`,
      `linewarden_routeros_capsman_client_rx_rate_bps${labels} 65000000`,
      `linewarden_routeros_capsman_client_uptime_seconds${labels} 3723`,
    ]);
    expect(lines.at(-1)).toBe(
      'mktxp_capsman_clients_devices_info{dhcp_name="AA:BB:CC:00:00:03",dhcp_address="No DHCP Record",ssid="",interface="cap1",mac_address="AA:BB:CC:00:00:03"} 1',
    );
  });

  it('of the new package: a manager without access points counts no clients of its own radios', async () => {
    const table = { '/interface/wifi/registration-table': [clientV7] };
    const alone = { ...table, '/interface/wifi/capsman/remote-cap': [] };
    expect((await run(capsmanCollector, alone, wifi)).lines).toEqual([]);
    const cap = {
      identity: 'cap-2',
      version: '7.15.3',
      'base-mac-address': '02:BB:00:00:00:01',
      'board-name': 'cAP ax',
    };
    const managing = { ...table, '/interface/wifi/capsman/remote-cap': [cap] };
    expect((await run(capsmanCollector, managing, wifi)).lines).toEqual([
      'mktxp_capsman_remote_caps_info{identity="cap-2",version="7.15.3",base_mac="02:BB:00:00:00:01",board="cAP ax"} 1',
      'mktxp_capsman_registrations_count{interface="wifi1"} 1',
    ]);
  });

  it('where both packages are, both are asked', async () => {
    const { asked } = await run(capsmanCollector, {}, both);
    expect(asked).toContain('/caps-man/remote-cap/print');
    expect(asked).toContain('/interface/wifi/capsman/remote-cap/print');
  });
});
