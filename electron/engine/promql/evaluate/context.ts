// One running query: its settings, its limits, and the annotations that it gathers.
import { formatPosition } from '../annotations.ts';
import { executionError, QueryError, tooManySamples } from '../errors.ts';
import type { Storage, Tier } from '../storage.ts';

/** Whether a running query should end: true or 'canceled' when nobody wants the answer, 'timeout' when its time is up. */
export type StopCheck = () => boolean | 'canceled' | 'timeout';

export type QuerySettings = {
  readonly storage: Storage;
  readonly lookbackMs: number;
  readonly maxSamples: number;
  readonly delayedNameRemoval: boolean;
  readonly defaultSubqueryStepMs: number;
  readonly shouldStop: StopCheck | undefined;
  /** The query's text, to place annotations in; '' when only a tree was given. */
  readonly text: string;
  /** The bounds of the whole query, which start() and end() mean even inside subqueries. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
};

const SAMPLES_ONLY: readonly Tier[] = [{ resolutionMs: 0, oldestMs: -Infinity }];

/** Characters of label values that one query may make. */
const MAX_TEXT = 32_000_000;

/** How much work passes between two questions whether to stop. */
const POLL_INTERVAL = 200_000;

export class QueryContext {
  readonly settings: QuerySettings;
  readonly warnings = new Set<string>();
  readonly infos = new Set<string>();
  /** Samples that the storage handed over. */
  samplesRead = 0;
  #tiers: readonly Tier[] | undefined;
  #liveSamples = 0;
  #work = 0;
  #text = 0;

  constructor(settings: QuerySettings) {
    this.settings = settings;
  }

  /** What the storage keeps, finest first; the same for the whole query. */
  get tiers(): readonly Tier[] {
    this.#tiers ??= this.settings.storage.tiers?.() ?? SAMPLES_ONLY;
    return this.#tiers;
  }

  warn(message: string, offset: number): void {
    this.warnings.add(`PromQL warning: ${message} ${formatPosition(this.settings.text, offset)}`);
  }

  info(message: string, offset: number): void {
    this.infos.add(`PromQL info: ${message} ${formatPosition(this.settings.text, offset)}`);
  }

  /** Samples in memory now; set back when an operand has been used up. */
  get liveSamples(): number {
    return this.#liveSamples;
  }

  /** How many more samples may be held. */
  get remainingSamples(): number {
    return this.settings.maxSamples - this.#liveSamples;
  }

  release(liveSamples: number): void {
    this.#liveSamples = liveSamples;
  }

  /** Counts samples that are about to be held. */
  reserve(samples: number): void {
    this.#liveSamples += samples;
    if (this.#liveSamples > this.settings.maxSamples) {
      throw tooManySamples();
    }
    this.work(samples);
  }

  /** A new column, counted against the limit before it is allocated. */
  column(length: number): Float64Array {
    this.reserve(length);
    return new Float64Array(length);
  }

  /** Counts characters of label values that the query makes. */
  makeText(characters: number): void {
    this.#text += characters;
    if (this.#text > MAX_TEXT) throw executionError('query processing would make too many label values');
    this.work(1);
  }

  /** Reports work done, and now and then asks whether the query should stop. */
  work(amount: number): void {
    this.#work += amount;
    if (this.#work < POLL_INTERVAL) return;
    this.#work = 0;
    this.checkStop();
  }

  checkStop(): void {
    const stop = this.settings.shouldStop?.() ?? false;
    if (stop === false) return;
    if (stop === 'timeout') throw new QueryError('timeout', 'query timed out in query execution');
    throw new QueryError('canceled', 'query was canceled in query execution');
  }
}
