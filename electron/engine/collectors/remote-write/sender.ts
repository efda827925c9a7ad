// What is remembered of one sender: its series, so that those it sends again cost no parsing, its metadata, and its accounts.
import type { SeriesRef } from '../../store/metrics/index.ts';
import type { MetadataEntry } from './write-request.ts';

/** A series that was not sent for one to two of these no longer counts as the sender's. */
const GENERATION_MS = 3_600_000;
/** Two that share a token must not change its device's address with each request. */
const SAME_ADDRESS_MS = 60_000;
const MAX_METADATA = 10_000;
const MAX_HELP = 1_024;
const TYPES = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'] as const;

export type Metadata = Readonly<Record<string, readonly { type: string; help: string; unit: string }[]>>;

const REFUSALS = ['out_of_order', 'future', 'over_limit', 'invalid_labels'] as const;
/** Why samples were not stored. */
export type Refusal = (typeof REFUSALS)[number];

export class Sender {
  readonly name: string;
  /** Requests by the status that answered them. */
  readonly requests = new Map<number, number>();
  /** From 0 on: what is born with its first refusal has no rate. */
  readonly refused = new Map<Refusal, number>(REFUSALS.map((reason) => [reason, 0]));
  readonly ignored = { exemplar: 0, histogram: 0 };
  stored = 0;
  duplicates = 0;
  lastRequestMs = 0;
  readonly #maxSeries: number;
  readonly #metadata = new Map<string, { type: string; help: string; unit: string }>();
  #recent = new Map<string, SeriesRef>();
  #before = new Map<string, SeriesRef>();
  #generationMs = 0;
  #address = '';
  #addressMs = Number.NEGATIVE_INFINITY;

  constructor(name: string, maxSeries: number) {
    this.name = name;
    this.#maxSeries = maxSeries;
  }

  get series(): number {
    return this.#recent.size + this.#before.size;
  }

  /** The ref of a label set that this sender sent lately, by its bytes. */
  known(labels: string): SeriesRef | undefined {
    const recent = this.#recent.get(labels);
    if (recent !== undefined) return recent;
    const before = this.#before.get(labels);
    if (before === undefined) return undefined;
    this.#before.delete(labels);
    this.#recent.set(labels, before);
    return before;
  }

  get isFull(): boolean {
    return this.series >= this.#maxSeries;
  }

  remember(labels: string, ref: SeriesRef): void {
    this.#recent.set(labels, ref);
  }

  forget(labels: readonly string[]): void {
    for (const one of labels) this.#recent.delete(one);
  }

  /** Lets go of what was not sent for a while. */
  age(nowMs: number): void {
    this.lastRequestMs = nowMs;
    if (nowMs - this.#generationMs < GENERATION_MS && nowMs >= this.#generationMs) return;
    this.#generationMs = nowMs;
    this.#before = this.#recent;
    this.#recent = new Map();
  }

  /** Where it writes from, the same for a minute at least. */
  addressOf(from: string, nowMs: number): string {
    if (from === this.#address || nowMs - this.#addressMs >= SAME_ADDRESS_MS || nowMs < this.#addressMs) {
      this.#address = from;
      this.#addressMs = nowMs;
    }
    return this.#address;
  }

  refuse(reason: Refusal, samples: number): void {
    if (samples > 0) this.refused.set(reason, (this.refused.get(reason) ?? 0) + samples);
  }

  answered(status: number): void {
    this.requests.set(status, (this.requests.get(status) ?? 0) + 1);
  }

  describe(entries: readonly MetadataEntry[]): void {
    for (const { name, type, help, unit } of entries) {
      if (!this.#metadata.has(name) && this.#metadata.size >= MAX_METADATA) continue;
      this.#metadata.set(name, {
        type: TYPES[type] ?? 'unknown',
        help: help.slice(0, MAX_HELP),
        unit: unit.slice(0, MAX_HELP),
      });
    }
  }

  metadata(): Metadata {
    return Object.fromEntries([...this.#metadata].map(([name, entry]) => [name, [entry]]));
  }
}
