// Runs queries: parses where needed, evaluates at one time or over a range, and shapes the answer.
import { Labels } from '../../../shared/model/labels.ts';
import { unwrapParens, type Expr } from './ast.ts';
import { typeName, typeOf } from './check.ts';
import { executionError, QueryError } from './errors.ts';
import { QueryContext, type StopCheck } from './evaluate/context.ts';
import { Evaluation } from './evaluate/evaluation.ts';
import { dropMarkedNames } from './evaluate/results.ts';
import { segmentsOfRange } from './evaluate/selectors.ts';
import { isAnyPresent, timeAt, type Grid, type RangeSource, type StepSeries } from './evaluate/values.ts';
import { parsedQuery } from './parsed-queries.ts';
import type { ParseOptions } from './parser/options.ts';
import type { MatrixSeries, QueryOutcome, QueryValue } from './result.ts';
import type { Storage } from './storage.ts';

export const DEFAULT_LOOKBACK_MS = 300_000;
export const DEFAULT_MAX_SAMPLES = 50_000_000;
export const MAX_STEPS = 11_000;
const MAX_ANNOTATIONS = 10;

export type EvaluatorOptions = {
  readonly storage: Storage;
  /** How old the newest sample may be for an instant selector; 5 minutes unless set. */
  readonly lookbackMs?: number;
  /** Samples that one query may hold in memory; 50 million unless set. */
  readonly maxSamples?: number;
  /** Drops metric names from the final result only, so that label functions can still read them. Off unless set. */
  readonly delayedNameRemoval?: boolean;
  /** Experimental parts of the language that queries may use. */
  readonly experimental?: ParseOptions;
  /** The step of a subquery that names none; 1 minute unless set. */
  readonly defaultSubqueryStepMs?: number;
};

export type RunOptions = {
  /** Asked every few milliseconds; anything but false ends the query with QueryError('canceled') or ('timeout'). */
  readonly shouldStop?: StopCheck | undefined;
  readonly lookbackMs?: number | undefined;
};

export interface QueryEvaluator {
  /** Throws QueryError. */
  instant(query: string | Expr, timeMs: number, options?: RunOptions): QueryOutcome;
  /** Steps at startMs, startMs + stepMs, ... <= endMs; the result is a matrix sorted by labels. Throws QueryError. */
  range(query: string | Expr, startMs: number, endMs: number, stepMs: number, options?: RunOptions): QueryOutcome;
}

export function createEvaluator(options: EvaluatorOptions): QueryEvaluator {
  const parse = (query: string | Expr): Expr =>
    typeof query === 'string' ? parsedQuery(query, options.experimental) : query;
  const contextFor = (query: string | Expr, bounds: Bounds, run: RunOptions): QueryContext =>
    new QueryContext({
      storage: options.storage,
      lookbackMs: run.lookbackMs ?? options.lookbackMs ?? DEFAULT_LOOKBACK_MS,
      maxSamples: options.maxSamples ?? DEFAULT_MAX_SAMPLES,
      delayedNameRemoval: options.delayedNameRemoval ?? false,
      defaultSubqueryStepMs: options.defaultSubqueryStepMs ?? 60_000,
      shouldStop: run.shouldStop,
      text: typeof query === 'string' ? query : '',
      ...bounds,
    });
  return {
    instant: (query, timeMs, run = {}) => {
      checkTimes(timeMs);
      const expr = parse(query);
      const context = contextFor(query, { startMs: timeMs, endMs: timeMs, stepMs: 0 }, run);
      return outcome(
        context,
        guarded(() => instantValue(context, expr, timeMs)),
      );
    },
    range: (query, startMs, endMs, stepMs, run = {}) => {
      checkTimes(startMs, endMs, stepMs);
      if (stepMs <= 0)
        throw new QueryError(
          'bad_data',
          'zero or negative query resolution step widths are not accepted. Try a positive integer',
        );
      if (endMs < startMs) throw new QueryError('bad_data', 'end timestamp must not be before start time');
      const steps = Math.floor((endMs - startMs) / stepMs) + 1;
      if (steps > MAX_STEPS + 1) {
        throw new QueryError(
          'bad_data',
          'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
        );
      }
      const expr = parse(query);
      const type = typeOf(expr);
      if (type !== 'scalar' && type !== 'vector') {
        throw new QueryError(
          'bad_data',
          `invalid expression type "${typeName(type)}" for range query, must be Scalar or instant Vector`,
        );
      }
      const context = contextFor(query, { startMs, endMs, stepMs }, run);
      return outcome(
        context,
        guarded(() => rangeValue(context, expr, { startMs, stepMs, steps })),
      );
    },
  };
}

