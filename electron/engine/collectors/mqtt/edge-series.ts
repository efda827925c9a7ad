// One edge's series: every one carries its edge_id and customer_id; those that it sends again cost no label set anew.
import { Labels, METRIC_NAME } from '../../../../shared/model/labels.ts';
import type { MetricAppender, SeriesRef } from '../../store/metrics/index.ts';
import { PayloadRefused } from './payload/types.ts';

/** A series that was not sent for one to two of these no longer counts as the edge's. */
const GENERATION_MS = 3_600_000;
const DEFAULT_MAX_SERIES = 50_000;
/** CPU and uptime prove that an edge works, not only that it speaks. */
const TELEMETRY = /cpu|uptime/;

type Entry = { readonly ref: SeriesRef; readonly isTelemetry: boolean };

/** Whose series they are; an edge that changes its customer has others. */
export type Identity = { readonly edgeId: string; readonly customerId: string };

export class EdgeSeries {
  readonly identity: Identity;
  readonly #appender: MetricAppender;
  #recent = new Map<string, Entry>();
  #before = new Map<string, Entry>();
  /** Of the series that a text reader remembers by itself. */
  readonly #telemetry = new Set<SeriesRef>();
  #generationMs = Number.NEGATIVE_INFINITY;
  /** Of parsers that remember refs by themselves: another number, and they must ask again. */
  generation = 0;

  constructor(identity: Identity, appender: MetricAppender) {
    this.identity = identity;
    this.#appender = appender;
  }

  /** Call it before the series of a message; `monotonicMs` is monotonic. */
  age(monotonicMs: number): void {
    if (monotonicMs - this.#generationMs < GENERATION_MS) return;
    this.#generationMs = monotonicMs;
    this.#before = this.#recent;
    this.#recent = new Map();
    this.generation++;
    this.#telemetry.clear();
    for (const { ref, isTelemetry } of this.#before.values()) if (isTelemetry) this.#telemetry.add(ref);
  }

  /** `key` stands for the labels in the form in which they came. Throws PayloadRefused. */
  entry(key: string, labels: () => Iterable<readonly [string, string]>): Entry {
    const known = this.#recent.get(key) ?? this.#before.get(key);
    if (known !== undefined) {
      this.#recent.set(key, known);
      return known;
    }
    const { maxSeriesPerTarget: limit = DEFAULT_MAX_SERIES } = this.#appender;
    if (this.#recent.size + this.#before.size >= limit) {
      throw new PayloadRefused('over_limit', `it has more than ${limit} series; look for a label with ever new values`);
    }
    const own = this.#labelled(labels());
    const entry = { ref: this.#appender.ref(own), isTelemetry: TELEMETRY.test(own.name) };
    if (entry.isTelemetry) this.#telemetry.add(entry.ref);
    this.#recent.set(key, entry);
    return entry;
  }

  #labelled(pairs: Iterable<readonly [string, string]>): Labels {
    const { edgeId, customerId } = this.identity;
    const all = new Map(pairs);
    const claimed = all.get('edge_id') ?? '';
    if (claimed !== '' && claimed !== edgeId) throw claimOf(claimed);
    all.set('edge_id', edgeId);
    if (customerId !== '') all.set('customer_id', customerId);
    if ((all.get(METRIC_NAME) ?? '') === '') throw new PayloadRefused('malformed', 'a series has no metric name');
    return Labels.fromPairs(all);
  }

  isTelemetry(ref: SeriesRef): boolean {
    return this.#telemetry.has(ref);
  }

  /** A limit of the store was reached: what was admitted may have to be asked for again. */
  forget(): void {
    this.#recent.clear();
    this.#before.clear();
    this.generation++;
  }
}

export const claimOf = (claimed: string): PayloadRefused =>
  new PayloadRefused('claim', `it says that it is of the edge ${JSON.stringify(claimed.slice(0, 80))}`);
