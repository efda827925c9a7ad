// The reader thread: one query after the other over the head's shared tables and the week files.
import path from 'node:path';
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import {
  createEvaluator,
  extractSelectors,
  parseQuery,
  QueryError,
  type QueryEvaluator,
  type QueryOutcome,
  type RunOptions,
} from '../../promql/index.ts';
import { storeClosed, toWire } from './to-wire.ts';
import type {
  HeadMessage,
  JsonPiece,
  JsonWish,
  QueryLimits,
  ReaderAnswer,
  ReaderCall,
  ReaderMessage,
  ReaderOpen,
  Request,
  WireOutcome,
} from './protocol.ts';
import { MAX_QUERY_SAMPLES, MetricStorage, type QueryScope } from './reader/metric-storage.ts';
import { DecodedCache } from './reader/decoded-cache.ts';
import { SealedReader } from './reader/sealed-reader.ts';
import { StoredFiles } from './reader/stored-files.ts';
import { TierReader } from './reader/tier-reader.ts';
import { HeldAnswers } from './reader/json/held-answers.ts';
import { packOutcome, transferOf } from './reader/wire-outcome.ts';
import type { StoredSamples } from './types.ts';
import { transferOfSamples } from './reader/samples-after.ts';
import { readSeries } from './wal/head-file.ts';
import { weekName } from './week.ts';
import { collectAfterStart } from '../../threads/index.ts';

collectAfterStart();

const port = parentPort;
if (port === null) throw new Error('the metric reader runs as a thread only');

/** What was decoded and is held for the next query. */
const MAX_CACHE_BYTES = 48 * 1024 * 1024;
/** Nothing is held when nobody has asked for so long. */
const IDLE_MS = 3 * 60_000;

type Opened = {
  readonly options: ReaderOpen;
  readonly storage: MetricStorage;
  readonly close: () => void;
  readonly forgetDecoded: () => void;
};

let opened: Opened | undefined;
let writer: MessagePort | undefined;
const answers = new HeldAnswers();

function drain(): void {
  if (writer === undefined || opened === undefined) return;
  for (let next = receiveMessageOnPort(writer); next !== undefined; next = receiveMessageOnPort(writer)) {
    opened.storage.apply(next.message as HeadMessage);
  }
}

/** Names of files that proved damaged during the query, and of those that a full disk keeps from being opened. */
const damagedFiles = new Set<string>();
const unreadFiles = new Set<string>();

function tellDamage(message: ReaderMessage, file: string): void {
  damagedFiles.add(file);
  writer?.postMessage(message);
}

function open(options: ReaderOpen): undefined {
  const dir = path.join(options.dir, 'metrics');
  const files = new StoredFiles(dir);
  const cache = new DecodedCache(MAX_CACHE_BYTES);
  const sealed = new SealedReader(dir, files, cache, (mondayMs, wholeFile) =>
    tellDamage({ kind: 'damaged', mondayMs, wholeFile }, `${weekName(mondayMs)}.db`),
  );
  const tiers = new TierReader(
    dir,
    files,
    cache,
    (name, wholeFile) => tellDamage({ kind: 'damagedTier', name, wholeFile }, name),
    (name) => unreadFiles.add(name),
  );
  opened = {
    options,
    storage: new MetricStorage({ files, sealed, tiers }, options.retention, drain),
    close: () => {
      sealed.close();
      tiers.close();
    },
    forgetDecoded: () => cache.clear(),
  };
}

/** Everything the head holds comes through the new port, so what an earlier writer shared is let go. */
function attach(to: Opened, writerPort: MessagePort): undefined {
  writer?.close();
  writer = writerPort;
  to.storage.head.clear();
  let damaged = 0;
  for (const { id, labels } of readSeries(path.join(to.options.dir, 'metrics', 'head.db'))) {
    if (!to.storage.index.add(id, labels)) damaged++;
  }
  if (damaged > 0) writerPort.postMessage({ kind: 'damagedLabels', series: damaged } satisfies ReaderMessage);
  // Between queries too, so that messages do not pile up.
  writerPort.on('message', (message: HeadMessage) => to.storage.apply(message));
  writerPort.unref();
}

const running = (): Opened => {
  if (opened === undefined) throw storeClosed();
  return opened;
};

type Stop = () => false | 'canceled' | 'timeout';

/** Begins when the call is taken up; the time that it waited counts too, since the caller's clock runs from the start. */
function stopCheck(limits: QueryLimits): Stop {
  const deadline = performance.now() + limits.timeoutMs;
  return () => {
    if (Atomics.load(limits.cancelled, 0) !== 0) return 'canceled';
    return performance.now() > deadline ? 'timeout' : false;
  };
}

function scopeOf(limits: QueryLimits, stop: Stop): QueryScope {
  const check = (): void => {
    const reason = stop();
    if (reason === false) return;
    throw new QueryError(reason, reason === 'canceled' ? 'query was canceled' : 'query timed out');
  };
  check();
  return { nowMs: limits.nowMs, check };
}

function scoped<T>(limits: QueryLimits, run: (storage: MetricStorage, scope: QueryScope) => T): T {
  return run(running().storage, scopeOf(limits, stopCheck(limits)));
}

type Run = (evaluator: QueryEvaluator, options: RunOptions) => QueryOutcome;

