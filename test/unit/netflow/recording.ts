// A store and a presence that remember what a collector tells them.
import type { PresenceSink } from '../../../electron/engine/inventory/index.ts';
import type {
  AppendResult,
  MetricAppender,
  SampleBatch,
  SeriesRef,
} from '../../../electron/engine/store/metrics/index.ts';
import type { Labels } from '../../../shared/model/labels.ts';

export type Sample = { timeMs: number; value: number };

export class RecordingStore implements MetricAppender {
  /** By the series' text, e.g. `up{job="x"}`. */
  readonly series = new Map<string, Sample[]>();
  /** Set: appends are refused with it. */
  failure: Error | undefined;
  readonly #names: string[] = [];
  readonly #refs = new Map<string, SeriesRef>();

  ref(labels: Labels): SeriesRef {
    let ref = this.#refs.get(labels.key);
    if (ref === undefined) {
      ref = this.#names.length;
      this.#refs.set(labels.key, ref);
      const pairs = [...labels.entries()].filter(([name]) => name !== '__name__');
      this.#names.push(`${labels.name}{${pairs.map(([name, value]) => `${name}="${value}"`).join(',')}}`);
    }
    return ref;
  }

  async append(batch: SampleBatch): Promise<AppendResult> {
    if (this.failure !== undefined) throw this.failure;
    batch.refs.forEach((ref, i) => {
      const name = this.#names[ref] ?? '';
      const samples = this.series.get(name) ?? [];
      const value = batch.stale?.[i] === 1 ? Number.NaN : (batch.values[i] ?? 0);
      samples.push({ timeMs: batch.timestampMs, value });
      this.series.set(name, samples);
    });
    return { appended: batch.refs.length, duplicates: 0, outOfOrder: 0, overLimit: 0 };
  }

  last(name: string): number | undefined {
    return this.series.get(name)?.at(-1)?.value;
  }

  /** Sum over the last values of all series of one metric. */
  total(metric: string): number {
    let total = 0;
    for (const [name, samples] of this.series) if (name.startsWith(`${metric}{`)) total += samples.at(-1)?.value ?? 0;
    return total;
  }
}

export class RecordingPresence implements PresenceSink {
  readonly seenAt = new Map<string, number[]>();
  readonly telemetryAt = new Map<string, number[]>();

  seen(deviceId: string, atMs: number): void {
    this.seenAt.set(deviceId, [...(this.seenAt.get(deviceId) ?? []), atMs]);
  }

  telemetry(deviceId: string, atMs: number): void {
    this.telemetryAt.set(deviceId, [...(this.telemetryAt.get(deviceId) ?? []), atMs]);
  }

  failed(): void {}
}

/** Waits until the condition holds; fails after ten seconds with what was waited for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
