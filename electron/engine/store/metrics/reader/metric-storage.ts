// PromQL's storage over the sealed chunks and the head, and the label queries beside it.
import {
  type LabelMatcher,
  tooManySamples,
  type SelectRequest,
  type SeriesColumns,
  type Storage,
} from '../../../promql/index.ts';
import { compareUtf8, Labels } from '../../../../../shared/model/labels.ts';
import type { HeadMessage, Selectors } from '../protocol.ts';
import { HeadView } from './head-view.ts';
import { Joiner, type Part } from './join.ts';
import type { SealedReader } from './sealed-reader.ts';
import { SeriesIndex } from './series-index.ts';

/** What one query may load: 16 bytes each. */
export const MAX_QUERY_SAMPLES = 20_000_000;

export type QueryScope = {
  /** Samples before this are past the retention. */
  readonly oldestMs: number;
  /** Throws QueryError once the query is cancelled or out of time. */
  readonly check: () => void;
};

export class MetricStorage {
  readonly index = new SeriesIndex();
  readonly head = new HeadView();
  readonly #sealed: SealedReader;
  readonly #drain: () => void;

  /** `drain` brings the head up to date with what the writer has said. */
  constructor(sealed: SealedReader, drain: () => void) {
    this.#sealed = sealed;
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
        this.#sealed.release(message.mondayMs);
        break;
      case 'releaseTier':
      case 'tombstones':
      case 'retention':
        break;
    }
  }

  /** A storage for one query. */
  forQuery(scope: QueryScope): Storage {
    return { select: (request) => this.#select(request, scope) };
  }

  #select(request: SelectRequest, scope: QueryScope): SeriesColumns[] {
    let allowed = request.maxSamples ?? MAX_QUERY_SAMPLES;
    const reserve = (samples: number): void => {
      allowed -= samples;
      if (allowed < 0) throw tooManySamples();
    };
    this.#drain();
    const minTimeMs = Math.max(request.minTimeMs, scope.oldestMs - 1);
    const { maxTimeMs } = request;
    if (!(minTimeMs < maxTimeMs)) return [];
    const ids = this.index.select(request.matchers, scope.check);
    // The head first: what is sealed between the two looks is then seen twice, never missed, and kept once.
    const head = this.head.snapshot(ids, minTimeMs, maxTimeMs);
    return this.#sealed.reading(() => {
      const stored = this.#sealed.partsOf(ids, minTimeMs, maxTimeMs);
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
        const columns = joiner.join(parts);
        const labels = this.index.labelsOf(id);
        if (columns === undefined || labels === undefined) continue;
        reserve(columns.timestamps.length);
        found.push({ labels, ...columns });
      }
      return found;
    });
  }

  series(selectors: Selectors, startMs: number, endMs: number, limit: number, scope: QueryScope): Labels[] {
    return this.#matching(selectors, startMs, endMs, scope)
      .slice(0, limit)
      .toSorted((a, b) => Labels.compare(a, b));
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
  #matching(selectors: Selectors, startMs: number, endMs: number, scope: QueryScope): Labels[] {
    this.#drain();
    const lists: Selectors = selectors.length === 0 ? [[] satisfies LabelMatcher[]] : selectors;
    const ids = new Set<number>();
    for (const matchers of lists) {
      scope.check();
      for (const id of this.index.select(matchers, scope.check)) ids.add(id);
    }
    const minTimeMs = Math.max(startMs, scope.oldestMs) - 1;
    const inHead = this.head.activeIn(minTimeMs, endMs);
    const inFiles = this.#sealed.reading(() => this.#sealed.activeIn(minTimeMs, endMs));
    scope.check();
    const found: Labels[] = [];
    for (const id of ids) {
      const labels = inHead.has(id) || inFiles.has(id) ? this.index.labelsOf(id) : undefined;
      if (labels !== undefined) found.push(labels);
    }
    return found;
  }
}
