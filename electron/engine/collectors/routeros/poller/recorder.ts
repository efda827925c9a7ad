// Puts the outcomes of a poll into the store: samples, MKTXP's time spent, and how each collector fared.
import { TargetSession } from '../../../ingest/index.ts';
import type { MetricAppender } from '../../../store/metrics/index.ts';
import type { RouterConfig } from '../config.ts';
import { SampleWriter } from '../samples.ts';
import type { CollectorOutcome } from './poll.ts';
import type { CollectorStates } from './states.ts';

/** Samples by which a router counts as online, once stored. */
const TELEMETRY = new Set(['mktxp_system_uptime', 'mktxp_system_cpu_load']);

export class PollRecorder {
  readonly #appender: MetricAppender;
  readonly #deviceId: string;
  readonly #states: CollectorStates;
  readonly #writer: SampleWriter;
  /**
   * One session for each pace: a collector that runs at every n-th poll must not have its series ended by the polls
   * between.
   */
  readonly #sessions = new Map<number, TargetSession>();
  #lastTimestampMs = 0;

  constructor(appender: MetricAppender, device: RouterConfig, states: CollectorStates) {
    this.#appender = appender;
    this.#deviceId = device.id;
    this.#states = states;
    this.#writer = new SampleWriter(appender, {
      ...device.labels,
      routerboard_name: device.name,
      routerboard_address: device.address,
    });
  }

  /** Resolves once committed, with the time of the telemetry in it, if any. */
  async append(timestampMs: number, outcomes: readonly CollectorOutcome[]): Promise<number | undefined> {
    const atMs = this.#laterThanBefore(timestampMs);
    const paces = Map.groupBy(outcomes, ({ collector }) => collector.everyNthPoll);
    let telemetry = false;
    const commits = [...paces].map(async ([pace, group]) => {
      const batch = this.#session(pace).begin(atMs);
      let hasTelemetry = false;
      for (const outcome of group) {
        for (const sample of outcome.samples) {
          hasTelemetry ||= TELEMETRY.has(sample.name);
          this.#writer.add(batch, sample);
        }
        this.#addOwn(batch, outcome);
      }
      const { appended } = await batch.commit();
      telemetry ||= hasTelemetry && appended > 0;
    });
    await Promise.all(commits);
    return telemetry ? atMs : undefined;
  }

  /** The router is gone: every series that it had ends. */
  async end(timestampMs: number): Promise<void> {
    const atMs = this.#laterThanBefore(timestampMs);
    await Promise.all([...this.#sessions.values()].map((session) => session.end(atMs)));
  }

  #addOwn(batch: ReturnType<TargetSession['begin']>, { collector, durationMs, error }: CollectorOutcome): void {
    const { name, mktxpName } = collector;
    const labels = { device: this.#deviceId, collector: name };
    this.#writer.add(batch, {
      name: 'mktxp_collection_time_total',
      labels: { name: mktxpName },
      value: this.#states.spentMs(collector),
    });
    this.#writer.addOwn(batch, {
      name: 'linewarden_collector_duration_seconds',
      labels,
      value: durationMs / 1_000,
    });
    this.#writer.addOwn(batch, { name: 'linewarden_collector_up', labels, value: error === undefined ? 1 : 0 });
  }

  /** A mark and a sample of a series must not share a time. A clock that was set back is followed, not fought. */
  #laterThanBefore(timestampMs: number): number {
    const behindMs = this.#lastTimestampMs - timestampMs;
    this.#lastTimestampMs = behindMs >= 0 && behindMs < 1_000 ? this.#lastTimestampMs + 1 : timestampMs;
    return this.#lastTimestampMs;
  }

  #session(pace: number): TargetSession {
    let session = this.#sessions.get(pace);
    if (session === undefined) {
      session = new TargetSession(this.#appender, { duplicates: 'last' });
      this.#sessions.set(pace, session);
    }
    return session;
  }
}
