// Reads selectors from the storage: the newest sample of each step, or the columns under a range.
import type { MatrixSelector, VectorSelector } from '../ast.ts';
import { executionError } from '../errors.ts';
import type { SelectHints, SeriesColumns } from '../storage.ts';
import type { QueryContext } from './context.ts';
import { lookTimes, positiveDurationMs } from './durations.ts';
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
): StepSeries[] {
  if (selector.mode !== undefined) throw unsupportedMode(selector.mode);
  const { lookbackMs } = context.settings;
  const look = lookTimes(selector, context.settings, grid);
  const hints = hintsOf(look);
  const columns = select(context, selector, look.firstMs - lookbackMs, look.lastMs, hints);
  const result: StepSeries[] = [];
  for (const column of columns) {
    const values = context.column(grid.steps);
    const present = new Uint8Array(grid.steps);
    const source = read === 'value' ? column.values : column.timestamps;
    const scale = read === 'value' ? 1 : 1_000;
    const { timestamps, stale } = column;
    let next = 0;
    for (let step = 0; step < grid.steps; step++) {
      const time = look.firstMs + step * look.stepMs;
      while (next < timestamps.length && (timestamps[next] ?? 0) <= time) next++;
      const newest = next - 1;
      if (newest < 0 || (timestamps[newest] ?? 0) <= time - lookbackMs || stale?.[newest] === 1) continue;
      values[step] = (source[newest] ?? 0) / scale;
      present[step] = 1;
    }
    context.work(grid.steps);
    if (isAnyPresent(present)) result.push({ labels: column.labels, dropName: false, values, present });
  }
  return result;
}

export function selectRange(
  context: QueryContext,
  expr: MatrixSelector,
  grid: Grid,
  func: string | undefined,
): RangeSource {
  const { selector } = expr;
  if (selector.mode !== undefined) throw unsupportedMode(selector.mode);
  const rangeMs = positiveDurationMs(expr.range, context.settings);
  const look = lookTimes(selector, context.settings, grid);
  const hints: SelectHints = { ...(func === undefined ? {} : { func }), rangeMs, ...hintsOf(look) };
  const columns = select(context, selector, look.firstMs - rangeMs, look.lastMs, hints);
  const series = columns.map(withoutStale).filter((one) => one.timestamps.length > 0);
  return { series, rangeMs, firstEndMs: look.firstMs, endStepMs: look.stepMs };
}

/** With @ the evaluation stands still at the pinned time. */
function hintsOf({ firstMs, lastMs, stepMs, offsetMs }: ReturnType<typeof lookTimes>): SelectHints {
  return { startMs: firstMs + offsetMs, endMs: lastMs + offsetMs, stepMs, offsetMs };
}

function select(
  context: QueryContext,
  selector: VectorSelector,
  minTimeMs: number,
  maxTimeMs: number,
  hints: SelectHints,
): SeriesColumns[] {
  context.checkStop();
  const columns = context.settings.storage.select({
    matchers: selector.matchers,
    minTimeMs,
    maxTimeMs,
    hints,
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
