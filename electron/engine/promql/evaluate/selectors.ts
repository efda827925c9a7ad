// Reads selectors from the storage: the newest sample of each step, or the columns under a range.
import type { MatrixSelector, VectorSelector } from '../ast.ts';
import { executionError } from '../errors.ts';
import { newestInBuckets } from '../functions/bucket-functions.ts';
import type { SelectHints, SeriesColumns } from '../storage.ts';
import type { QueryContext } from './context.ts';
import { lookTimes, positiveDurationMs } from './durations.ts';
import {
  evaluateSegments,
  informOfSummaries,
  segmentsOf,
  widened,
  type Segment,
  type SummarisedReach,
} from './reach.ts';
import { answerExactly } from './summarised.ts';
import { isAnyPresent, type Grid, type RangeSeries, type RangeSource, type StepSeries } from './values.ts';

/**
 * At each step the newest sample in (t - lookback, t]; nothing where that is a staleness marker. `read` says what of
 * the sample becomes the value: itself, or its time in seconds for timestamp().
 */
export function evaluateInstantSelector(
  context: QueryContext,
  selector: VectorSelector,
  grid: Grid,
  read: 'value' | 'time' = 'value',
): readonly StepSeries[] {
  if (selector.mode !== undefined) throw unsupportedMode(selector.mode);
  const look = lookTimes(selector, context.settings, grid);
  const segments = segmentsOf(
    context.tiers,
    { ...look, spanMs: context.settings.lookbackMs, leastBuckets: 1 },
    grid.steps,
  );
  return evaluateSegments(context, segments, grid, (part, summarised) =>
    newestSamples(context, selector, part, read, summarised),
  );
}

function newestSamples(
  context: QueryContext,
  selector: VectorSelector,
  grid: Grid,
  read: 'value' | 'time',
  summarised: SummarisedReach | undefined,
): readonly StepSeries[] {
  const look = lookTimes(selector, context.settings, grid);
  const asked = context.settings.lookbackMs;
  // A single step reads so little that summaries would save nothing.
  if (summarised === undefined && grid.steps > 1) {
    const { firstMs, stepMs } = look;
    const question = { matchers: selector.matchers, steps: grid.steps, firstEndMs: firstMs, endStepMs: stepMs };
    const answer = answerExactly(context, { ...question, rangeMs: asked }, newestInBuckets(read));
    if (answer !== undefined) return answer.series;
  }
  const lookbackMs = Math.max(asked, summarised?.resolutionMs ?? 0);
  const columns = select(context, selector, look, lookbackMs, hintsOf(look), summarised?.resolutionMs);
  if (summarised !== undefined && columns.length > 0) {
    informOfSummaries(context, summarised, 'lookback', asked, lookbackMs, selector.span.start);
  }
  const result: StepSeries[] = [];
  for (const column of columns) {
    const values = context.column(grid.steps);
    const present = new Uint8Array(grid.steps);
    const source = read === 'value' ? column.values : column.timestamps;
    const scale = read === 'value' ? 1 : 1_000;
    const { timestamps, stale } = column;
    const count = timestamps.length;
    let next = 0;
    for (let step = 0; step < grid.steps; step++) {
      const time = look.firstMs + step * look.stepMs;
      while (next < count && timestamps[next]! <= time) next++;
      const newest = next - 1;
      if (newest < 0 || timestamps[newest]! <= time - lookbackMs || stale?.[newest] === 1) continue;
      values[step] = source[newest]! / scale;
      present[step] = 1;
    }
    context.work(grid.steps);
    if (isAnyPresent(present)) result.push({ labels: column.labels, dropName: false, values, present });
  }
  return result;
}

/** The tiers that a range vector's steps are read from. */
export function segmentsOfRange(
  context: QueryContext,
  expr: MatrixSelector,
  grid: Grid,
  func: string | undefined,
): readonly Segment[] {
  const look = lookTimes(expr.selector, context.settings, grid);
  const spanMs = positiveDurationMs(expr.range, context.settings);
  return segmentsOf(context.tiers, { ...look, spanMs, leastBuckets: leastBuckets(func) }, grid.steps);
}

/**
 * The samples under a range. From summaries there is one sample a bucket, and the range is widened to whole buckets: to at
 * least as many as the function needs samples.
 */
export function selectRange(
  context: QueryContext,
  expr: MatrixSelector,
  grid: Grid,
  func: string | undefined,
  summarised: SummarisedReach | undefined,
): RangeSource {
  const { selector } = expr;
  if (selector.mode !== undefined) throw unsupportedMode(selector.mode);
  const asked = positiveDurationMs(expr.range, context.settings);
  const rangeMs = summarised === undefined ? asked : widened(asked, summarised.resolutionMs, leastBuckets(func));
  const look = lookTimes(selector, context.settings, grid);
  const hints: SelectHints = { ...(func === undefined ? {} : { func }), rangeMs, ...hintsOf(look) };
  const columns = select(context, selector, look, rangeMs, hints, summarised?.resolutionMs);
  if (summarised !== undefined && columns.length > 0) {
    informOfSummaries(context, summarised, 'range', asked, rangeMs, selector.span.start);
  }
  const series = columns.map(withoutStale).filter((one) => one.timestamps.length > 0);
  return { series, rangeMs, firstEndMs: look.firstMs, endStepMs: look.stepMs };
}

/** Functions that make nothing of one sample, where a bucket is one sample. */
const NEED_TWO: ReadonlySet<string> = new Set(['irate', 'idelta', 'deriv', 'predict_linear']);

function leastBuckets(func: string | undefined): number {
  return func !== undefined && NEED_TWO.has(func) ? 2 : 1;
}

/** With @ the evaluation stands still at the pinned time. */
function hintsOf({ firstMs, lastMs, stepMs, offsetMs }: ReturnType<typeof lookTimes>): SelectHints {
  return { startMs: firstMs + offsetMs, endMs: lastMs + offsetMs, stepMs, offsetMs };
}

function select(
  context: QueryContext,
  selector: VectorSelector,
  look: { readonly firstMs: number; readonly lastMs: number },
  spanMs: number,
  hints: SelectHints,
  resolutionMs: number | undefined,
): SeriesColumns[] {
  context.checkStop();
  const columns = context.settings.storage.select({
    matchers: selector.matchers,
    minTimeMs: look.firstMs - spanMs,
    maxTimeMs: look.lastMs,
    hints,
    ...(resolutionMs !== undefined && { resolutionMs }),
    maxSamples: context.remainingSamples,
  });
  let samples = 0;
  for (const column of columns) samples += column.timestamps.length;
  context.samplesRead += samples;
  context.reserve(samples);
  return columns;
}

function withoutStale(column: SeriesColumns): RangeSeries {
  const { labels, stale } = column;
  if (stale === undefined || !stale.includes(1)) {
    return { labels, dropName: false, timestamps: column.timestamps, values: column.values };
  }
  const keep = (_: number, i: number): boolean => stale[i] !== 1;
  return { labels, dropName: false, timestamps: column.timestamps.filter(keep), values: column.values.filter(keep) };
}

function unsupportedMode(mode: string): Error {
  return executionError(`the ${mode} modifier is not supported`);
}
