// Wireless interfaces and their clients, of whichever wireless packages the router has.
import { routerosError, type Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseBitRate, parseDurationSeconds, parseLeadingNumber, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { clientNames } from '../dhcp/index.ts';
import { monitorOnce } from '../monitor-once.ts';
import { info, measure, type Measured, pairOf } from '../rows.ts';
import { wirelessMenus } from './menus.ts';

const monitored: readonly Measured[] = [
  ['mktxp_wlan_noise_floor', 'noise-floor', parseLeadingNumber],
  ['mktxp_wlan_overall_tx_ccq', 'overall-tx-ccq', parseLeadingNumber],
  ['mktxp_wlan_registered_clients', 'registered-clients', parseNumber],
  // The newer packages' word for it.
  ['mktxp_wlan_registered_clients', 'registered-peers', parseNumber],
];

export const wirelessCollector: Collector = {
  name: 'wireless',
  mktxpName: 'WLANCollector',
  reads: 'its wireless interfaces: noise, quality, how many clients',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  async collect(session, { facts }) {
    const samples: Sample[] = [];
    for (const menu of wirelessMenus(facts)) {
      for (const { row } of await monitorOnce(session, menu, { runningOnly: true })) {
        samples.push(...measure(row, { channel: row.get('channel') ?? '' }, monitored));
      }
    }
    return samples;
  },
};

const client: readonly Measured[] = [
  ['mktxp_wlan_clients_signal_strength', 'signal-strength', parseLeadingNumber],
  ['mktxp_wlan_clients_signal_strength', 'signal', parseLeadingNumber],
  ['mktxp_wlan_clients_signal_to_noise', 'signal-to-noise', parseLeadingNumber],
  ['mktxp_wlan_clients_tx_ccq', 'tx-ccq', parseLeadingNumber],
  ['linewarden_routeros_wireless_client_tx_rate_bps', 'tx-rate', parseBitRate],
  ['linewarden_routeros_wireless_client_rx_rate_bps', 'rx-rate', parseBitRate],
  ['linewarden_routeros_wireless_client_uptime_seconds', 'uptime', parseDurationSeconds],
];

const CLIENT_PROPLIST = ['interface', 'ssid', 'mac-address', 'bytes', ...client.map(([, property]) => property)];

/** About ten series a client. */
export const MAX_CLIENTS = 1_000;

export const tooManyClients = (count: number) =>
  routerosError(
    'LW_ROUTEROS_TOO_MANY_SERIES',
    `${count} wireless clients are registered; only the first ${MAX_CLIENTS} have series.`,
    'Their count is complete. Switch the clients off for this router to save the room.',
  );

/** Bytes of "tx,rx", as the access point counts them. */
export function clientBytes(row: Row, labels: Sample['labels'], prefix: string): Sample[] {
  const sides = pairOf(row.get('bytes'), ',');
  const values = [
    [`${prefix}_tx_bytes_total`, parseNumber(sides?.[0])],
    [`${prefix}_rx_bytes_total`, parseNumber(sides?.[1])],
  ] as const;
  return values.flatMap(([name, value]): Sample[] => (value === undefined ? [] : [{ name, labels, value }]));
}

export const wirelessClientsCollector: Collector = {
  name: 'wireless_clients',
  mktxpName: 'WLANCollector',
  reads: 'the clients of its wireless interfaces: signal, rates, bytes',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  async collect(session, { facts, warn }) {
    const clients: Row[] = [];
    for (const menu of wirelessMenus(facts)) {
      const rows = await session
        .print(`${menu}/registration-table`, { proplist: [...new Set(CLIENT_PROPLIST)] })
        .catch(noSuchCommand);
      clients.push(...rows);
    }
    if (clients.length > MAX_CLIENTS) warn(tooManyClients(clients.length));
    const shown = clients.slice(0, MAX_CLIENTS);
    const nameOf = await clientNames(session, shown);
    return shown.flatMap((row) => {
      const mac = row.get('mac-address') ?? '';
      const { dhcp_name, dhcp_address } = nameOf(mac);
      const labels = { dhcp_name, mac_address: mac };
      const ssid = row.get('ssid') ?? '';
      return [
        ...clientBytes(row, labels, 'mktxp_wlan_clients'),
        ...measure(row, labels, client),
        info('mktxp_wlan_clients_devices_info', {
          dhcp_name,
          dhcp_address,
          ssid,
          interface: row.get('interface') ?? '',
          mac_address: mac,
        }),
      ];
    });
  },
};
