// Links and modems: w60g, LTE, EoIP, GRE, IPIP.
import { describe, expect, it } from 'vitest';
import { lteCollector } from '../../../../electron/engine/collectors/routeros/collectors/lte/index.ts';
import {
  eoipCollector,
  greCollector,
  ipipCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/tunnels/index.ts';
import { w60gCollector } from '../../../../electron/engine/collectors/routeros/collectors/w60g/index.ts';
import { noPermission, run } from './harness.ts';

const v6 = { facts: { version: '6.49.17 (long-term)' } };
const v7 = { facts: { version: '7.15.3 (stable)' } };

const w60gMonitor = (asked: string) =>
  asked.endsWith('=wlan60-1')
    ? [
        {
          connected: 'true',
          frequency: '58320',
          'remote-address': '04:CE:14:00:00:01',
          'tx-mcs': '8',
          'tx-phy-rate': '2.3Gbps',
          signal: '80',
          rssi: '-57',
          'tx-sector': '28',
          'tx-sector-info': 'center',
          distance: '160.9m',
          'tx-packet-error-rate': '0%',
          'baseband-temperature': '61',
          'rf-temperature': '58',
        },
      ]
    : [{ connected: 'false', frequency: '58320' }];

describe('w60g', () => {
  it('tells all of a link, also of one that is down', async () => {
    const { lines } = await run(w60gCollector, {
      '/interface/w60g': [
        { name: 'wlan60-1', running: 'true' },
        { name: 'wlan60-2', running: 'false' },
      ],
      '/interface/w60g/monitor': w60gMonitor,
    });
    expect(lines).toEqual([
      'mktxp_w60g_baseband_temperature{name="wlan60-1"} 61',
      'mktxp_w60g_connected{name="wlan60-1"} 1',
      'mktxp_w60g_distance{name="wlan60-1"} 160.9',
      'mktxp_w60g_frequency{name="wlan60-1"} 58320',
      'mktxp_w60g_rf_temperature{name="wlan60-1"} 58',
      'mktxp_w60g_rssi{name="wlan60-1"} -57',
      'mktxp_w60g_signal{name="wlan60-1"} 80',
      'mktxp_w60g_tx_mcs{name="wlan60-1"} 8',
      'mktxp_w60g_tx_packet_error_rate{name="wlan60-1"} 0',
      'mktxp_w60g_tx_phy_rate{name="wlan60-1"} 2300000000',
      'mktxp_w60g_tx_sector{name="wlan60-1"} 28',
      'mktxp_w60g_remote_address_info{name="wlan60-1",remote_address="04:CE:14:00:00:01"} 1',
      'mktxp_w60g_tx_sector_info{name="wlan60-1",tx_sector_info="center"} 1',
      'mktxp_w60g_connected{name="wlan60-2"} 0',
      'mktxp_w60g_frequency{name="wlan60-2"} 58320',
    ]);
  });

  it('is absent where there is no such hardware', async () => {
    expect((await run(w60gCollector, {})).isAbsent).toBe(true);
    expect(await run(w60gCollector, { '/interface/w60g': [] })).toMatchObject({ lines: [], isAbsent: false });
  });
});

describe('lte', () => {
  const modem = [{ name: 'lte1', running: 'true' }];
  const status = {
    'pin-status': 'ok',
    'registration-status': 'registered',
    functionality: 'full',
    'current-operator': 'Example Mobile',
    'access-technology': 'Evolved 3G (LTE)',
    'session-uptime': '1h',
    'subscriber-number': '',
    rsrp: '-95dBm',
    rsrq: '-8.5dB',
    sinr: '19dB',
    rssi: '-66dBm',
  };
  const lines = [
    'mktxp_lte_pin_status{} 1',
    'mktxp_lte_registration_status{} 1',
    'mktxp_lte_session_uptime{} 3600',
    'mktxp_lte_rsrp{} -95',
    'mktxp_lte_rsrq{} -8.5',
    'mktxp_lte_sinr{} 19',
    'mktxp_lte_rssi{} -66',
    'mktxp_lte_current_operator_info{current_operator="Example Mobile",access_technology="Evolved 3G (LTE)",functionality="full",subscriber_number=""} 1',
  ];

  it('v7 is monitored, v6 is asked for info', async () => {
    const seven = await run(lteCollector, { '/interface/lte': modem, '/interface/lte/monitor': [status] }, v7);
    expect(seven.lines).toEqual(lines);
    const six = await run(lteCollector, { '/interface/lte': modem, '/interface/lte/info': [status] }, v6);
    expect(six.lines).toEqual(lines);
    expect(six.asked).toContain('/interface/lte/info =once= =number=lte1');
  });

  it('5G has signals of its own; a modem that is not registered says 0', async () => {
    const five = { 'registration-status': 'searching', 'nr-rsrp': '-101dBm', 'nr-rsrq': '-11dB', 'nr-sinr': '7dB' };
    const told = await run(lteCollector, { '/interface/lte': modem, '/interface/lte/monitor': [five] }, v7);
    expect(told.lines).toEqual([
      'mktxp_lte_registration_status{} 0',
      'mktxp_lte_nr_rsrp{} -101',
      'mktxp_lte_nr_rsrq{} -11',
      'mktxp_lte_nr_sinr{} 7',
    ]);
  });

  it('v6 without the policy test says so', async () => {
    const told = await run(lteCollector, { '/interface/lte': modem, '/interface/lte/info': noPermission }, v6);
    expect(told.error?.code).toBe('LW_ROUTEROS_NO_PERMISSION');
  });

  it('a router without a modem has nothing to say', async () => {
    expect(await run(lteCollector, { '/interface/lte': [] }, v7)).toMatchObject({ lines: [], error: undefined });
  });
});

describe('tunnels', () => {
  const row = {
    name: 'to-branch',
    'local-address': '192.0.2.10',
    'remote-address': '198.51.100.7',
    'tunnel-id': '4',
    mtu: 'auto',
    'actual-mtu': '1458',
    running: 'true',
  };

  it("EoIP has an id, and its MTU under both of MKTXP's names", async () => {
    const ends = 'name="to-branch",local_address="192.0.2.10",remote_address="198.51.100.7",tunnel_id="4"';
    expect((await run(eoipCollector, { '/interface/eoip': [row] })).lines).toEqual([
      `mktxp_interface_mtu{${ends},mtu="auto"} 1458`,
      `mktxp_interface_l2mtu{${ends}} 1458`,
      'linewarden_routeros_tunnel_running{name="to-branch",kind="eoip"} 1',
    ]);
  });

  it.each([
    [greCollector, 'gre'],
    [ipipCollector, 'ipip'],
  ])('%# GRE and IPIP', async (collector, kind) => {
    const ends = 'name="to-branch",local_address="192.0.2.10",remote_address="198.51.100.7"';
    expect((await run(collector, { [`/interface/${kind}`]: [row] })).lines).toEqual([
      `mktxp_interface_mtu{${ends},mtu="auto"} 1458`,
      `linewarden_routeros_tunnel_running{name="to-branch",kind="${kind}"} 1`,
    ]);
    expect((await run(collector, { [`/interface/${kind}`]: [] })).lines).toEqual([]);
    expect((await run(collector, { [`/interface/${kind}`]: [{ name: 'x' }] })).lines).toEqual([]);
  });
});