function evaluated(limits: QueryLimits, run: Run): QueryOutcome {
  const shouldStop = stopCheck(limits);
  const { storage } = running();
  const evaluator = createEvaluator({
    storage: storage.forQuery(scopeOf(limits, shouldStop)),
    maxSamples: MAX_QUERY_SAMPLES,
    ...(limits.subqueryStepMs !== undefined && { defaultSubqueryStepMs: limits.subqueryStepMs }),
  });
  damagedFiles.clear();
  unreadFiles.clear();
  const outcome = run(evaluator, { shouldStop, lookbackMs: limits.lookbackMs });
  const missing: string[] = [];
  if (damagedFiles.size > 0)
    missing.push(`what is damaged in ${[...damagedFiles].join(', ')} is missing from the answer`);
  if (unreadFiles.size > 0) missing.push(`${[...unreadFiles].join(', ')} cannot be opened while the disk is full`);
  return missing.length === 0 ? outcome : { ...outcome, warnings: [...outcome.warnings, ...missing] };
}

const instant =
  (call: { readonly query: string; readonly timeMs: number }): Run =>
  (evaluator, options) =>
    evaluator.instant(call.query, call.timeMs, options);

const range =
  (call: { readonly query: string; readonly startMs: number; readonly endMs: number; readonly stepMs: number }): Run =>
  (evaluator, options) =>
    evaluator.range(call.query, call.startMs, call.endMs, call.stepMs, options);

function answered(call: QueryLimits & JsonWish, run: Run): JsonPiece {
  const begun = performance.now();
  const outcome = evaluated(call, run);
  const seconds = (performance.now() - begun) / 1_000;
  return answers.begin(outcome, { limit: call.limit, stats: call.stats ? costOf(outcome, seconds) : undefined });
}

/** Prometheus's data.stats, as far as there is such a thing here: a query is prepared, evaluated and sorted in one. */
const costOf = ({ samplesRead }: QueryOutcome, seconds: number): object => ({
  timings: { evalTotalTime: seconds, innerEvalTime: seconds, execTotalTime: seconds },
  samples: { totalQueryableSamples: samplesRead, peakSamples: samplesRead },
});

type Handlers = { [K in ReaderCall['kind']]: (call: Extract<ReaderCall, { kind: K }>) => ReaderAnswer[K] };

const handlers: Handlers = {
  open,
  attach: (call) => attach(running(), call.port),
  instant: (call) => packOutcome(evaluated(call, instant(call))),
  range: (call) => packOutcome(evaluated(call, range(call))),
  estimate: (call) =>
    scoped(call, (storage, scope) => {
      const { query, startMs, endMs, stepMs, lookbackMs, subqueryStepMs } = call;
      const selected = extractSelectors(parseQuery(query), {
        startMs,
        endMs,
        stepMs,
        ...(lookbackMs !== undefined && { lookbackMs }),
        ...(subqueryStepMs !== undefined && { defaultSubqueryStepMs: subqueryStepMs }),
      });
      return storage.estimate(selected, scope);
    }),
  cardinality: (call) => scoped(call, (storage) => storage.cardinality(call.limit)),
  instantJson: (call) => answered(call, instant(call)),
  rangeJson: (call) => answered(call, range(call)),
  nextPiece: (call) => answers.next(call.answer),
  dropAnswer: (call) => {
    answers.drop(call.answer);
    return undefined;
  },
  series: (call) =>
    scoped(call, (storage, scope) =>
      storage.series(call.selectors, call.startMs, call.endMs, call.limit, scope).map((labels) => labels.flat),
    ),
  labelNames: (call) =>
    scoped(call, (storage, scope) => storage.labelNames(call.selectors, call.startMs, call.endMs, scope)),
  labelValues: (call) =>
    scoped(call, (storage, scope) => storage.labelValues(call.name, call.selectors, call.startMs, call.endMs, scope)),
  samples: (call) => scoped(call, (storage, scope) => storage.samples(call, scope)),
  seriesIds: (call) => scoped(call, (storage, scope) => storage.seriesIds(call.selectors, scope)),
  close: () => {
    opened?.close();
    opened = undefined;
    writer?.close();
    return undefined;
  },
};

let idleTimer: NodeJS.Timeout | undefined;

function answer({ id, call }: Request<ReaderCall>): void {
  idleTimer ??= setTimeout(() => opened?.forgetDecoded(), IDLE_MS).unref();
  idleTimer.refresh();
  try {
    const handle = handlers[call.kind] as (call: ReaderCall) => unknown;
    const result = handle(call);
    port?.postMessage({ id, answer: result }, buffersOf(call.kind, result));
  } catch (error) {
    port?.postMessage({ id, error: toWire(error) });
  }
  if (call.kind === 'close') port?.close();
}

/** What is handed over instead of copied. */
function buffersOf(kind: ReaderCall['kind'], result: unknown): ArrayBuffer[] {
  if (kind === 'instant' || kind === 'range') return transferOf(result as WireOutcome);
  if (kind === 'samples') return transferOfSamples(result as StoredSamples);
  const isPiece = kind === 'instantJson' || kind === 'rangeJson' || kind === 'nextPiece';
  return isPiece ? [(result as JsonPiece).bytes.buffer] : [];
}

port.on('message', answer);
