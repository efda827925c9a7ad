// Who is at the other end of each link: neighbours that announce themselves, and the IPv6 neighbour table.
import type { NeighbourSeen } from '../../../../observations/index.ts';
import type { Row } from '../../client/index.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { info, labelsOf, said } from '../rows.ts';

const LABELS = ['address', 'interface', 'mac-address', 'status', 'comment'];

const PROPLIST = [...LABELS, 'identity', 'platform', 'version', 'board', 'interface-name', 'software-id'];

/** v7 names the port and what it is a port of, as "ether2,bridge"; the port itself is at the end of "bridge/ether2". */
const portOf = (text: string | undefined): string => (text ?? '').split(',')[0] ?? '';
const remotePortOf = (text: string | undefined): string | undefined => text?.split('/').at(-1);

function neighboursOf(rows: readonly Row[]): NeighbourSeen[] {
  return rows.flatMap((row): NeighbourSeen[] => {
    const mac = row.get('mac-address');
    if (mac === undefined || mac === '') return [];
    return [
      {
        interface: portOf(row.get('interface')),
        mac,
        ...said<Omit<NeighbourSeen, 'interface' | 'mac'>>({
          address: row.get('address'),
          identity: row.get('identity'),
          platform: row.get('platform'),
          version: row.get('version'),
          board: row.get('board'),
          softwareId: row.get('software-id'),
          remoteInterface: remotePortOf(row.get('interface-name')),
        }),
      },
    ];
  });
}

export const neighborCollector: Collector = {
  name: 'neighbor',
  mktxpName: 'NeighborCollector',
  reads: 'the neighbours that announce themselves to it',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  observesEveryMs: 120_000,
  async collect(session, { observe }) {
    const rows = await session.print('/ip/neighbor', { proplist: PROPLIST }).catch(noSuchCommand);
    observe({ kind: 'neighbours', source: 'neighbor', rows: neighboursOf(rows) });
    return rows.map((row) => info('mktxp_neighbor_info', labelsOf(row, LABELS)));
  },
};

export const ipv6NeighborCollector: Collector = {
  name: 'ipv6_neighbor',
  mktxpName: 'IPv6NeighborCollector',
  reads: 'its IPv6 neighbour table',
  enabled: 'off',
  defaultIntervalMs: 60_000,
  async collect(session) {
    const rows = await session
      .print('/ipv6/neighbor', { proplist: LABELS, queries: ['status=reachable'] })
      .catch(noSuchCommand);
    return rows.map((row) => info('mktxp_ipv6_neighbor_info', labelsOf(row, LABELS)));
  },
};
