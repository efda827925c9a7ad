// Help, type and unit of a target's metrics, by metric (family) name, bounded.
import type { MetadataSink, MetricType } from './exposition/index.ts';

export type MetricMetadata = Readonly<Record<string, readonly { type: string; help: string; unit: string }[]>>;

const MAX_METRICS = 10_000;
const MAX_HELP = 1_024;

type Entry = { type: MetricType; help: string; unit: string };

export class TargetMetadata implements MetadataSink {
  readonly #entries = new Map<string, Entry>();

  help(metric: string, help: string): void {
    const entry = this.#entry(metric);
    if (entry !== undefined) entry.help = help.slice(0, MAX_HELP);
  }

  type(metric: string, type: MetricType): void {
    const entry = this.#entry(metric);
    if (entry !== undefined) entry.type = type;
  }

  unit(metric: string, unit: string): void {
    const entry = this.#entry(metric);
    if (entry !== undefined) entry.unit = unit.slice(0, MAX_HELP);
  }

  #entry(metric: string): Entry | undefined {
    let entry = this.#entries.get(metric);
    if (entry === undefined && this.#entries.size < MAX_METRICS) {
      entry = { type: 'unknown', help: '', unit: '' };
      this.#entries.set(metric, entry);
    }
    return entry;
  }

  toRecord(): MetricMetadata {
    const record = Object.create(null) as Record<string, readonly { type: string; help: string; unit: string }[]>;
    for (const [metric, entry] of this.#entries) record[metric] = [{ ...entry }];
    return record;
  }
}
