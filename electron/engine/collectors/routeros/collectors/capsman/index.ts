// CAPsMAN: access points that this router manages, their interfaces and clients, of the old package and of the new one.
import type { Row } from '../../client/index.ts';
import type { RouterFacts } from '../../facts.ts';
import type { Sample } from '../../samples.ts';
import { parseBitRate, parseDurationSeconds, parseLeadingNumber, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand, type RouterSession } from '../collector.ts';
import { clientNames } from '../dhcp/index.ts';
import { countBy, info, labelsOf, measure, type Measured } from '../rows.ts';
import { clientBytes, MAX_CLIENTS, tooManyClients } from '../wireless/index.ts';
import { wirelessMenus } from '../wireless/menus.ts';

const CAP_LABELS = ['identity', 'version', 'base-mac', 'board'];
/** The number of clients changes all the time, so it is a value of its own. */
const INTERFACE_LABELS = ['name', 'configuration', 'mac-address', 'current-state', 'current-channel'];

type CapsmanMenus = {
  readonly remoteCaps: string;
  readonly registrations: string;
  readonly interfaces?: string;
};

function capsmanMenus(facts: RouterFacts): CapsmanMenus[] {
  return wirelessMenus(facts).map((menu) =>
    menu === '/interface/wireless'
      ? {
          remoteCaps: '/caps-man/remote-cap',
          registrations: '/caps-man/registration-table',
          interfaces: '/caps-man/interface',
        }
      : { remoteCaps: `${menu}/capsman/remote-cap`, registrations: `${menu}/registration-table` },
  );
}

const measuredInterface: readonly Measured[] = [
  ['linewarden_routeros_capsman_interface_clients', 'current-registered-clients', parseNumber],
];

const client: readonly Measured[] = [
  ['mktxp_capsman_clients_signal_strength', 'rx-signal', parseLeadingNumber],
  ['mktxp_capsman_clients_signal_strength', 'signal', parseLeadingNumber],
  ['linewarden_routeros_capsman_client_tx_rate_bps', 'tx-rate', parseBitRate],
  ['linewarden_routeros_capsman_client_rx_rate_bps', 'rx-rate', parseBitRate],
  ['linewarden_routeros_capsman_client_uptime_seconds', 'uptime', parseDurationSeconds],
];

const CLIENT_PROPLIST = ['interface', 'ssid', 'mac-address', 'bytes', ...client.map(([, property]) => property)];

/** A manager of the new kind shows its own radios' clients in the same table, so it counts only where it has CAPs. */
async function registrationsOf(session: RouterSession, menus: CapsmanMenus): Promise<readonly Row[]> {
  if (menus.interfaces === undefined) {
    const caps = await session
      .print(menus.remoteCaps, { proplist: remoteCapProplist, isShared: true })
      .catch(noSuchCommand);
    if (caps.length === 0) return [];
  }
  return session.print(menus.registrations, { proplist: CLIENT_PROPLIST, isShared: true }).catch(noSuchCommand);
}

const remoteCapProplist = [...CAP_LABELS, 'base-mac-address', 'board-name'];

/** The new package says base-mac-address and board-name. */
function remoteCap(row: Row): Sample {
  return info('mktxp_capsman_remote_caps_info', {
    ...labelsOf(row, CAP_LABELS),
    base_mac: row.get('base-mac') ?? row.get('base-mac-address') ?? '',
    board: row.get('board') ?? row.get('board-name') ?? '',
  });
}

export const capsmanCollector: Collector = {
  name: 'capsman',
  mktxpName: 'CapsmanCollector',
  reads: 'the access points that it manages, and how many clients each has',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  async collect(session, { facts }) {
    const samples: Sample[] = [];
    for (const menus of capsmanMenus(facts)) {
      const caps = await session
        .print(menus.remoteCaps, { proplist: remoteCapProplist, isShared: true })
        .catch(noSuchCommand);
      const registrations = await registrationsOf(session, menus);
      samples.push(
        ...caps.map(remoteCap),
        ...countBy(
          registrations,
          'mktxp_capsman_registrations_count',
          'interface',
          (row) => row.get('interface') ?? '',
        ),
      );
      if (menus.interfaces === undefined) continue;
      const interfaces = await session
        .print(menus.interfaces, { proplist: [...INTERFACE_LABELS, 'current-registered-clients'] })
        .catch(noSuchCommand);
      for (const row of interfaces) {
        samples.push(info('mktxp_capsman_interfaces_info', labelsOf(row, INTERFACE_LABELS)));
        samples.push(...measure(row, labelsOf(row, ['name']), measuredInterface));
      }
    }
    return samples;
  },
};

export const capsmanClientsCollector: Collector = {
  name: 'capsman_clients',
  mktxpName: 'CapsmanCollector',
  reads: 'the clients of the access points that it manages: signal, rates, bytes',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  async collect(session, { facts, warn }) {
    const clients: Row[] = [];
    for (const menus of capsmanMenus(facts)) clients.push(...(await registrationsOf(session, menus)));
    if (clients.length > MAX_CLIENTS) warn(tooManyClients(clients.length));
    const shown = clients.slice(0, MAX_CLIENTS);
    const nameOf = await clientNames(session, shown);
    return shown.flatMap((row) => {
      const mac = row.get('mac-address') ?? '';
      const { dhcp_name, dhcp_address } = nameOf(mac);
      const labels = { dhcp_name, mac_address: mac };
      return [
        ...clientBytes(row, labels, 'mktxp_capsman_clients'),
        ...measure(row, labels, client),
        info('mktxp_capsman_clients_devices_info', {
          dhcp_name,
          dhcp_address,
          ssid: row.get('ssid') ?? '',
          interface: row.get('interface') ?? '',
          mac_address: mac,
        }),
      ];
    });
  },
};
