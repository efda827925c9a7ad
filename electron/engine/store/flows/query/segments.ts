// Which tier answers which part of a question's time.
import { FLOW_TIERS, type FlowCoverage, type FlowTier, RESOLUTION_S } from '../types.ts';

export type Segment = { readonly tier: FlowTier; readonly startS: number; readonly endS: number };

/** The longest span that each tier answers: beyond it the answer would take longer than a second. */
const UP_TO_S: Readonly<Record<FlowTier, number>> = {
  '1m': 6 * 3_600,
  '10m': 3 * 86_400,
  '1h': 45 * 86_400,
  '1d': Infinity,
};

/** The tier that suits the span; a step that is asked for needs buckets that are no longer. */
export function preferredTier(spanS: number, stepS: number | undefined): FlowTier {
  const bySpan = FLOW_TIERS.findIndex((tier) => spanS <= UP_TO_S[tier]);
  const byStep = stepS === undefined ? bySpan : FLOW_TIERS.findLastIndex((tier) => RESOLUTION_S[tier] <= stepS);
  return FLOW_TIERS[Math.max(0, Math.min(bySpan, byStep))] ?? '1m';
}

/**
 * The parts of startS..endS that something is stored of, ascending: by the preferred tier as far as its whole buckets reach,
 * at their ends by finer ones, else by coarser ones, which widens them to whole buckets. Buckets that only partly lie in
 * the range are left out where a finer tier has the rest.
 */
export function segmentsOf(
  coverage: readonly FlowCoverage[],
  startS: number,
  endS: number,
  preferred: FlowTier,
): Segment[] {
  const order = [preferred, ...FLOW_TIERS.slice(0, FLOW_TIERS.indexOf(preferred)).toReversed()];
  const coarser = FLOW_TIERS.slice(FLOW_TIERS.indexOf(preferred) + 1);
  const found: Segment[] = [];
  const finestFromS = Math.min(...coverage.filter(({ tier }) => !coarser.includes(tier)).map(({ fromS }) => fromS));
  let gaps = [{ startS, endS }];
  const fill = (tier: FlowTier, widens: boolean): void => {
    const held = coverage.find((one) => one.tier === tier);
    if (held === undefined) return;
    const size = RESOLUTION_S[tier];
    // Its first bucket is the one in which storing began: what is in it the finer ones have too, from when they begin.
    const isOlder = !coarser.includes(tier) || held.fromS !== down(finestFromS, size);
    // Its last bucket reaches beyond what the finer ones have of it, and has nothing there.
    const finerUntilS = Math.max(
      ...coverage.filter((one) => RESOLUTION_S[one.tier] < size).map(({ untilS }) => untilS),
    );
    const isNewer = held.untilS > up(finerUntilS, size);
    gaps = gaps.flatMap((gap) => {
      if (widens && !isNewer && gap.startS >= finerUntilS) return [gap];
      if (!isOlder && gap.endS <= finestFromS) return [gap];
      const from = Math.max(widens ? down(gap.startS, size) : up(gap.startS, size), held.fromS);
      const until = Math.min(widens ? up(gap.endS, size) : down(gap.endS, size), held.untilS);
      if (until <= from) return [gap];
      found.push({ tier, startS: from, endS: until });
      return [
        { startS: gap.startS, endS: from },
        { startS: until, endS: gap.endS },
      ].filter((rest) => rest.endS > rest.startS);
    });
  };
  for (const tier of order) fill(tier, tier === '1m');
  for (const tier of coarser) fill(tier, true);
  // An end that no finer tier holds: the preferred one and the coarser ones, widened, unless they were read already.
  for (const tier of order) fill(tier, true);
  return withoutOverlap(found);
}

/** A widened part may reach into its neighbour: it is cut to whole buckets of its own beside it, or goes where nothing is left. */
function withoutOverlap(segments: Segment[]): Segment[] {
  const kept: Segment[] = [];
  for (const segment of segments.toSorted(
    (a, b) => a.startS - b.startS || RESOLUTION_S[a.tier] - RESOLUTION_S[b.tier],
  )) {
    const last = kept.at(-1);
    const size = RESOLUTION_S[segment.tier];
    const from = last === undefined || last.endS <= segment.startS ? segment.startS : up(last.endS, size);
    if (from < segment.endS) kept.push({ ...segment, startS: from });
  }
  return kept;
}

const down = (timeS: number, size: number): number => Math.floor(timeS / size) * size;
const up = (timeS: number, size: number): number => Math.ceil(timeS / size) * size;
