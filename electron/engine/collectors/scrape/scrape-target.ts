// Scrapes one target on its schedule and appends what it exposes, with `up` and the other series about the scrape itself.
import type { CollectorState } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Clock } from '../../clock.ts';
import { TargetSession } from '../../ingest/index.ts';
import type { PresenceSink } from '../../inventory/index.ts';
import { compileSeriesRelabel } from '../../relabel/index.ts';
import type { MetricAppender } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { ExpositionParser } from './exposition/index.ts';
import type { ExpositionFormat, ParseSummary } from './exposition/index.ts';
import { ScrapeClient } from './http-client.ts';
import { nameless, tooManySeries, tooManyTargets } from './failures.ts';
import { checkLabels } from './label-limits.ts';
import { seriesLabels } from './labels.ts';
import { TargetMetadata } from './metadata.ts';
import type { MetricMetadata } from './metadata.ts';
import { nextScrapeMs, scrapeOffsetMs, scrapeTimestampMs } from './schedule.ts';
import type { TargetConfig } from './target.ts';

export type ScrapeTargetOptions = {
  readonly target: TargetConfig;
  readonly deviceId: string;
  readonly appender: MetricAppender;
  readonly presence: PresenceSink;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Stops it, as stop() does. */
  readonly signal?: AbortSignal | undefined;
};

export type ScrapeStatus = CollectorState & {
  readonly samples: number;
  /** The last attempt, whatever came of it; Unix ms. */
  readonly lastScrapeMs: number | null;
  readonly nextScrapeMs: number | null;
};

export type ScrapeTarget = {
  /**
   * Ends the scraping; settles when nothing of it is pending. The target's series end here, `up` included, as of a target
   * that was removed; `{ endSeries: false }` leaves them open for a process that only restarts.
   */
  stop(options?: { readonly endSeries?: boolean }): Promise<void>;
  status(): ScrapeStatus;
  metadata(): MetricMetadata;
};

/** How far ahead of our clock a sample's own timestamp may be, as in Prometheus. */
const MAX_AHEAD_MS = 10 * 60_000;
/** The first scrape comes within this time, so that a new target shows soon; the following ones at their place. */
const FIRST_WITHIN_MS = 1_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** A target with refused samples asks for its series anew so often: there may be room for them again. */
const ASK_ANEW_MS = 3_600_000;

const REPORTS = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
] as const;

const REFUSED_SAMPLES = 'linewarden_scrape_samples_refused';

const NOTHING: ParseSummary = { samples: 0, kept: 0, newSeries: 0 };

export function startScrapeTarget(options: ScrapeTargetOptions): ScrapeTarget {
  return new RunningTarget(options);
}

class RunningTarget implements ScrapeTarget {
  readonly #options: ScrapeTargetOptions;
  readonly #client: ScrapeClient;
  readonly #session: TargetSession;
  readonly #metadata = new TargetMetadata();
  readonly #stopping = new AbortController();
  readonly #offsetMs: number;
  readonly #relabel: ReturnType<typeof compileSeriesRelabel>;
  #parser:
    | { readonly format: ExpositionFormat; readonly parser: ExpositionParser; readonly madeMs: number }
    | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #lastSuccessMs: number | null = null;
  #lastDurationMs: number | null = null;
  #lastScrapeMs: number | null = null;
  #nextScrapeMs: number | null = null;
  #lastError: CollectorState['lastError'] = null;
  #samples = 0;
  #refused = 0;
  #everRefused = false;

  constructor(options: ScrapeTargetOptions) {
    this.#options = options;
    const { target, signal, clock } = options;
    this.#client = new ScrapeClient(target);
    this.#relabel = compileSeriesRelabel(target.metricRelabel);
    this.#session = new TargetSession(options.appender);
    this.#offsetMs = scrapeOffsetMs(JSON.stringify([target.labels, target.url]), target.intervalMs);
    this.#schedule(clock.now() + (this.#offsetMs % Math.min(FIRST_WITHIN_MS, target.intervalMs)));
    if (signal?.aborted === true) void this.stop();
    else signal?.addEventListener('abort', () => void this.stop(), { once: true });
  }

  status(): ScrapeStatus {
    return {
      name: 'scrape',
      enabled: true,
      intervalMs: this.#options.target.intervalMs,
      lastSuccessMs: this.#lastSuccessMs,
      lastDurationMs: this.#lastDurationMs,
      lastError: this.#lastError,
      samples: this.#samples,
      lastScrapeMs: this.#lastScrapeMs,
      nextScrapeMs: this.#nextScrapeMs,
    };
  }

  metadata(): MetricMetadata {
    return this.#metadata.toRecord();
  }

  stop({ endSeries = true }: { readonly endSeries?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#stop(endSeries);
    return this.#stopped;
  }

  async #stop(endSeries: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.abort();
    await this.#running;
    await this.#client.close();
    if (!endSeries) return;
    try {
      await this.#session.end(this.#options.clock.now());
    } catch (error) {
      this.#options.logger.warn({ err: error, ...this.#identity }, 'the end of a removed target was not stored');
    }
  }

  get #identity(): { job: string; instance: string } {
    return { job: this.#options.target.job, instance: this.#options.target.instance };
  }

