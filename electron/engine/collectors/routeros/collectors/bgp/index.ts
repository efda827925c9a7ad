// BGP sessions: `/routing/bgp/session` of v7 with dotted properties, `/routing/bgp/peer` of v6.
import type { Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseBoolean, parseDurationMs, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { info, measure, type Measured } from '../rows.ts';
import { isBefore7 } from '../version.ts';

type Shape = {
  readonly menu: string;
  /** Properties of remote_address, remote_as, local_as, remote_afi and local_afi. */
  readonly labels: Readonly<Record<string, string>>;
  readonly measured: readonly Measured[];
};

const established = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text === 'established');

const common: readonly Measured[] = [
  ['mktxp_bgp_prefix_count', 'prefix-count', parseNumber],
  ['mktxp_bgp_uptime', 'uptime', parseDurationMs],
];

const v7: Shape = {
  menu: '/routing/bgp/session',
  labels: {
    remote_address: 'remote.address',
    remote_as: 'remote.as',
    local_as: 'local.as',
    remote_afi: 'remote.afi',
    local_afi: 'local.afi',
  },
  measured: [
    ['mktxp_bgp_remote_messages_total', 'remote.messages', parseNumber],
    ['mktxp_bgp_local_messages_total', 'local.messages', parseNumber],
    ['mktxp_bgp_remote_bytes_total', 'remote.bytes', parseNumber],
    ['mktxp_bgp_local_bytes_total', 'local.bytes', parseNumber],
    ['mktxp_bgp_established', 'established', parseBoolean],
    ...common,
  ],
};

const v6: Shape = {
  menu: '/routing/bgp/peer',
  labels: {
    remote_address: 'remote-address',
    remote_as: 'remote-as',
    local_as: '',
    remote_afi: 'address-families',
    local_afi: 'address-families',
  },
  measured: [['mktxp_bgp_established', 'state', established], ...common],
};

function sessionSamples({ labels: properties, measured }: Shape, row: Row): Sample[] {
  const name = row.get('name') ?? '';
  const labels: Record<string, string> = { name };
  for (const [label, property] of Object.entries(properties)) labels[label] = row.get(property) ?? '';
  return [info('mktxp_bgp_sessions_info', labels), ...measure(row, { name }, measured)];
}

export const bgpCollector: Collector = {
  name: 'bgp',
  mktxpName: 'BGPCollector',
  reads: 'its BGP sessions',
  enabled: 'off',
  async collect(session, { facts }) {
    const shape = isBefore7(facts) ? v6 : v7;
    const proplist = ['name', ...Object.values(shape.labels), ...shape.measured.map(([, property]) => property)];
    const rows = await session
      .print(shape.menu, { proplist: [...new Set(proplist)].filter((property) => property !== '') })
      .catch(noSuchCommand);
    return rows.flatMap((row) => sessionSamples(shape, row));
  },
};
