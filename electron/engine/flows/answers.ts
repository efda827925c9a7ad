// What the flow reader found, as the window, the command line and HTTP are told it.
import type {
  FlowAnswer,
  FlowBothWays,
  FlowKey,
  FlowQuestion,
  FlowSankey,
} from '../../../shared/model/flow-question.ts';
import type { RawAnswer, RawRow } from '../store/flows/index.ts';
import { type Labeller, labelKeys } from './labels.ts';
import { joined, perSecond, ratesOf, stepSeconds } from './rates.ts';

export function bothWays(sums: Float64Array): FlowBothWays {
  const [bytesIn = 0, bytesOut = 0, packetsIn = 0, packetsOut = 0, flowsIn = 0, flowsOut = 0] = sums;
  return {
    bytes: bytesIn + bytesOut,
    packets: packetsIn + packetsOut,
    flows: flowsIn + flowsOut,
    in: { bytes: bytesIn, packets: packetsIn, flows: flowsIn },
    out: { bytes: bytesOut, packets: packetsOut, flows: flowsOut },
  };
}

const before = ({ previous }: RawRow): FlowBothWays | null => (previous === undefined ? null : bothWays(previous));

export function toAnswer(
  raw: RawAnswer,
  { by, series }: Pick<FlowQuestion, 'by' | 'series'>,
  label: Labeller,
  notes: readonly string[],
  tookMs: number,
): FlowAnswer {
  const seconds = stepSeconds(raw, raw.total.stepsIn.length);
  const measured = ({ sums, stepsIn, stepsOut }: RawRow) => ({
    ...bothWays(sums),
    rates: ratesOf(joined(stepsIn, stepsOut), seconds, raw.stepS),
    ratesIn: ratesOf(stepsIn, seconds, raw.stepS),
    ratesOut: ratesOf(stepsOut, seconds, raw.stepS),
    seriesIn: series ? perSecond(stepsIn, seconds) : [],
    seriesOut: series ? perSecond(stepsOut, seconds) : [],
  });
  return {
    startMs: raw.startS * 1_000,
    endMs: raw.endS * 1_000,
    stepMs: raw.stepS * 1_000,
    firstStepMs: raw.firstStepS * 1_000,
    resolutionMs: raw.resolutionS * 1_000,
    isExact: raw.isExact,
    notes: [...notes, ...raw.notes],
    total: { ...measured(raw.total), previous: before(raw.total) },
    rows: raw.rows.map((row) => ({
      keys: labelKeys(label, by, row.keys),
      ...measured(row),
      previous: before(row),
    })),
    other: raw.other === undefined ? null : measured(raw.other),
    groups: raw.groups,
    isGroupsCapped: raw.isCapped,
    stats: { rowsRead: raw.rowsRead, blocksRead: raw.blocksRead, tookMs },
  };
}

export const SANKEY_KEYS = ['local', 'service', 'peer'] as const satisfies readonly FlowKey[];
const COLUMNS = [0, 1, 2] as const;

export function toSankey(raw: RawAnswer, label: Labeller, notes: readonly string[]): FlowSankey {
  const columns = raw.sankey?.columns ?? [];
  const idOf = (column: number, place: number): string => {
    const key = columns[column]?.[place]?.key;
    return key === undefined ? `${column} other` : `${column} ${label(SANKEY_KEYS[column] ?? 'local', key).value}`;
  };
  return {
    startMs: raw.startS * 1_000,
    endMs: raw.endS * 1_000,
    resolutionMs: raw.resolutionS * 1_000,
    isExact: raw.isExact,
    notes: [...notes, ...raw.notes],
    total: bothWays(raw.total.sums),
    nodes: COLUMNS.flatMap((column) =>
      (columns[column] ?? []).map(({ key, sums }, place) => ({
        id: idOf(column, place),
        column,
        key: key === undefined ? null : label(SANKEY_KEYS[column], key),
        ...bothWays(sums),
      })),
    ),
    links: (raw.sankey?.links ?? []).flatMap((links, column) =>
      links.map(({ from, to, sums }) => ({
        source: idOf(column, from),
        target: idOf(column + 1, to),
        ...bothWays(sums),
      })),
    ),
  };
}