  #schedule(atMs: number): void {
    this.#nextScrapeMs = atMs;
    const delayMs = Math.min(Math.max(0, atMs - this.#options.clock.now()), MAX_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.#running = this.#scrape(atMs)
        .catch((error: unknown) => this.#notStored(error))
        .finally(() => {
          this.#running = undefined;
          if (this.#stopping.signal.aborted) return;
          const { target, clock } = this.#options;
          // Scrapes that were missed (the computer slept, the store was slow) are not made up for.
          this.#schedule(nextScrapeMs(Math.max(atMs, clock.now()), target.intervalMs, this.#offsetMs));
        });
    }, delayMs);
  }

  async #scrape(scheduledMs: number): Promise<void> {
    const { target, clock, presence, deviceId } = this.#options;
    const timestampMs = scrapeTimestampMs(scheduledMs, clock.now(), target.intervalMs);
    const startedMs = clock.monotonic();
    let summary = NOTHING;
    let failure: LinewardenError | undefined;
    let batch = this.#session.begin(timestampMs);
    try {
      if (target.isOverTargetLimit) throw tooManyTargets(target.job);
      const answer = await this.#client.fetch(this.#stopping.signal, () => presence.seen(deviceId, clock.now()));
      const parser = this.#parserFor(answer.format);
      const latestMs = clock.now() + MAX_AHEAD_MS;
      try {
        parser.parse(answer.body, (ref, value, ownTimeMs) => {
          if (Number.isNaN(ownTimeMs) || !target.honorTimestamps) batch.add(ref, value);
          else if (ownTimeMs <= latestMs) batch.add(ref, value, ownTimeMs);
        });
      } finally {
        answer.release();
        summary = parser.lastSummary;
      }
    } catch (error) {
      // Being stopped says nothing about the target.
      if (this.#stopping.signal.aborted) return;
      if (!(error instanceof LinewardenError)) throw error;
      failure = error;
      // What was read before a bad line is dropped, and the series end.
      batch = this.#session.begin(timestampMs);
    }
    const durationMs = clock.monotonic() - startedMs;
    const reports = [
      failure === undefined ? 1 : 0,
      durationMs / 1000,
      summary.samples,
      summary.kept,
      summary.newSeries,
    ];
    for (const [i, name] of REPORTS.entries()) batch.addReport(this.#reportRef(name), reports[i] ?? 0);
    // Of the scrape before: what is refused of this one is known when it is stored. Targets that never had any do without.
    if (this.#everRefused) batch.addReport(this.#reportRef(REFUSED_SAMPLES), this.#refused);
    this.#lastDurationMs = durationMs;
    this.#lastScrapeMs = timestampMs;
    if (failure === undefined) this.#samples = summary.samples;
    else this.#failed(failure);
    const result = await batch.commit();
    if (failure === undefined) {
      this.#lastSuccessMs = clock.now();
      if (this.#lastError !== null) this.#options.logger.info(this.#identity, 'the target answers again');
      this.#lastError = null;
      presence.telemetry(deviceId, timestampMs);
    }
    if (result.overLimit > 0) {
      const { code, message, hint } = tooManySeries(result.overLimit);
      // The target is well, so nothing is told to presence; whoever looks at it sees why series are missing.
      this.#lastError ??= { code, message: `${message} ${hint}`, atMs: clock.now() };
      if (this.#refused === 0) this.#options.logger.warn({ ...this.#identity, code }, message);
    }
    this.#refused = result.overLimit;
    this.#everRefused ||= result.overLimit > 0;
    const parserAgeMs = clock.monotonic() - (this.#parser?.madeMs ?? 0);
    if (result.overLimit > 0 && parserAgeMs >= ASK_ANEW_MS) this.#parser = undefined;
  }

  #failed(failure: LinewardenError): void {
    const { presence, deviceId, clock, logger } = this.#options;
    const atMs = clock.now();
    const message = failure.hint === '' ? failure.message : `${failure.message} ${failure.hint}`;
    presence.failed(deviceId, atMs, { code: failure.code, message });
    // Once, not at every scrape of a target that stays down.
    if (this.#lastError?.code !== failure.code) logger.warn({ ...this.#identity, code: failure.code }, failure.message);
    this.#lastError = { code: failure.code, message, atMs };
  }

  /** The target is well; what it said is not kept, and the store says why. */
  #notStored(error: unknown): void {
    const expected = error instanceof LinewardenError;
    const code = expected ? error.code : 'LW_SCRAPE_NOT_STORED';
    const message = expected ? error.message : 'The scrape was not stored.';
    if (this.#lastError?.code !== code) this.#options.logger.error({ err: error, ...this.#identity }, message);
    this.#lastError = { code, message, atMs: this.#options.clock.now() };
  }

  readonly #reportRefs = new Map<string, number>();

  #reportRef(name: string): number {
    let ref = this.#reportRefs.get(name);
    if (ref === undefined) {
      const { target, appender } = this.#options;
      ref = appender.ref(seriesLabels(['__name__', name], target.labels, false));
      this.#reportRefs.set(name, ref);
    }
    return ref;
  }

  #parserFor(format: ExpositionFormat): ExpositionParser {
    if (this.#parser?.format === format) return this.#parser.parser;
    const { target } = this.#options;
    const parser = new ExpositionParser({
      format,
      resolve: (exposed) => {
        const labels = this.#relabel(seriesLabels(exposed, target.labels, target.honorLabels));
        if (labels === undefined) return undefined;
        if (labels.name === '') throw nameless();
        return this.#session.ref(checkLabels(labels, target.labelLimits));
      },
      metadata: this.#metadata,
      ...(target.sampleLimit > 0 ? { limits: { maxSamples: target.sampleLimit } } : {}),
    });
    this.#parser = { format, parser, madeMs: this.#options.clock.monotonic() };
    return parser;
  }
}
