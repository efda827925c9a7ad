// In place of store and inventory: they keep what a poller told them, in order.
import type { PollerTiming, RouterPoller } from '../../../electron/engine/collectors/routeros/index.ts';
import type { CollectorSwitches } from '../../../electron/engine/collectors/routeros/index.ts';
import { startRouterPoller } from '../../../electron/engine/collectors/routeros/index.ts';
import { systemClock } from '../../../electron/engine/clock.ts';
import type { PresenceSink } from '../../../electron/engine/inventory/index.ts';
import type {
  AppendResult,
  MetricAppender,
  SampleBatch,
  SeriesRef,
} from '../../../electron/engine/store/metrics/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { Labels } from '../../../shared/model/labels.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { atEnd } from './support.ts';

export type Recorded = { readonly timestampMs: number; readonly samples: ReadonlyMap<string, number | 'stale'> };

/** `mktxp_system_uptime{a="b"}`, labels in order. */
const seriesText = (labels: Labels): string =>
  `${labels.name}{${[...labels.without('__name__').entries()].map(([name, value]) => `${name}="${value}"`).join(',')}}`;

export class RecordingAppender implements MetricAppender {
  readonly batches: Recorded[] = [];
  /** Set to make commits fail. */
  failure: Error | undefined;
  readonly #refs = new Map<string, SeriesRef>();
  readonly #texts: string[] = [];

  ref(labels: Labels): SeriesRef {
    let ref = this.#refs.get(labels.key);
    if (ref === undefined) {
      ref = this.#texts.push(seriesText(labels)) - 1;
      this.#refs.set(labels.key, ref);
    }
    return ref;
  }

  append(batch: SampleBatch): Promise<AppendResult> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const samples = new Map<string, number | 'stale'>();
    batch.refs.forEach((ref, i) => {
      samples.set(this.#texts[ref] ?? '', batch.stale?.[i] === 1 ? 'stale' : (batch.values[i] ?? Number.NaN));
    });
    this.batches.push({ timestampMs: batch.timestampMs, samples });
    return Promise.resolve({ appended: samples.size, duplicates: 0, outOfOrder: 0, overLimit: 0 });
  }
}

export type PresenceEvent = {
  readonly kind: 'seen' | 'telemetry' | 'failed';
  readonly atMs: number;
  readonly code?: string;
};

export class RecordingPresence implements PresenceSink {
  readonly events: PresenceEvent[] = [];
  seen(_: string, atMs: number): void {
    this.events.push({ kind: 'seen', atMs });
  }
  telemetry(_: string, atMs: number): void {
    this.events.push({ kind: 'telemetry', atMs });
  }
  failed(_: string, atMs: number, { code }: { code: string }): void {
    this.events.push({ kind: 'failed', atMs, code });
  }
  of(kind: PresenceEvent['kind']): PresenceEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }
}

export type Watched = { poller: RouterPoller; appender: RecordingAppender; presence: RecordingPresence };

/** A poller of this router at the shortest times, ended with the test. */
export function watch(
  { port, username, password }: SimulatedRouter,
  options: {
    id?: string;
    intervalMs?: number;
    collectors?: CollectorSwitches;
    labels?: Record<string, string>;
    timing?: PollerTiming;
  } = {},
): Watched {
  const { id = 'core', intervalMs = 60 } = options;
  const appender = new RecordingAppender();
  const presence = new RecordingPresence();
  const poller = startRouterPoller({
    device: {
      id,
      name: id,
      address: '127.0.0.1',
      port,
      tls: 'off',
      username,
      intervalMs,
      collectors: options.collectors ?? {},
      labels: options.labels ?? {},
    },
    password: () => Promise.resolve(password),
    appender,
    presence,
    clock: systemClock,
    logger: silentLogger,
    timing: {
      startSpreadMs: 0,
      backoff: { minMs: 30, maxMs: 120 },
      connectTimeoutMs: 2_000,
      commandTimeoutMs: 2_000,
      ...options.timing,
    },
  });
  atEnd(() => poller.stop());
  return { poller, appender, presence };
}
