// Which tier each step of a selector is read from: samples where they are still kept, else the finest summaries that reach.
import { formatDurationMs } from '../../../../shared/model/duration.ts';
import type { Tier } from '../storage.ts';
import type { QueryContext } from './context.ts';
import { timeAt, type Grid, type StepSeries } from './values.ts';

/** Steps from <= i < to. */
export type Segment = {
  readonly from: number;
  readonly to: number;
  /** Undefined: every sample is there. */
  readonly summarised: SummarisedReach | undefined;
};

export type SummarisedReach = {
  readonly resolutionMs: number;
  /** From here on something finer is kept. */
  readonly untilMs: number;
};

/** Where a selector looks: step i reads (firstMs + i * stepMs - spanMs, firstMs + i * stepMs]. */
export type Looked = {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly spanMs: number;
  /** How many buckets of summaries it reads at least. */
  readonly leastBuckets: number;
};

/** A span as whole buckets. */
export function widened(spanMs: number, resolutionMs: number, leastBuckets: number): number {
  return Math.max(leastBuckets, Math.ceil(spanMs / resolutionMs)) * resolutionMs;
}

/** Newest steps first. */
export function segmentsOf(tiers: readonly Tier[], looked: Looked, steps: number): Segment[] {
  const segments: Segment[] = [];
  let to = steps;
  let untilMs = Infinity;
  const add = (tier: Tier, from: number): void => {
    const summarised = tier.resolutionMs === 0 ? undefined : { resolutionMs: tier.resolutionMs, untilMs };
    if (from < to) segments.push({ from, to, summarised });
    to = Math.min(to, from);
  };
  let deepest = tiers[0];
  for (const tier of tiers) {
    add(tier, firstStepWithin(tier, looked, steps));
    // Times that nothing reaches are left to whatever comes nearest.
    if (deepest === undefined || tier.oldestMs < deepest.oldestMs) deepest = tier;
    untilMs = Math.min(untilMs, tier.oldestMs);
    if (to === 0) return segments;
  }
  if (deepest === undefined) return [{ from: 0, to: steps, summarised: undefined }];
  untilMs = tiers[tiers.indexOf(deepest) - 1]?.oldestMs ?? Infinity;
  const last = segments.at(-1);
  if (last !== undefined && (last.summarised?.resolutionMs ?? 0) === deepest.resolutionMs) {
    segments[segments.length - 1] = { ...last, from: 0 };
  } else {
    add(deepest, 0);
  }
  return segments;
}

/** The first step whose window, of whole buckets, is within a tier; `steps` when none is. */
function firstStepWithin(
  { oldestMs, resolutionMs }: Tier,
  { firstMs, stepMs, spanMs, leastBuckets }: Looked,
  steps: number,
): number {
  const fromMs =
    resolutionMs === 0
      ? oldestMs + spanMs
      : Math.ceil((oldestMs + widened(spanMs, resolutionMs, leastBuckets)) / resolutionMs) * resolutionMs;
  if (firstMs >= fromMs) return 0;
  if (stepMs === 0) return steps;
  return Math.min(steps, Math.ceil((fromMs - firstMs) / stepMs));
}

/** Evaluates each segment on a grid of its own and joins the results by their labels. */
export function evaluateSegments(
  context: QueryContext,
  segments: readonly Segment[],
  grid: Grid,
  evaluate: (grid: Grid, summarised: SummarisedReach | undefined) => readonly StepSeries[],
): readonly StepSeries[] {
  const [only] = segments;
  if (segments.length === 1 && only !== undefined) return evaluate(grid, only.summarised);
  const joined = new Map<string, StepSeries>();
  for (const { from, to, summarised } of segments) {
    const part = { startMs: timeAt(grid, from), stepMs: grid.stepMs, steps: to - from };
    for (const one of evaluate(part, summarised)) {
      const key = one.dropName ? `-${one.labels.key}` : one.labels.key;
      let whole = joined.get(key);
      if (whole === undefined) {
        whole = { ...one, values: context.column(grid.steps), present: new Uint8Array(grid.steps) };
        joined.set(key, whole);
      }
      whole.values.set(one.values, from);
      whole.present.set(one.present, from);
    }
  }
  return [...joined.values()];
}

/** Says that an answer rests on summaries, and what they changed about the question. */
export function informOfSummaries(
  context: QueryContext,
  { resolutionMs, untilMs }: SummarisedReach,
  what: 'range' | 'lookback',
  askedMs: number,
  usedMs: number,
  offset: number,
): void {
  const kept = `kept as ${formatDurationMs(resolutionMs)} summaries`;
  const times = Number.isFinite(untilMs) ? `samples before ${formatTime(untilMs)} are ${kept}` : `samples are ${kept}`;
  const asked = formatDurationMs(askedMs);
  const named = what === 'range' ? `range [${asked}]` : `lookback of ${asked}`;
  const changed = usedMs > askedMs ? `; the ${named} was widened to ${formatDurationMs(usedMs)}` : '';
  context.info(times + changed, offset);
}

function formatTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString().replace('.000Z', 'Z');
}
