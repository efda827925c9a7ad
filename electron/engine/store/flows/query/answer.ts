// Answers a plan from the store: chooses tiers, groups, and keeps the largest with their series.
import { type FlowScanner, type FlowTier, RESOLUTION_S } from '../types.ts';
import { BlockView } from './block-view.ts';
import { Grouping, type Reading, Tally } from './grouping.ts';
import { GROUP_SUMS, GroupTable, NO_GROUP } from './group-table.ts';
import { Owners } from './owners.ts';
import { type FlowPlan, type RawAnswer, type RawRow, SUMS } from './plan.ts';
import { RowLog } from './row-log.ts';
import { sankeyOf } from './sankey.ts';
import { type Segment, preferredTier, segmentsOf } from './segments.ts';
import { Selection } from './selection.ts';
import { needsOf, sourceOf } from './sources.ts';
import { stepsOf } from './steps.ts';
import { largerGroups, topGroups } from './top.ts';

/** About 60 MB of groups by one key; beyond them the smaller ones are let go. */
const MAX_GROUPS = 400_000;
const MAX_LOGGED = 3_000_000;

export type AnswerLimits = { readonly maxGroups?: number; readonly maxLogged?: number };

export function answerPlan(
  scanner: FlowScanner,
  plan: FlowPlan,
  shouldStop: () => boolean = () => false,
  { maxGroups = MAX_GROUPS, maxLogged = MAX_LOGGED }: AnswerLimits = {},
): RawAnswer {
  const coverage = scanner.coverage();
  const storedFromS = coverage.length === 0 ? undefined : Math.min(...coverage.map(({ fromS }) => fromS));
  const untilS = Math.max(0, ...coverage.map((one) => one.untilS));
  const startS = Math.max(plan.startS, storedFromS ?? 0);
  const endS = Math.max(startS, Math.min(plan.endS, untilS));
  const preferred = preferredTier(endS - startS, plan.stepS);
  const segments = segmentsOf(coverage, startS, endS, preferred);
  const readFromS = Math.min(
    segments.length === 0 ? plan.startS : startS,
    ...segments.map((segment) => segment.startS),
  );
  // Of nothing that is stored all that was asked for was read.
  const readUntilS = Math.max(segments.length === 0 ? plan.endS : readFromS, ...segments.map(({ endS: own }) => own));
  const resolutionS = Math.max(60, ...segments.map(({ tier }) => RESOLUTION_S[tier]));
  const steps = stepsOf(readFromS, readUntilS, resolutionS, plan.stepS, plan.limit);

  const needs = needsOf(plan);
  const selection = new Selection(plan.by);
  const owners = plan.owned === undefined ? undefined : new Owners(plan.owned);
  const view = new BlockView(plan.inside, owners);
  const reading: Reading = { view, selection, predicate: plan.predicate, needs, measure: plan.measure, steps };
  const notes = new Set<string>();
  const read = { rows: 0, blocks: 0, isStopped: false };
  const scan = (parts: readonly Segment[], grouping: Grouping, after: () => void): void => {
    for (const { tier, ...range } of parts) {
      if (read.isStopped) break;
      const outcome = scanner.scan(
        {
          tier,
          ...range,
          ...sourceOf(tier, plan, needs),
          ...(plan.exporters !== undefined && { exporters: plan.exporters }),
        },
        (block) => {
          grouping.take(block);
          after();
        },
        shouldStop,
      );
      read.rows += outcome.rows;
      read.blocks += outcome.blocks;
      read.isStopped ||= outcome.isStopped;
      for (const sentence of outcome.missing) notes.add(sentence);
    }
    grouping.finish();
  };

  const log = plan.sankey === undefined ? new RowLog(maxLogged) : undefined;
  const first = new Grouping(reading, new GroupTable(selection.width), false, log);
  let isCapped = false;
  scan(segments, first, () => {
    if (first.table.size <= maxGroups) return;
    isCapped = true;
    first.finish();
    first.table = lightened(first.table, plan, log);
  });
  isCapped ||= selection.isFull;
  if (isCapped) notes.add('There are very many groups: small ones went into "other" while they were counted.');
  const groups = first.table.size;
  const coarsest: FlowTier | undefined = segments.reduce<FlowTier | undefined>(
    (most, { tier }) => (most === undefined || RESOLUTION_S[tier] > RESOLUTION_S[most] ? tier : most),
    undefined,
  );
  if (first.unknownBytes > 0) notes.add(unknownNote(coarsest, plan.predicate !== undefined));
  const base = {
    startS: readFromS,
    endS: readUntilS,
    stepS: steps.stepS,
    firstStepS: steps.firstS,
    resolutionS,
    isExact: first.unknownBytes === 0 && !isCapped,
    storedFromS,
    groups,
    isCapped,
  };
  if (plan.sankey !== undefined) {
    const rest = minus(first.grouped.sums, first.table);
    const sankey = sankeyOf(first.table, plan.measure, plan.sankey, rest, (keys, from) =>
      selection.rawKeys(keys, from),
    );
    return {
      ...base,
      notes: [...notes],
      total: toRow([], first.total),
      rows: [],
      other: undefined,
      ...told(read),
      sankey,
    };
  }

  const top = topGroups(first.table, plan.measure, plan.limit);
  const chosen = first.table.only(top);
  const stepsIn = new Float64Array(top.length * steps.count);
  const stepsOut = new Float64Array(top.length * steps.count);
  if (log?.isWhole === true) {
    const rankOf = new Uint32Array(groups).fill(NO_GROUP);
    top.forEach((group, rank) => (rankOf[group] = rank));
    log.replay(rankOf, steps.count, stepsIn, stepsOut);
  } else {
    again(chosen, segments, { reading, stepsIn, stepsOut, selection, scan });
  }
  const previous = plan.withPrevious
    ? before(chosen, {
        scan,
        reading,
        selection,
        coverage,
        spanS: readUntilS - readFromS,
        startS: readFromS,
        preferred,
      })
    : undefined;
  if (plan.withPrevious && previous === undefined) notes.add('The same time before is not stored.');
  const rows = [...top].map((_, rank): RawRow => {
    const from = rank * steps.count;
    return {
      keys: selection.rawKeys(chosen.keys, rank * chosen.width),
      sums: chosen.sumsOf(rank),
      stepsIn: stepsIn.slice(from, from + steps.count),
      stepsOut: stepsOut.slice(from, from + steps.count),
      previous: previous?.rows.sumsOf(rank),
    };
  });
  return {
    ...base,
    notes: [...notes],
    total: { ...toRow([], first.total), previous: previous?.total },
    rows,
    other: otherOf(first.grouped, rows, steps.count),
    ...told(read),
    sankey: undefined,
  };
}

