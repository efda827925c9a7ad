import { describe, expect, it } from 'vitest';
import { monitorCollector } from '../../../../electron/engine/collectors/routeros/collectors/monitor/index.ts';
import { noPermission, run, trap } from './harness.ts';

const print = [
  { '.id': '*1', name: 'ether1', running: 'true' },
  { '.id': '*2', name: 'ether2', running: 'false' },
  { '.id': '*3', name: 'sfp-sfpplus1', running: 'true' },
];
const ether1 = { name: 'ether1', status: 'link-ok', 'auto-negotiation': 'done', rate: '1Gbps', 'full-duplex': 'true' };
const sfp = {
  name: 'sfp-sfpplus1',
  status: 'link-ok',
  rate: '10Gbps',
  'full-duplex': 'true',
  'sfp-module-present': 'true',
  'sfp-rx-loss': 'false',
  'sfp-tx-fault': 'false',
  'sfp-type': 'SFP+',
  'sfp-connector-type': 'LC',
  'sfp-vendor-name': 'ACME',
  'sfp-vendor-part-number': 'S-3110LC20D',
  'sfp-vendor-revision': '1.0',
  'sfp-vendor-serial': 'A1B2',
  'sfp-manufacturing-date': '23-05-01',
  'sfp-wavelength': '1310nm',
  'sfp-temperature': '38C',
  'sfp-supply-voltage': '3.301V',
  'sfp-tx-bias-current': '22mA',
  'sfp-tx-power': '-2.4dBm',
  'sfp-rx-power': '-5.182dBm',
};
const MONITOR = '/interface/ethernet/monitor';

describe('monitor', () => {
  it('asks all running ports at once; a port without a link is known to have none', async () => {
    const { lines, asked, facts } = await run(monitorCollector, {
      '/interface/ethernet': print,
      [MONITOR]: [ether1, sfp],
    });
    expect(asked).toEqual(['/interface/ethernet/print', `${MONITOR} =once= =numbers=*1,*3`]);
    const name = 'name="sfp-sfpplus1"';
    expect(lines).toEqual([
      'mktxp_interface_status{name="ether1"} 1',
      'mktxp_interface_rate{name="ether1"} 1000',
      'mktxp_interface_full_duplex{name="ether1"} 1',
      'mktxp_interface_status{name="ether2"} 0',
      `mktxp_interface_status{${name}} 1`,
      `mktxp_interface_rate{${name}} 10000`,
      `mktxp_interface_full_duplex{${name}} 1`,
      `mktxp_interface_sfp_info{${name},sfp_connector_type="LC",sfp_manufacturing_date="23-05-01",sfp_type="SFP+",sfp_vendor_name="ACME",sfp_vendor_part_number="S-3110LC20D",sfp_vendor_revision="1.0",sfp_vendor_serial="A1B2"} 1`,
      `mktxp_interface_sfp_supply_voltage{${name}} 3.301`,
      `mktxp_interface_sfp_rx_power{${name}} -5.182`,
      `mktxp_interface_sfp_tx_power{${name}} -2.4`,
      `mktxp_interface_sfp_temperature{${name}} 38`,
      `mktxp_interface_sfp_tx_bias_current{${name}} 22`,
      `mktxp_interface_sfp_wavelength{${name}} 1310`,
      `mktxp_interface_sfp_rx_loss{${name}} 0`,
      `mktxp_interface_sfp_tx_fault{${name}} 0`,
    ]);
    expect(facts.linkSpeedsBps).toEqual(
      new Map([
        ['ether1', 1e9],
        ['sfp-sfpplus1', 1e10],
      ]),
    );
  });

  it.each([
    ['refuses it', trap('ambiguous value of numbers')],
    ['answers for the first alone', [ether1]],
  ])('asks one by one where a router that is given a list %s, and does not try again', async (_, answer) => {
    const one = (asked: string) => (asked.includes(',') ? answer : asked.endsWith('*1') ? [ether1] : [sfp]);
    const answers = { '/interface/ethernet': print, [MONITOR]: one };
    const first = await run(monitorCollector, answers);
    expect(first.asked.slice(1)).toEqual([
      `${MONITOR} =once= =numbers=*1,*3`,
      `${MONITOR} =once= =numbers=*1`,
      `${MONITOR} =once= =numbers=*3`,
    ]);
    expect(first.lines).toHaveLength(16);
    const second = await run(monitorCollector, answers, { facts: first.facts });
    expect(second.asked.slice(1)).toEqual([`${MONITOR} =once= =numbers=*1`, `${MONITOR} =once= =numbers=*3`]);
    expect(second.lines).toEqual(first.lines);
  });

  it('a port that vanished between print and monitor costs no other', async () => {
    const answers = {
      '/interface/ethernet': print,
      [MONITOR]: (asked: string) => (asked.endsWith('*3') ? [sfp] : trap('no such item')),
    };
    const { lines, error } = await run(monitorCollector, answers);
    expect(error).toBeUndefined();
    expect(lines.filter((line) => line.includes('ether1'))).toEqual([]);
    expect(lines).toHaveLength(13);
  });

  it('v6: what is missing, or of another notation, yields no sample', async () => {
    const rows = [{ name: 'ether1', status: 'link-ok', rate: '100Mbps', 'full-duplex': 'yes' }];
    const { lines } = await run(monitorCollector, {
      '/interface/ethernet': [{ name: 'ether1', running: 'true' }, { running: 'true' }],
      [MONITOR]: rows,
    });
    expect(lines).toEqual([
      'mktxp_interface_status{name="ether1"} 1',
      'mktxp_interface_rate{name="ether1"} 100',
      'mktxp_interface_full_duplex{name="ether1"} 1',
    ]);
    const empty = await run(monitorCollector, {
      '/interface/ethernet': print.slice(0, 1),
      [MONITOR]: [{ name: 'ether1' }],
    });
    expect(empty.lines).toEqual([]);
  });

  it('a slot without a module has no SFP metrics', async () => {
    const { lines } = await run(monitorCollector, {
      '/interface/ethernet': [print[2]!],
      [MONITOR]: [{ name: 'sfp-sfpplus1', status: 'no-link', 'sfp-module-present': 'false', 'sfp-rx-power': '-40dBm' }],
    });
    expect(lines).toEqual(['mktxp_interface_status{name="sfp-sfpplus1"} 0']);
  });

  it('no ports, no menu, no permission', async () => {
    expect(await run(monitorCollector, { '/interface/ethernet': [] })).toMatchObject({ lines: [], isAbsent: false });
    expect(await run(monitorCollector, {})).toMatchObject({ lines: [], error: undefined, isAbsent: true });
    const refused = await run(monitorCollector, { '/interface/ethernet': print, [MONITOR]: noPermission });
    expect(refused.error?.code).toBe('LW_ROUTEROS_NO_PERMISSION');
  });
});
