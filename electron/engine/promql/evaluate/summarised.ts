// Answers selectors from the storage's summaries of buckets: exactly where the windows are whole buckets, else widened.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { BucketFunction } from '../functions/bucket-functions.ts';
import type { LabelMatcher, Summaries } from '../storage.ts';
import { exactWindows, widenedWindows } from './bucket-windows.ts';
import type { QueryContext } from './context.ts';
import { named } from './range-functions.ts';
import { isAnyPresent, type StepSeries } from './values.ts';
import { inChunks, type Windows } from './windows.ts';

/** Step i's window is (firstEndMs + i * endStepMs - rangeMs, firstEndMs + i * endStepMs]. */
export type BucketQuestion = {
  readonly matchers: readonly LabelMatcher[];
  readonly steps: number;
  readonly firstEndMs: number;
  readonly endStepMs: number;
  readonly rangeMs: number;
};

export type BucketAnswer = {
  readonly series: readonly StepSeries[];
  /** The labels, as stored, of the first series that has any sample. */
  readonly firstLabels: Labels | undefined;
  /** Widened to whole buckets, where that was allowed. */
  readonly rangeMs: number;
};

/** Times that are shorter than so many buckets are read as samples: asking for summaries first would cost more. */
const MIN_BUCKETS = 4;

/** The answer that the samples would give, or undefined: then they are to be read. */
export function answerExactly(
  context: QueryContext,
  question: BucketQuestion,
  func: BucketFunction,
): BucketAnswer | undefined {
  const { storage } = context.settings;
  const { firstEndMs, rangeMs, steps } = question;
  const stepMs = steps > 1 ? question.endStepMs : 0;
  const finestMs = finestResolution(context);
  if (rangeMs + (steps - 1) * stepMs < MIN_BUCKETS * finestMs) return undefined;
  const alignMs = commonDivisor(commonDivisor(rangeMs, stepMs), Math.abs(firstEndMs));
  if (storage.summaries === undefined || alignMs < finestMs) return undefined;
  const minTimeMs = firstEndMs - rangeMs;
  const summaries = read(context, question, func, minTimeMs, firstEndMs + (steps - 1) * question.endStepMs, alignMs);
  const windows = summaries === undefined ? undefined : exactWindows(summaries.bounds, question);
  if (summaries === undefined || windows === undefined) return undefined;
  const answer = apply(context, summaries, windows, func);
  return func.mayOverflow === true && answer.series.some(isInfiniteSomewhere) ? undefined : answer;
}

/** The answer over windows widened to whole buckets of one tier; undefined when the storage has no such summaries. */
export function answerWidened(
  context: QueryContext,
  question: BucketQuestion,
  func: BucketFunction,
  resolutionMs: number,
): BucketAnswer | undefined {
  const floor = (timeMs: number): number => Math.floor(timeMs / resolutionMs) * resolutionMs;
  const firstEndMs = floor(question.firstEndMs);
  const lastEndMs = floor(question.firstEndMs + (question.steps - 1) * question.endStepMs);
  const summaries = read(context, question, func, floor(firstEndMs - question.rangeMs), lastEndMs, resolutionMs);
  if (summaries === undefined) return undefined;
  return apply(context, summaries, widenedWindows(summaries.bounds, question), func);
}

function read(
  context: QueryContext,
  { matchers }: BucketQuestion,
  { fields }: BucketFunction,
  minTimeMs: number,
  maxTimeMs: number,
  alignMs: number,
): Summaries | undefined {
  context.checkStop();
  const maxSamples = context.remainingSamples;
  const summaries = context.settings.storage.summaries?.({
    matchers,
    minTimeMs,
    maxTimeMs,
    alignMs,
    fields,
    maxSamples,
  });
  if (summaries === undefined) return undefined;
  const buckets = summaries.series.length * (summaries.bounds.length - 1);
  context.samplesRead += buckets;
  context.reserve(buckets);
  return summaries;
}

function apply(
  context: QueryContext,
  { bounds, series }: Summaries,
  windows: Windows,
  func: BucketFunction,
): BucketAnswer {
  const result: StepSeries[] = [];
  let firstLabels: Labels | undefined;
  for (const one of series) {
    if (firstLabels === undefined && one.counts.some((count) => count > 0)) firstLabels = one.labels;
    const values = context.column(windows.steps);
    const present = new Uint8Array(windows.steps);
    const evaluate = func.bind(one, windows, bounds);
    inChunks(context, windows, (from, to) => evaluate(values, present, from, to));
    if (!isAnyPresent(present)) continue;
    const keepsName = func.keepsName === true;
    result.push({ ...named(context, { labels: one.labels, dropName: false }, keepsName), values, present });
  }
  const [low = 0, high = 0] = [windows.low[0], windows.high[0]];
  return { series: result, firstLabels, rangeMs: (bounds[high] ?? 0) - (bounds[low] ?? 0) };
}

function isInfiniteSomewhere({ values }: StepSeries): boolean {
  return values.includes(Infinity) || values.includes(-Infinity);
}

function finestResolution({ tiers }: QueryContext): number {
  let finest = Infinity;
  for (const { resolutionMs } of tiers) if (resolutionMs > 0) finest = Math.min(finest, resolutionMs);
  return finest;
}

function commonDivisor(a: number, b: number): number {
  let divisor = a;
  for (let rest = b; rest !== 0;) [divisor, rest] = [rest, divisor % rest];
  return divisor;
}
