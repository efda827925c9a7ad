// Holds a query's answer against what a test expects; says what differs, or nothing.
import type { MatrixSeries, QueryOutcome, VectorSample } from '../../electron/engine/promql/index.ts';
import { Labels } from '../../shared/model/labels.ts';
import type { Expected, RangeEval } from './language.ts';
import type { SequenceValue, SeriesLine } from '../../electron/engine/promql/testing/index.ts';

const TOLERANCE = 1e-6;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

export function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (a === b) return true;
  const difference = Math.abs(a - b);
  const size = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || size < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(size, Number.MAX_VALUE) < TOLERANCE;
}

/** Any annotation of a kind is checked only where some are expected, or none are. */
export function compareAnnotations(expected: Expected, outcome: QueryOutcome): string | undefined {
  for (const [kind, found, none] of [
    ['warn', outcome.warnings, expected.noWarn],
    ['info', outcome.infos, expected.noInfo],
  ] as const) {
    if (none && found.length > 0) return `expected no ${kind}, got ${found.join('; ')}`;
    const wanted = expected.annotations.filter((one) => one.kind === kind);
    for (const one of wanted) {
      if (!found.some((text) => one.matches(text)))
        return `expected ${kind} ${one.text}, got ${found.join('; ') || 'none'}`;
    }
    const stray = wanted.length === 0 ? undefined : found.find((text) => !wanted.some((one) => one.matches(text)));
    if (stray !== undefined) return `unexpected ${kind} ${stray}`;
  }
  return undefined;
}

export function compareInstant(expected: Expected, outcome: QueryOutcome): string | undefined {
  const { value } = outcome;
  if (expected.text !== undefined) {
    return value.type === 'string' && value.value === expected.text
      ? undefined
      : `expected string ${JSON.stringify(expected.text)}, got ${JSON.stringify(value)}`;
  }
  if (expected.scalar !== undefined) {
    if (value.type !== 'scalar') return `expected scalar ${expected.scalar}, got a ${value.type}`;
    return almostEqual(value.value, expected.scalar) ? undefined : `expected ${expected.scalar}, got ${value.value}`;
  }
  if (expected.rangeVector !== undefined) {
    if (value.type !== 'matrix') return `expected a range vector, got a ${value.type}`;
    const { fromMs, stepMs, toMs } = expected.rangeVector;
    return compareMatrix(expected.series, value.series, fromMs, stepMs, toMs);
  }
  if (value.type === 'scalar' && expected.series.length > 0) return `expected a vector, got scalar ${value.value}`;
  if (value.type !== 'vector') return `expected a vector, got a ${value.type}`;
  return compareVector(expected, value.samples);
}

export function compareVector(expected: Expected, samples: readonly VectorSample[]): string | undefined {
  const found = new Map<string, { value: number; place: number }>();
  for (const [place, { labels, value }] of samples.entries()) {
    if (found.has(labels.key)) return `${show(labels)} is twice in the result`;
    found.set(labels.key, { value, place });
  }
  for (const [place, { labels, values }] of expected.series.entries()) {
    const wanted = values[0];
    const got = found.get(labels.key);
    if (got === undefined) return `missing ${show(labels)} ${showValue(wanted)}; got ${showVector(samples)}`;
    if (wanted?.kind !== 'float') return `expected ${show(labels)} ${showValue(wanted)}, got ${got.value}`;
    if (!almostEqual(got.value, wanted.value)) return `expected ${show(labels)} ${wanted.value}, got ${got.value}`;
    if (expected.ordered && got.place !== place)
      return `expected ${show(labels)} at place ${place + 1}, got ${got.place + 1}`;
    found.delete(labels.key);
  }
  const extra = samples.find(({ labels }) => found.has(labels.key));
  return extra === undefined ? undefined : `unexpected ${show(extra.labels)} ${extra.value}`;
}

/** Values of the expected series belong to fromMs, fromMs + stepMs, ...; `_` means no sample there. */
export function compareMatrix(
  expected: readonly SeriesLine[],
  series: readonly MatrixSeries[],
  fromMs: number,
  stepMs: number,
  toMs: number,
): string | undefined {
  const steps = Math.floor((toMs - fromMs) / stepMs) + 1;
  for (let i = 1; i < series.length; i++) {
    const [a, b] = [series[i - 1], series[i]];
    if (a !== undefined && b !== undefined && Labels.compare(a.labels, b.labels) >= 0)
      return 'series are not sorted by labels';
  }
  const found = new Map(series.map((one) => [one.labels.key, one]));
  for (const { labels, values } of expected) {
    if (values.length > steps) return `${show(labels)} has more expected values than steps`;
    const got = found.get(labels.key);
    const points = new Map(Array.from(got?.timestamps ?? [], (time, i) => [time, got?.values[i] ?? 0]));
    if (got === undefined && values.some((value) => value !== undefined)) return `missing ${show(labels)}`;
    for (const [i, wanted] of values.entries()) {
      const time = fromMs + i * stepMs;
      const value = points.get(time);
      points.delete(time);
      if (wanted === undefined && value === undefined) continue;
      if (wanted?.kind !== 'float' || value === undefined || !almostEqual(value, wanted.value)) {
        return `expected ${show(labels)} ${showValue(wanted)} at ${time} ms, got ${value ?? 'nothing'}`;
      }
    }
    const [extra] = points.keys();
    if (extra !== undefined) return `unexpected ${show(labels)} ${points.get(extra)} at ${extra} ms`;
    found.delete(labels.key);
  }
  const [extra] = found.values();
  return extra === undefined ? undefined : `unexpected series ${show(extra.labels)}`;
}

export function compareRange(command: RangeEval, outcome: QueryOutcome): string | undefined {
  const { value } = outcome;
  if (value.type !== 'matrix') return `expected a matrix, got a ${value.type}`;
  return compareMatrix(command.expected.series, value.series, command.startMs, command.stepMs, command.endMs);
}

function show(labels: Labels): string {
  return JSON.stringify(labels.toRecord());
}

function showValue(value: SequenceValue): string {
  if (value === undefined) return 'nothing';
  return value.kind === 'float' ? String(value.value) : value.kind;
}

function showVector(samples: readonly VectorSample[]): string {
  return samples.length === 0 ? 'nothing' : samples.map(({ labels, value }) => `${show(labels)} ${value}`).join(', ');
}
