// PromQL's storage over the sealed chunks and the head, and the label queries beside it.
import {
  type LabelMatcher,
  type SelectedRange,
  type SelectRequest,
  type SeriesColumns,
  type Storage,
  type Summaries,
  type SummaryField,
  type SummaryRequest,
  type SummarySeries,
  type Tier,
  tooManySamples,
} from '../../../promql/index.ts';
import { compareUtf8, Labels } from '../../../../../shared/model/labels.ts';
import type { HeadMessage, Selectors } from '../protocol.ts';
import { type SamplesCall, SamplesAfter } from './samples-after.ts';
import type { Cardinality, QueryEstimate, Retention, StoredSamples } from '../types.ts';
import { dayStartMs } from '../week.ts';
import { BucketRange } from './bucket-range.ts';
import { BucketReader } from './bucket-reader.ts';
import { cardinalityOf } from './cardinality.ts';
import { HeadView } from './head-view.ts';
import { HiddenTimes, visible } from './hidden-times.ts';
import { Joiner, type Part } from './join.ts';
import { SummaryJoiner } from './join-summaries.ts';
import type { SealedReader } from './sealed-reader.ts';
import { SeriesIndex } from './series-index.ts';
import type { StoredFiles } from './stored-files.ts';
import type { TierReader } from './tier-reader.ts';

/** What one query may load: 16 bytes each. */
export const MAX_QUERY_SAMPLES = 20_000_000;

const IDS_PER_CHECK = 16_384;
/** Looked up in the files together. */
const SERIES_AT_ONCE = 500;

export type QueryScope = {
  readonly nowMs: number;
  /** Throws QueryError once the query is cancelled or out of time. */
  readonly check: () => void;
};

/** Where the samples and summaries of files come from. */
export type StorageFiles = {
  readonly files: StoredFiles;
  readonly sealed: SealedReader;
  readonly tiers: TierReader;
};

export class MetricStorage {
  readonly index = new SeriesIndex();
  readonly head = new HeadView();
  readonly #stored: StorageFiles;
  readonly #hidden = new HiddenTimes();
  readonly #drain: () => void;
  #retention: Retention;
  /** Samples up to here may be gone before their time. */
  #goneUntilMs = -Infinity;

  /** `drain` brings the head up to date with what the writer has said. */
  constructor(stored: StorageFiles, retention: Retention, drain: () => void) {
    this.#stored = stored;
    this.#retention = retention;
    this.#drain = drain;
  }

  apply(message: HeadMessage): void {
    switch (message.kind) {
      case 'series':
        for (const { id, labelsKey } of message.series) this.index.add(id, labelsKey);
        break;
      case 'groups':
        for (const group of message.groups) this.head.replace(group);
        break;
      case 'forgotten':
        for (const id of message.ids) this.index.remove(id);
        break;
      case 'release':
        this.#stored.sealed.release(message.mondayMs);
        break;
      case 'releaseTier':
        this.#stored.tiers.release(message.name);
        break;
      case 'tombstones':
        this.#hidden.replace(message.tombstones);
        break;
      case 'retention':
        this.#retention = message.retention;
        break;
      case 'samplesFrom':
        this.#goneUntilMs = message.fromMs;
        break;
    }
  }

  /** A storage for one query. */
  forQuery(scope: QueryScope): Storage {
    let reaches: Tier[] | undefined;
    const tiers = (): Tier[] => (reaches ??= this.#reaches(scope));
    return {
      select: (request) =>
        request.resolutionMs === undefined
          ? this.#select(request, scope)
          : this.#lastOfBuckets(request, request.resolutionMs, scope),
      tiers,
      summaries: (request) => this.#summaries(request, tiers(), scope),
    };
  }

  /** Samples before this are past the retention. */
  #oldestMs({ nowMs }: QueryScope): number {
    return nowMs - this.#retention.rawKeepMs;
  }

