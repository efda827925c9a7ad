// Polls this computer and appends what Node Exporter would expose of it, as the job "node".
import { hostname } from 'node:os';
import type { CollectorState } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { Labels } from '../../../../shared/model/labels.ts';
import type { Clock } from '../../clock.ts';
import { TargetSession } from '../../ingest/index.ts';
import type { ScrapeBatch } from '../../ingest/index.ts';
import type { PresenceSink } from '../../inventory/index.ts';
import type { MetricAppender, SeriesRef } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { createDesktopReader } from './desktop/reader.ts';
import { createLinuxReader } from './linux/reader.ts';
import type { Emit, HostFact, HostLabels, HostPart, HostReader } from './types.ts';

export type HostCollectorOptions = {
  readonly deviceId: string;
  readonly intervalMs: number;
  readonly appender: MetricAppender;
  readonly presence: PresenceSink;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Linux only: where /proc, /sys and /etc are below. */
  readonly readerRoot?: string | undefined;
  /** The label `instance`; this computer's name unless given. */
  readonly instance?: string;
  /** Reads the computer; the platform's own reader unless given. */
  readonly reader?: HostReader;
};

export type HostCollector = {
  /** Ends the polling; settles when nothing of it is pending. The series end here unless `{ endSeries: false }`. */
  stop(options?: { readonly endSeries?: boolean }): Promise<void>;
  /** One entry for each part: cpu, meminfo, filesystem, ... */
  status(): CollectorState[];
  facts(): HostFact[];
  /** Polls at this interval from now on (1 s while somebody looks). */
  setIntervalMs(intervalMs: number): void;
};

/** What a poll finds beyond this is dropped, so that a computer with absurdly many devices cannot fill the store. */
const MAX_SAMPLES = 20_000;

type PartState = { part: HostPart; state: CollectorState };

export function startHostCollector(options: HostCollectorOptions): HostCollector {
  return new RunningHost(options);
}

class RunningHost implements HostCollector {
  readonly #options: HostCollectorOptions;
  readonly #reader: HostReader;
  readonly #session: TargetSession;
  readonly #identity: HostLabels;
  readonly #refs = new Map<string, SeriesRef>();
  readonly #parts: PartState[];
  #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #previous: ReadonlySet<SeriesRef> = new Set();

