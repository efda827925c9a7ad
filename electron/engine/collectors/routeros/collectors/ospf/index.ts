// OSPF neighbours and how far each adjacency has come.
import { parseDurationSeconds, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { labelsOf, measure, type Measured } from '../rows.ts';

/** RFC 2328, section 10.1, in its order. */
const STATES = ['down', 'attempt', 'init', '2-way', 'exstart', 'exchange', 'loading', 'full'];

const state = (text: string | undefined): number | undefined => {
  const place = STATES.indexOf((text ?? '').toLowerCase().replace('twoway', '2-way').replace('two-way', '2-way'));
  return place < 0 ? undefined : place + 1;
};

const isFull = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text.toLowerCase() === 'full');

const measured: readonly Measured[] = [
  ['linewarden_routeros_ospf_neighbor_full', 'state', isFull],
  ['linewarden_routeros_ospf_neighbor_state', 'state', state],
  ['linewarden_routeros_ospf_neighbor_state_changes_total', 'state-changes', parseNumber],
  ['linewarden_routeros_ospf_neighbor_adjacency_seconds', 'adjacency', parseDurationSeconds],
];

/** v6 names the interface, v7 the area. */
const LABELS = ['instance', 'area', 'interface', 'router-id', 'address'];

export const ospfCollector: Collector = {
  name: 'ospf',
  reads: 'its OSPF neighbours: state, how often it changed, age of the adjacency',
  enabled: 'off',
  async collect(session) {
    const proplist = [...LABELS, ...new Set(measured.map(([, property]) => property))];
    const rows = await session.print('/routing/ospf/neighbor', { proplist }).catch(noSuchCommand);
    return rows.flatMap((row) => measure(row, labelsOf(row, LABELS), measured));
  },
};
