// Runs a test file against the evaluator, each instant case also pinned by @ and as a range query.
import { createEvaluator, parseQuery, QueryError, type QueryEvaluator } from '../../electron/engine/promql/index.ts';
import { type Labels, METRIC_NAME } from '../../shared/model/labels.ts';
import { dependsOnTime, pinTime, readsBounds } from './at-variant.ts';
import { almostEqual, compareAnnotations, compareInstant, compareRange, compareVector } from './compare.ts';
import { refusedForStartTimes } from './start-times.ts';
import { EXPERIMENTAL } from './experimental.ts';
import { parseTestFile, type EvalCommand, type InstantEval, type LoadCommand, type RangeEval } from './language.ts';
import { MemoryStorage, type StoredSample } from '../../electron/engine/promql/testing/index.ts';

export type EvalResult = { readonly line: number; readonly failure: string | undefined };

/**
 * One result for each eval (and each block that cannot be read), in the order of the file. The files assume delayed name
 * removal; without it, those that test it fail.
 */
export function runTestFile(text: string, delayedNameRemoval = true): EvalResult[] {
  const storage = new MemoryStorage();
  const evaluator = createEvaluator({ storage, delayedNameRemoval, experimental: EXPERIMENTAL });
  const results: EvalResult[] = [];
  let withStartTimes: readonly Labels[] = [];
  for (const command of parseTestFile(text)) {
    if (command.type === 'bad') {
      results.push({ line: command.line, failure: command.reason });
    } else if (command.type === 'clear') {
      storage.clear();
      withStartTimes = [];
    } else if (command.type === 'load') {
      load(storage, command);
      withStartTimes = [...withStartTimes, ...command.withStartTimes];
    } else {
      const failure = refusedForStartTimes(command.query, withStartTimes) ?? runEval(evaluator, command);
      results.push({ line: command.line, failure });
    }
  }
  return results;
}

function load(storage: MemoryStorage, command: LoadCommand): void {
  for (const { labels, values } of command.series) {
    const samples = values.flatMap((value, i): StoredSample[] => {
      if (value === undefined) return [];
      const timeMs = i * command.stepMs;
      if (value.kind === 'float') return [{ timeMs, value: value.value }];
      return [{ timeMs, value: 0, stale: value.kind === 'stale', histogram: value.kind === 'histogram' }];
    });
    storage.append(labels, samples);
    if (command.withNative && labels.name.endsWith('_bucket')) {
      const native = labels.without('le').with(METRIC_NAME, labels.name.slice(0, -'_bucket'.length));
      storage.append(
        native,
        samples.map(({ timeMs }) => ({ timeMs, value: 0, histogram: true })),
      );
    }
  }
}

function runEval(evaluator: QueryEvaluator, command: EvalCommand): string | undefined {
  const failures = command.expected.annotations.filter((one) => one.kind === 'fail');
  try {
    const difference = 'atMs' in command ? runInstant(evaluator, command) : runRange(evaluator, command);
    return failures.length > 0 ? `expected to fail, but ${difference ?? 'it succeeded'}` : difference;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (isRefusal(error)) return `refused: ${error.message}`;
    if (failures.length === 0) return `failed: ${error.message}`;
    const unmatched = failures.find((one) => !one.matches(error.reason));
    return unmatched === undefined ? undefined : `expected failure ${unmatched.text}, got ${error.reason}`;
  }
}

/** A refusal is no pass, even where the test expects some failure. */
function isRefusal(error: QueryError): boolean {
  return /not supported|not enabled/.test(error.reason);
}

function runRange(evaluator: QueryEvaluator, command: RangeEval): string | undefined {
  const outcome = evaluator.range(command.query, command.startMs, command.endMs, command.stepMs);
  return compareAnnotations(command.expected, outcome) ?? compareRange(command, outcome);
}

function runInstant(evaluator: QueryEvaluator, command: InstantEval): string | undefined {
  const { expected, query, atMs } = command;
  const outcome = evaluator.instant(query, atMs);
  const difference = compareAnnotations(expected, outcome) ?? compareInstant(expected, outcome);
  if (difference !== undefined) return difference;
  const expr = parseQuery(query, EXPERIMENTAL);
  if (!dependsOnTime(expr)) {
    const pinned = pinTime(expr, atMs);
    const times = atMs === 0 ? [-1_000, 0, 1_000] : [-10 * atMs, 0, Math.trunc(atMs / 5), atMs, 10 * atMs];
    for (const timeMs of times) {
      const again = compareInstant(expected, evaluator.instant(pinned, timeMs));
      if (again !== undefined) return `pinned by @ and run at ${timeMs} ms: ${again}`;
    }
  }
  if (expected.ordered || expected.text !== undefined || expected.rangeVector !== undefined || readsBounds(expr)) {
    return undefined;
  }
  const middle = middleStep(evaluator, command);
  return middle === undefined ? undefined : `as the middle step of a range query: ${middle}`;
}

function middleStep(evaluator: QueryEvaluator, command: InstantEval): string | undefined {
  const { expected, query, atMs } = command;
  const { value } = evaluator.range(query, atMs - 60_000, atMs + 60_000, 60_000);
  if (value.type !== 'matrix') return `expected a matrix, got a ${value.type}`;
  const samples = value.series.flatMap(({ labels, timestamps, values }) => {
    const i = timestamps.indexOf(atMs);
    return i < 0 ? [] : [{ labels, timeMs: atMs, value: values[i] ?? 0 }];
  });
  if (expected.scalar !== undefined) {
    const [only] = samples;
    if (only !== undefined && almostEqual(only.value, expected.scalar)) return undefined;
    return `expected ${expected.scalar}, got ${only?.value ?? 'nothing'}`;
  }
  return compareVector(expected, samples);
}
