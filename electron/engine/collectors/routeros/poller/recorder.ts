// Puts the outcomes of a poll into the store: samples, MKTXP's time spent, and how each collector fared.
import { type ScrapeBatch, TargetSession } from '../../../ingest/index.ts';
import type { MetricAppender, SeriesRef } from '../../../store/metrics/index.ts';
import type { Collector } from '../collectors/collector.ts';
import { collectors } from '../collectors/registry.ts';
import type { RouterConfig } from '../config.ts';
import { SampleWriter } from '../samples.ts';
import type { CollectorOutcome } from './poll.ts';
import type { CollectorStates } from './states.ts';

/** Samples by which a router counts as online, once stored. */
const TELEMETRY = new Set(['mktxp_system_uptime', 'mktxp_system_cpu_load']);

/** A query looks 5 minutes back: what is read less often is stored again before that, with the value that it had. */
const LOOKBACK_MS = 300_000;
const MARGIN_MS = 30_000;

/** What a collector gave last, as it was stored. */
type Stored = {
  readonly refs: SeriesRef[];
  readonly values: number[];
  /** By then it should have had its next turn: what it measured is not known any more. */
  readonly untilMs: number;
  storedMs: number;
};

/** On every series of a router: the operator's own, and MKTXP's two. */
export const routerLabels = ({ labels, name, address }: RouterConfig): Readonly<Record<string, string>> => ({
  ...labels,
  routerboard_name: name,
  routerboard_address: address,
});

export class PollRecorder {
  readonly #deviceId: string;
  readonly #intervalMs: number;
  readonly #states: CollectorStates;
  readonly #writer: SampleWriter;
  readonly #session: TargetSession;
  readonly #stored = new Map<Collector, Stored>();
  #lastTimestampMs = 0;

  constructor(appender: MetricAppender, device: RouterConfig, states: CollectorStates) {
    this.#deviceId = device.id;
    this.#intervalMs = device.intervalMs;
    this.#states = states;
    this.#session = new TargetSession(appender, { duplicates: 'last' });
    this.#writer = new SampleWriter(appender, routerLabels(device));
  }

  /**
   * One batch. Series of collectors that had no turn in this poll go on: they are stored again only where they would fall
   * out of sight. Resolves once committed, with the time of the telemetry in it, if any.
   */
  async append(timestampMs: number, outcomes: readonly CollectorOutcome[]): Promise<number | undefined> {
    const atMs = this.#laterThanBefore(timestampMs);
    const batch = this.#session.begin(atMs);
    let hasTelemetry = false;
    for (const outcome of outcomes) {
      if (outcome.isAbsent) {
        this.#stored.delete(outcome.collector);
        continue;
      }
      hasTelemetry ||= outcome.samples.some(({ name }) => TELEMETRY.has(name));
      this.#stored.set(outcome.collector, this.#add(batch, outcome, atMs));
    }
    const had = new Set(outcomes.map(({ collector }) => collector));
    for (const [collector, stored] of this.#stored) {
      if (had.has(collector)) continue;
      if (atMs < stored.untilMs) this.#goOn(batch, stored, atMs);
      else this.#stored.delete(collector);
    }
    const { appended } = await batch.commit();
    return hasTelemetry && appended > 0 ? atMs : undefined;
  }

  /** It was switched off: the next poll ends its series. */
  forget(collector: Collector): void {
    this.#stored.delete(collector);
  }

  /** The router is gone: every series that it had ends. */
  async end(timestampMs: number): Promise<void> {
    this.#stored.clear();
    await this.#session.end(this.#laterThanBefore(timestampMs));
  }

  #add(batch: ScrapeBatch, { collector, samples, durationMs, error }: CollectorOutcome, atMs: number): Stored {
    const untilMs = atMs + this.#states.intervalMs(collector) + LOOKBACK_MS;
    const stored: Stored = { refs: [], values: [], storedMs: atMs, untilMs };
    const add = (ref: SeriesRef, value: number): void => {
      batch.add(ref, value);
      stored.refs.push(ref);
      stored.values.push(value);
    };
    for (const sample of samples) add(this.#writer.ref(sample), sample.value);
    const { name, mktxpName } = collector;
    if (mktxpName !== undefined) {
      const ref = this.#writer.ref({ name: 'mktxp_collection_time_total', labels: { name: mktxpName } });
      add(ref, this.#spentMs(mktxpName));
    }
    const labels = { device: this.#deviceId, collector: name };
    add(this.#writer.ownRef({ name: 'linewarden_collector_duration_seconds', labels }), durationMs / 1_000);
    add(this.#writer.ownRef({ name: 'linewarden_collector_up', labels }), error === undefined ? 1 : 0);
    return stored;
  }

  #goOn(batch: ScrapeBatch, stored: Stored, atMs: number): void {
    const ageMs = atMs - stored.storedMs;
    if (ageMs >= 0 && ageMs + this.#intervalMs < LOOKBACK_MS - MARGIN_MS) {
      batch.carry(stored.refs);
      return;
    }
    stored.refs.forEach((ref, i) => batch.add(ref, stored.values[i] ?? 0));
    stored.storedMs = atMs;
  }

  /** Several of our collectors may be one of MKTXP's. */
  #spentMs(mktxpName: string): number {
    return collectors.reduce(
      (sum, collector) => (collector.mktxpName === mktxpName ? sum + this.#states.spentMs(collector) : sum),
      0,
    );
  }

  /** A mark and a sample of a series must not share a time. A clock that was set back is followed, not fought. */
  #laterThanBefore(timestampMs: number): number {
    const behindMs = this.#lastTimestampMs - timestampMs;
    this.#lastTimestampMs = behindMs >= 0 && behindMs < 1_000 ? this.#lastTimestampMs + 1 : timestampMs;
    return this.#lastTimestampMs;
  }
}