  #select(request: SelectRequest, scope: QueryScope): SeriesColumns[] {
    let allowed = request.maxSamples ?? MAX_QUERY_SAMPLES;
    this.#drain();
    const minTimeMs = Math.max(request.minTimeMs, this.#oldestMs(scope) - 1);
    const { maxTimeMs } = request;
    if (!(minTimeMs < maxTimeMs)) return [];
    const { sealed } = this.#stored;
    const ids = this.index.select(request.matchers, scope.check);
    // The head first: what is sealed between the two looks is then seen twice, never missed, and kept once.
    const head = this.head.snapshot(ids, minTimeMs, maxTimeMs);
    return sealed.reading(() => {
      const stored = sealed.partsOf(ids, minTimeMs, maxTimeMs);
      const joiner = new Joiner(minTimeMs, maxTimeMs);
      const found: SeriesColumns[] = [];
      for (const id of ids) {
        scope.check();
        const parts: Part[] = [];
        for (const { read } of stored.get(id) ?? []) {
          const part = read(minTimeMs, maxTimeMs);
          if (part !== undefined) parts.push(part);
        }
        const unsealed = head.partOf(id);
        if (unsealed !== undefined) parts.push(unsealed);
        const all = joiner.join(parts);
        const columns = all && visible(all, this.#hidden.of(id));
        const labels = this.index.labelsOf(id);
        if (columns === undefined || labels === undefined) continue;
        allowed -= columns.timestamps.length;
        if (allowed < 0) throw tooManySamples();
        found.push({ labels, ...columns });
      }
      return found;
    });
  }

  /** Finest first. */
  #reaches(scope: QueryScope): Tier[] {
    this.#drain();
    const kept = this.#retention.tiers
      .map(({ resolutionMs, keepMs }) => ({ resolutionMs, oldestMs: scope.nowMs - keepMs }))
      .toSorted((a, b) => a.resolutionMs - b.resolutionMs);
    return [{ resolutionMs: 0, oldestMs: this.#samplesFromMs(scope) }, ...kept];
  }

  /** From here on all samples are there: what went before its time the writer tells, unless its head.db was lost. */
  #samplesFromMs(scope: QueryScope): number {
    const fromMs = Math.max(this.#oldestMs(scope), this.#goneUntilMs);
    const [monday] = this.#stored.files.mondaysSeen();
    if (monday === undefined || monday <= fromMs) return fromMs;
    return this.#stored.tiers.hasDayBefore(monday) ? monday : fromMs;
  }

  #summaries(request: SummaryRequest, tiers: readonly Tier[], scope: QueryScope): Summaries | undefined {
    const { alignMs, minTimeMs, maxTimeMs } = request;
    const dividing = tiers.filter(({ resolutionMs }) => resolutionMs > 0 && alignMs % resolutionMs === 0);
    const tier = dividing.findLast(({ oldestMs }) => oldestMs <= minTimeMs) ?? dividing.at(-1);
    if (tier === undefined) return undefined;
    const range = new BucketRange(minTimeMs, maxTimeMs, tier.resolutionMs);
    return this.#buckets(request, range, request.fields, scope);
  }

  /** Each bucket's last value, as a sample at its end. */
  #lastOfBuckets(request: SelectRequest, resolutionMs: number, scope: QueryScope): SeriesColumns[] {
    const floor = (timeMs: number): number => Math.floor(timeMs / resolutionMs) * resolutionMs;
    const range = new BucketRange(floor(request.minTimeMs), floor(request.maxTimeMs), resolutionMs);
    const found = this.#buckets(request, range, ['last'], scope, true);
    return (found?.series ?? []).map(({ labels, counts, lastValues, endsStale }) => {
      const filled = [...counts.keys()].filter((i) => counts[i] !== 0 || endsStale?.[i] === 1);
      return {
        labels,
        timestamps: Float64Array.from(filled, (i) => range.startOf(i + 1)),
        values: Float64Array.from(filled, (i) => (counts[i] === 0 ? Number.NaN : (lastValues?.[i] ?? Number.NaN))),
        stale: endsStale && Uint8Array.from(filled, (i) => endsStale[i] ?? 0),
      };
    });
  }