type Bounds = { readonly startMs: number; readonly endMs: number; readonly stepMs: number };

function checkTimes(...times: readonly number[]): void {
  if (!times.every((time) => Number.isFinite(time) && Math.abs(time) <= Number.MAX_SAFE_INTEGER)) {
    throw new QueryError('bad_data', 'a query time is not a finite number of milliseconds');
  }
}

/** A stack or memory that a query exhausts in spite of the limits fails that query, not the thread. */
function guarded(run: () => QueryValue): QueryValue {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) throw executionError(`query is too large: ${error.message}`);
    throw error;
  }
}

function outcome(context: QueryContext, value: QueryValue): QueryOutcome {
  return {
    value,
    warnings: shortened(context.warnings, 'warning'),
    infos: shortened(context.infos, 'info'),
    samplesRead: context.samplesRead,
  };
}

/** The first few, as in Prometheus's answers: a step or a series each could have one of its own. */
function shortened(annotations: ReadonlySet<string>, kind: string): string[] {
  const listed = [...annotations].slice(0, MAX_ANNOTATIONS);
  const more = annotations.size - listed.length;
  return more > 0 ? [...listed, `${more} more ${kind} annotations omitted`] : listed;
}

function instantValue(context: QueryContext, expr: Expr, timeMs: number): QueryValue {
  const grid: Grid = { startMs: timeMs, stepMs: 1, steps: 1 };
  const evaluation = new Evaluation(context, expr);
  if (typeOf(expr) === 'matrix') {
    const ranged = unwrapParens(expr);
    const [segment] = ranged.type === 'matrix-selector' ? segmentsOfRange(context, ranged, grid, undefined) : [];
    return rangeVectorValue(evaluation.range(ranged, grid, undefined, segment?.summarised));
  }
  const value = evaluation.evaluate(expr, grid);
  if (value.type === 'string') return { type: 'string', timeMs, value: value.value };
  if (value.type === 'scalar') return { type: 'scalar', timeMs, value: value.values[0] ?? Number.NaN };
  const samples = dropMarkedNames(value.series)
    .filter((one) => one.present[0] === 1)
    .map((one) => ({ labels: one.labels, timeMs, value: one.values[0] ?? 0 }));
  return { type: 'vector', samples };
}

/** The raw samples of one window. */
function rangeVectorValue(source: RangeSource): QueryValue {
  const after = source.firstEndMs - source.rangeMs;
  const series: MatrixSeries[] = [];
  for (const { labels, timestamps, values } of source.series) {
    const low = timestamps.findIndex((time) => time > after);
    const high = timestamps.findLastIndex((time) => time <= source.firstEndMs) + 1;
    if (low < 0 || high <= low) continue;
    series.push({ labels, timestamps: timestamps.slice(low, high), values: values.slice(low, high) });
  }
  return { type: 'matrix', series: sortByLabels(series) };
}

function rangeValue(context: QueryContext, expr: Expr, grid: Grid): QueryValue {
  const value = new Evaluation(context, expr).evaluate(expr, grid);
  if (value.type === 'string') throw new TypeError('a string is no range result');
  const times = new Float64Array(grid.steps);
  for (let i = 0; i < times.length; i++) times[i] = timeAt(grid, i);
  if (value.type === 'scalar') {
    return { type: 'matrix', series: [{ labels: Labels.EMPTY, timestamps: times, values: value.values }] };
  }
  const series = dropMarkedNames(value.series)
    .filter((one) => isAnyPresent(one.present))
    .map((one) => pointsOf(one, times));
  return { type: 'matrix', series: sortByLabels(series) };
}

function pointsOf({ labels, present, values }: StepSeries, times: Float64Array): MatrixSeries {
  const from = present.indexOf(1);
  const to = present.lastIndexOf(1) + 1;
  if (!present.subarray(from, to).includes(0)) {
    if (to - from === times.length) return { labels, timestamps: times, values };
    return { labels, timestamps: times.subarray(from, to), values: values.subarray(from, to) };
  }
  let count = 0;
  for (let i = from; i < to; i++) count += present[i]!;
  const found = { labels, timestamps: new Float64Array(count), values: new Float64Array(count) };
  let at = 0;
  for (let i = from; i < to; i++) {
    if (present[i] !== 1) continue;
    found.timestamps[at] = times[i]!;
    found.values[at++] = values[i]!;
  }
  return found;
}

function sortByLabels(series: readonly MatrixSeries[]): MatrixSeries[] {
  return series.toSorted((a, b) => Labels.compare(a.labels, b.labels));
}