  constructor(options: HostCollectorOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs;
    this.#identity = { job: 'node', instance: options.instance ?? hostname() };
    this.#session = new TargetSession(options.appender);
    const { clock, readerRoot } = options;
    this.#reader =
      options.reader ??
      (process.platform === 'linux' || readerRoot !== undefined
        ? createLinuxReader({ clock, root: readerRoot })
        : createDesktopReader({ clock }));
    this.#parts = this.#reader.parts.map((part) => ({
      part,
      state: {
        name: part.name,
        enabled: true,
        intervalMs: options.intervalMs,
        lastSuccessMs: null,
        lastDurationMs: null,
        lastError: null,
      },
    }));
    this.#schedule(clock.now());
  }

  status(): CollectorState[] {
    return this.#parts.map(({ state }) => ({ ...state, intervalMs: this.#intervalMs }));
  }

  facts(): HostFact[] {
    try {
      return this.#reader.facts();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'the facts about this computer could not be read');
      return [];
    }
  }

  setIntervalMs(intervalMs: number): void {
    if (intervalMs === this.#intervalMs || this.#stopped !== undefined) return;
    this.#intervalMs = intervalMs;
    // A poll that is under way schedules the next one by itself.
    if (this.#running === undefined) this.#schedule(this.#nextMs());
  }

  stop({ endSeries = true }: { readonly endSeries?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#stop(endSeries);
    return this.#stopped;
  }

  async #stop(endSeries: boolean): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    if (!endSeries) return;
    try {
      await this.#session.end(this.#options.clock.now());
    } catch (error) {
      this.#options.logger.warn({ err: error }, "the end of this computer's series was not stored");
    }
  }

  /** Whole multiples of the interval, so that timestamps are evenly spaced. */
  #nextMs(afterMs = this.#options.clock.now()): number {
    return (Math.floor(afterMs / this.#intervalMs) + 1) * this.#intervalMs;
  }

  #schedule(atMs: number): void {
    clearTimeout(this.#timer);
    const delayMs = Math.max(0, atMs - this.#options.clock.now());
    this.#timer = setTimeout(() => {
      this.#running = this.#poll()
        .catch((error: unknown) => this.#notStored(error))
        .finally(() => {
          this.#running = undefined;
          if (this.#stopped === undefined) this.#schedule(this.#nextMs(Math.max(atMs, this.#options.clock.now())));
        });
    }, delayMs);
  }

  async #poll(): Promise<void> {
    const { clock, presence, deviceId } = this.#options;
    const timestampMs = this.#timestampMs();
    const startedMs = clock.monotonic();
    const batch = this.#session.begin(timestampMs);
    const refs = new Set<SeriesRef>();
    const emit: Emit = (name, value, labels) => {
      if (refs.size >= MAX_SAMPLES || Number.isNaN(value)) return;
      const ref = this.#ref(name, labels);
      refs.add(ref);
      batch.add(ref, value);
    };
    // The fast parts first, all in one go; a file system that is slow to answer delays only the commit.
    await Promise.all(this.#parts.map((each) => this.#readPart(each, emit)));
    const successes = this.#parts.filter(({ state }) => state.enabled && state.lastError === null).length;
    const scraped = refs.size;
    const added = [...refs].filter((ref) => !this.#previous.has(ref)).length;
    this.#previous = refs;
    this.#report(batch, successes > 0, (clock.monotonic() - startedMs) / 1000, scraped, added);
    await batch.commit();
    presence.seen(deviceId, clock.now());
    if (successes > 0) presence.telemetry(deviceId, timestampMs);
    else {
      const error = this.#parts.find(({ state }) => state.lastError !== null)?.state.lastError;
      if (error) presence.failed(deviceId, error.atMs, { code: error.code, message: error.message });
    }
    // Devices that come and go (containers' interfaces) must not pile up.
    if (this.#refs.size > 2 * MAX_SAMPLES) this.#refs.clear();
  }

  /** The nearest multiple of the interval when the timer was on time, else now. */
  #timestampMs(): number {
    const nowMs = this.#options.clock.now();
    const alignedMs = Math.round(nowMs / this.#intervalMs) * this.#intervalMs;
    return Math.abs(nowMs - alignedMs) <= Math.min(20, this.#intervalMs / 100) ? alignedMs : nowMs;
  }

  async #readPart(each: PartState, emit: Emit): Promise<void> {
    const { part } = each;
    const { clock, logger } = this.#options;
    const startedMs = clock.monotonic();
    let { state } = each;
    try {
      const answer = part.read(emit);
      // Awaiting a part that is done would count the time of the ones after it.
      const present = typeof answer === 'boolean' ? answer : await answer;
      state = { ...state, enabled: present, lastError: null };
      if (present) state.lastSuccessMs = clock.now();
    } catch (error) {
      const message = `${part.name} could not be read${error instanceof Error ? `: ${error.message}` : ''}.`;
      if (state.lastError?.message !== message) logger.warn({ err: error, collector: part.name }, message);
      state = { ...state, lastError: { code: 'LW_HOST_READ', message, atMs: clock.now() } };
    }
    const durationMs = clock.monotonic() - startedMs;
    each.state = { ...state, lastDurationMs: durationMs };
    const labels = { collector: part.name };
    emit('node_scrape_collector_duration_seconds', durationMs / 1000, labels);
    emit('node_scrape_collector_success', state.enabled && state.lastError === null ? 1 : 0, labels);
  }

  #report(batch: ScrapeBatch, isUp: boolean, seconds: number, scraped: number, added: number): void {
    batch.add(this.#ref('up', undefined), isUp ? 1 : 0);
    batch.add(this.#ref('scrape_duration_seconds', undefined), seconds);
    batch.add(this.#ref('scrape_samples_scraped', undefined), scraped);
    batch.add(this.#ref('scrape_samples_post_metric_relabeling', undefined), scraped);
    batch.add(this.#ref('scrape_series_added', undefined), added);
  }

  #ref(name: string, labels: HostLabels | undefined): SeriesRef {
    const key = labels === undefined ? name : `${name}${JSON.stringify(labels)}`;
    let ref = this.#refs.get(key);
    if (ref === undefined) {
      ref = this.#options.appender.ref(Labels.of(name, { ...labels, ...this.#identity }));
      this.#refs.set(key, ref);
    }
    return ref;
  }

  #notStored(error: unknown): void {
    const { logger, clock } = this.#options;
    const expected = error instanceof LinewardenError;
    const failure = {
      code: expected ? error.code : 'LW_HOST_NOT_STORED',
      message: expected ? error.message : "This computer's samples were not stored.",
      atMs: clock.now(),
    };
    if (this.#parts[0]?.state.lastError?.code !== failure.code) logger.error({ err: error }, failure.message);
    for (const each of this.#parts) each.state = { ...each.state, lastError: failure };
  }
}