  /** Undefined when nothing of it is summarised and the samples are there; not so with `always`. */
  #buckets(
    { matchers, maxSamples = MAX_QUERY_SAMPLES }: { matchers: readonly LabelMatcher[]; maxSamples?: number },
    range: BucketRange,
    fields: readonly SummaryField[],
    scope: QueryScope,
    always = false,
  ): Summaries | undefined {
    this.#drain();
    const { sealed, tiers } = this.#stored;
    const samplesFromMs = this.#samplesFromMs(scope);
    const bounds = range.bounds();
    if (range.count === 0) return { bounds, series: [] };
    const { minTimeMs } = range;
    const maxTimeMs = range.startOf(range.count);
    const ids = this.index.select(matchers, scope.check);
    const head = this.head.snapshot(ids, minTimeMs, maxTimeMs);
    return sealed.reading(() =>
      tiers.reading(() => {
        // Samples before summaries: what is merged when they are looked at is summarised by then.
        const chunks = sealed.partsOf(ids, minTimeMs, maxTimeMs);
        const firstDayMs = dayStartMs(minTimeMs + 1);
        const days = tiers.rowsOf(ids, range.resolutionMs, firstDayMs, dayStartMs(maxTimeMs));
        if (days.size === 0 && !always && minTimeMs >= samplesFromMs) return undefined;
        const reader = new BucketReader({ range, fields, firstDayMs, samplesFromMs });
        const joiner = new SummaryJoiner(range.count, fields);
        const series: SummarySeries[] = [];
        for (const id of ids) {
          scope.check();
          const own = { days: days.get(id) ?? [], chunks: chunks.get(id) ?? [], head: head.partOf(id) };
          const columns = joiner.join(reader.read({ ...own, hidden: this.#hidden.of(id) }));
          const labels = this.index.labelsOf(id);
          if (columns === undefined || labels === undefined) continue;
          if ((series.length + 1) * range.count > maxSamples) throw tooManySamples();
          series.push({ labels, ...columns });
        }
        return { bounds, series };
      }),
    );
  }

  /** Counts without decoding: what the chunks say of themselves, and the head. */
  estimate(selected: readonly SelectedRange[], scope: QueryScope): QueryEstimate {
    this.#drain();
    const { sealed } = this.#stored;
    let series = 0;
    let samples = 0;
    for (const { matchers, minTimeMs, maxTimeMs } of selected) {
      const ids = this.index.select(matchers, scope.check);
      const from = Math.max(minTimeMs, this.#oldestMs(scope) - 1);
      series += ids.length;
      if (!(from < maxTimeMs)) continue;
      samples += this.head.countIn(ids, from, maxTimeMs);
      samples += sealed.reading(() => sealed.countIn(ids, from, maxTimeMs, scope.check));
    }
    return { series, samples: Math.round(samples) };
  }

  cardinality(limit: number): Cardinality {
    this.#drain();
    return cardinalityOf(this.index.swept(), this.index.size, limit);
  }

  series(selectors: Selectors, startMs: number, endMs: number, limit: number, scope: QueryScope): Labels[] {
    const found: Labels[] = [];
    for (const labels of this.#matching(selectors, startMs, endMs, scope)) {
      if (found.length === limit) break;
      found.push(labels);
    }
    return found.toSorted((a, b) => Labels.compare(a, b));
  }

  labelNames(selectors: Selectors, startMs: number, endMs: number, scope: QueryScope): string[] {
    const names = new Set<string>();
    for (const labels of this.#matching(selectors, startMs, endMs, scope)) {
      for (const [name] of labels.entries()) names.add(name);
    }
    return [...names].toSorted(compareUtf8);
  }

  labelValues(name: string, selectors: Selectors, startMs: number, endMs: number, scope: QueryScope): string[] {
    const values = new Set<string>();
    for (const labels of this.#matching(selectors, startMs, endMs, scope)) values.add(labels.get(name));
    values.delete('');
    return [...values].toSorted(compareUtf8);
  }

  /** Every sample of the series after an id; with what is sealed meanwhile seen twice, never missed, and kept once. */
  samples(call: SamplesCall, scope: QueryScope): StoredSamples {
    this.#drain();
    const { sealed } = this.#stored;
    const maxTimeMs = call.maxTimeMs;
    const minTimeMs = Math.max(call.minTimeMs, this.#oldestMs(scope) - 1);
    const out = new SamplesAfter(call.maxSamples);
    if (!(minTimeMs < maxTimeMs)) return out.take(undefined);
    const active = this.head.activeIn(minTimeMs, maxTimeMs);
    sealed.reading(() => sealed.addActive(active, minTimeMs, maxTimeMs));
    const ids = Uint32Array.from([...active].filter((id) => id > call.afterId)).toSorted();
    for (let from = 0; from < ids.length; from += SERIES_AT_ONCE) {
      scope.check();
      const some = ids.subarray(from, from + SERIES_AT_ONCE);
      const head = this.head.snapshot(some, minTimeMs, maxTimeMs);
      const isFull = sealed.reading(() => {
        const stored = sealed.partsOf(some, minTimeMs, maxTimeMs);
        const joiner = new Joiner(minTimeMs, maxTimeMs);
        return some.some((id) => {
          const parts = (stored.get(id) ?? []).flatMap(({ read }) => read(minTimeMs, maxTimeMs) ?? []);
          const unsealed = head.partOf(id);
          const all = joiner.join(unsealed === undefined ? parts : [...parts, unsealed]);
          const columns = all && visible(all, this.#hidden.of(id));
          return columns !== undefined && out.add(id, columns);
        });
      });
      if (isFull) return out.take(out.lastId);
    }
    return out.take(undefined);
  }

  /** Whether they have samples or not. */
  seriesIds(selectors: Selectors, scope: QueryScope): Float64Array<ArrayBuffer> {
    this.#drain();
    const ids = new Set<number>();
    for (const matchers of selectors) {
      scope.check();
      for (const id of this.index.select(matchers, scope.check)) ids.add(id);
    }
    return Float64Array.from(ids);
  }

  /** Series that match one of the lists (all, when there is none) and have a sample in [startMs, endMs]. */
  *#matching(selectors: Selectors, startMs: number, endMs: number, scope: QueryScope): Generator<Labels> {
    this.#drain();
    const lists: Selectors = selectors.length === 0 ? [[] satisfies LabelMatcher[]] : selectors;
    const { sealed, tiers } = this.#stored;
    const minTimeMs = Math.max(startMs, this.#oldestMs(scope)) - 1;
    const active = this.head.activeIn(minTimeMs, endMs);
    sealed.reading(() => sealed.addActive(active, minTimeMs, endMs));
    // Of older times there may be summaries only.
    const samplesFromMs = this.#samplesFromMs(scope);
    const summarisedFromMs = startMs - 1;
    if (summarisedFromMs < samplesFromMs) {
      tiers.reading(() => tiers.addActive(active, summarisedFromMs, Math.min(endMs, samplesFromMs)));
    }
    const seen = new Set<number>();
    for (const matchers of lists) {
      let tested = 0;
      for (const id of this.index.select(matchers, scope.check)) {
        if (tested++ % IDS_PER_CHECK === 0) scope.check();
        if (!active.has(id) || (lists.length > 1 && seen.has(id))) continue;
        if (lists.length > 1) seen.add(id);
        if (this.#isHidden(id, minTimeMs, endMs)) continue;
        const labels = this.index.labelsOf(id);
        if (labels !== undefined) yield labels;
      }
    }
  }

  /** Whether deletions leave nothing to see of a series in (minTimeMs, maxTimeMs]. */
  #isHidden(id: number, minTimeMs: number, maxTimeMs: number): boolean {
    const hidden = this.#hidden.of(id);
    if (hidden.length === 0) return false;
    if (hidden.some(({ fromMs, toMs }) => fromMs <= minTimeMs && toMs >= maxTimeMs)) return true;
    const { sealed } = this.#stored;
    const ids = Uint32Array.of(id);
    const unsealed = this.head.snapshot(ids, minTimeMs, maxTimeMs).partOf(id);
    return sealed.reading(() => {
      const stored = sealed.partsOf(ids, minTimeMs, maxTimeMs).get(id) ?? [];
      const parts = stored.flatMap(({ read }) => read(minTimeMs, maxTimeMs) ?? []);
      const all = new Joiner(minTimeMs, maxTimeMs).join(unsealed === undefined ? parts : [...parts, unsealed]);
      return all === undefined || visible(all, hidden) === undefined;
    });
  }
}
