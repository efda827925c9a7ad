// Customers as series: five metrics each, under refs that are made once, in one batch each interval.
import { Labels } from '../../../shared/model/labels.ts';
import { TargetSession } from '../ingest/index.ts';
import type { AppendResult, MetricAppender, SeriesRef } from '../store/metrics/index.ts';
import type { Subscriber } from './subscriber.ts';

const METRICS = ['up', 'uptime_seconds', 'rx_bytes_total', 'tx_bytes_total', 'rtt_seconds'] as const;
type Metric = (typeof METRICS)[number];

export const TOTALS_SELECTOR = '{__name__=~"linewarden_subscriber_[rt]x_bytes_total"}';

/** What there is to say of one customer now; undefined: nothing, and its series end. */
export type Measured = {
  readonly uptimeSeconds: number | undefined;
  readonly rttSeconds: number | undefined;
};

type Refs = { readonly tier: string; readonly deviceId: string; readonly of: Record<Metric, SeriesRef> };

export class SubscriberSeries {
  readonly #appender: MetricAppender;
  readonly #session: TargetSession;
  readonly #refs = new WeakMap<Subscriber, Refs>();

  constructor(appender: MetricAppender) {
    this.#appender = appender;
    this.#session = new TargetSession(appender);
  }

  /** Series of the batch before that are not in this one end: customers that went, changed tier or moved. */
  append(
    atMs: number,
    subscribers: Iterable<Subscriber>,
    measure: (subscriber: Subscriber) => Measured,
  ): Promise<AppendResult> {
    const batch = this.#session.begin(atMs);
    for (const subscriber of subscribers) {
      if (subscriber.state === 'unknown') continue;
      const { of } = this.#refsOf(subscriber);
      const { uptimeSeconds, rttSeconds } = measure(subscriber);
      batch.add(of.up, subscriber.state === 'up' ? 1 : 0);
      if (uptimeSeconds !== undefined) batch.add(of.uptime_seconds, uptimeSeconds);
      const { total, pending } = subscriber;
      batch.add(of.rx_bytes_total, total.rx + (pending?.rx ?? 0));
      batch.add(of.tx_bytes_total, total.tx + (pending?.tx ?? 0));
      if (rttSeconds !== undefined) batch.add(of.rtt_seconds, rttSeconds);
    }
    return batch.commit();
  }

  end(atMs: number): Promise<AppendResult> {
    return this.#session.end(atMs);
  }

  #refsOf(subscriber: Subscriber): Refs {
    const { name, deviceId } = subscriber;
    const { tier } = subscriber.tier;
    const known = this.#refs.get(subscriber);
    if (known !== undefined && known.tier === tier && known.deviceId === deviceId) return known;
    const labels = { subscriber: name, tier, device: deviceId };
    const refs = { tier, deviceId, of: {} as Record<Metric, SeriesRef> };
    for (const metric of METRICS) {
      refs.of[metric] = this.#appender.ref(Labels.of(`linewarden_subscriber_${metric}`, labels));
    }
    this.#refs.set(subscriber, refs);
    return refs;
  }
}