const told = (read: { readonly rows: number; readonly blocks: number; readonly isStopped: boolean }) => ({
  rowsRead: read.rows,
  blocksRead: read.blocks,
  isStopped: read.isStopped,
});

const toRow = (keys: RawRow['keys'], { sums, stepsIn, stepsOut }: Tally): RawRow => ({
  keys,
  sums,
  stepsIn,
  stepsOut,
  previous: undefined,
});

function unknownNote(tier: FlowTier | undefined, isFiltered: boolean): string {
  const what =
    tier === '1d'
      ? 'Of a day only the 1,000 largest conversations of each router are known one by one'
      : tier === '10m'
        ? 'Of ten minutes only the 1,000 largest conversations of each router are known one by one'
        : tier === '1h'
          ? 'Of an hour only the 1,000 largest conversations of each router are known one by one'
          : 'In some minutes a router told of more conversations than are kept';
  return isFiltered ? `${what}; the filter does not see the rest.` : `${what}; the rest is in "other".`;
}

/** Lets the smaller ones go: they stay in what all groups carry together. */
function lightened(table: GroupTable, { measure }: FlowPlan, log: RowLog | undefined): GroupTable {
  const kept = largerGroups(table, measure);
  const numbers = new Uint32Array(table.size).fill(NO_GROUP);
  kept.forEach((group, number) => (numbers[group] = number));
  log?.renumber(numbers);
  // As many will come again.
  return table.only(kept, table.size);
}

type Scan = (segments: readonly Segment[], grouping: Grouping, after: () => void) => void;

/** A second reading, for the series of the largest: the log ran over. */
function again(
  chosen: GroupTable,
  segments: readonly Segment[],
  {
    reading,
    stepsIn,
    stepsOut,
    selection,
    scan,
  }: {
    reading: Reading;
    stepsIn: Float64Array;
    stepsOut: Float64Array;
    selection: Selection;
    scan: Scan;
  },
): void {
  selection.freeze();
  const rankOf = Uint32Array.from({ length: chosen.size }, (_, rank) => rank);
  const log = new RowLog(Number.POSITIVE_INFINITY);
  scan(segments, new Grouping(reading, chosen.only(rankOf), true, log), () => {
    log.replay(rankOf, reading.steps.count, stepsIn, stepsOut);
    log.clear();
  });
  log.replay(rankOf, reading.steps.count, stepsIn, stepsOut);
}

/** What the same groups carried in as long a time before; undefined where that is not stored. */
function before(
  chosen: GroupTable,
  {
    scan,
    reading,
    selection,
    coverage,
    startS,
    spanS,
    preferred,
  }: {
    scan: Scan;
    reading: Reading;
    selection: Selection;
    coverage: Parameters<typeof segmentsOf>[0];
    startS: number;
    spanS: number;
    preferred: FlowTier;
  },
): { readonly rows: GroupTable; readonly total: Float64Array } | undefined {
  const segments = segmentsOf(coverage, startS - spanS, startS, preferred);
  const storedS = segments.reduce((sum, segment) => sum + segment.endS - segment.startS, 0);
  // A time of which only a part is stored would look like growth.
  if (spanS <= 0 || storedS < spanS) return undefined;
  selection.freeze();
  const table = chosen.only(Uint32Array.from({ length: chosen.size }, (_, rank) => rank));
  table.sums.fill(0);
  const grouping = new Grouping(reading, table, true, undefined);
  scan(segments, grouping, () => {
    // Nothing to be let go: no group is made.
  });
  return { rows: table, total: grouping.total.sums };
}

/** What the groups carry that are not shown. */
function otherOf(grouped: Tally, rows: readonly RawRow[], steps: number): RawRow | undefined {
  const other = new Tally(steps);
  other.sums.set(grouped.sums);
  other.stepsIn.set(grouped.stepsIn);
  other.stepsOut.set(grouped.stepsOut);
  for (const row of rows) {
    subtract(other.sums, row.sums);
    subtract(other.stepsIn, row.stepsIn);
    subtract(other.stepsOut, row.stepsOut);
  }
  return other.sums.some((value) => value > 0) ? toRow([], other) : undefined;
}

function subtract(from: Float64Array, values: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] ?? 0) - (values[i] ?? 0);
}

function minus(all: Float64Array, { sums, size }: GroupTable): Float64Array {
  const rest = all.slice();
  for (let group = 0; group < size; group++) {
    for (let i = 0; i < SUMS; i++) rest[i] = (rest[i] ?? 0) - (sums[group * GROUP_SUMS + i] ?? 0);
  }
  return rest;
}
