// One series' buckets: from stored summaries where these say all, from its samples elsewhere.
import type { SummaryField } from '../../../promql/index.ts';
import { summarise } from '../summary/index.ts';
import { DAY_MS } from '../week.ts';
import { type BucketRange, type BucketSpan, merged, outside } from './bucket-range.ts';
import { type Hidden, visible } from './hidden-times.ts';
import { Joiner, type Part } from './join.ts';
import type { SummaryPiece } from './join-summaries.ts';
import type { ChunkPart } from './sealed-reader.ts';
import type { DayRows } from './tier-reader.ts';

export type SeriesSources = {
  /** Of the days from the range's first one on. */
  readonly days: readonly (DayRows | undefined)[];
  readonly chunks: readonly ChunkPart[];
  readonly head: Part | undefined;
  readonly hidden: readonly Hidden[];
};

export type BucketQuery = {
  readonly range: BucketRange;
  readonly fields: readonly SummaryField[];
  /** The midnight before the range's first bucket. */
  readonly firstDayMs: number;
  /** Samples before this may be gone from the files. */
  readonly samplesFromMs: number;
};

/**
 * A stored bucket counts unless a chunk that is not merged yet, the head or a deletion reaches into it; of a day without a
 * row (it was never summarised at this width) the samples count. Where samples are gone the stored bucket counts anyway,
 * and goes as a whole when a deletion touches it.
 */
export class BucketReader {
  readonly #query: BucketQuery;
  readonly #joiner: Joiner;

  constructor(query: BucketQuery) {
    const { range } = query;
    this.#query = query;
    this.#joiner = new Joiner(range.minTimeMs, range.startOf(range.count));
  }

  read(sources: SeriesSources): SummaryPiece[] {
    const stored = this.#stored(sources);
    const computed = this.#toCompute(sources, stored);
    const gone = this.#gone(sources.hidden, computed);
    const taken = merged([...computed, ...gone]);
    const pieces: SummaryPiece[] = stored.flatMap(({ columns, from, to, at }) =>
      outside({ from: at, to: at + to - from }, taken).map((span) => ({
        columns,
        from: from + span.from - at,
        to: from + span.to - at,
        at: span.from,
      })),
    );
    for (const span of computed) {
      const piece = this.#compute(sources, span);
      if (piece !== undefined) pieces.push(piece);
    }
    return pieces.toSorted((a, b) => a.at - b.at);
  }

  #stored({ days }: SeriesSources): SummaryPiece[] {
    const { range, fields, firstDayMs } = this.#query;
    const pieces: SummaryPiece[] = [];
    days.forEach((rows, i) => {
      const dayMs = firstDayMs + i * DAY_MS;
      const { from: at, to } = range.touched(dayMs + 1, dayMs + DAY_MS);
      const columns = at < to ? rows?.read(fields) : undefined;
      if (columns === undefined) return;
      const from = Math.round((range.startOf(at) - dayMs) / range.resolutionMs);
      pieces.push({ columns, from, to: from + to - at, at });
    });
    return pieces;
  }

  #toCompute({ chunks, head, hidden }: SeriesSources, stored: readonly SummaryPiece[]): BucketSpan[] {
    const { range, samplesFromMs } = this.#query;
    const spoken = stored.map(({ from, to, at }) => ({ from: at, to: at + to - from }));
    const unspoken: BucketSpan[] = [];
    const changed: BucketSpan[] = [];
    for (const { place } of chunks) {
      const span = range.touched(place.startMs, place.endMs);
      unspoken.push(...outside(span, spoken));
      if (!place.merged) changed.push(span);
    }
    if (head !== undefined) {
      const span = range.touched(head.timestamps[0]!, head.timestamps.at(-1)!);
      unspoken.push(...outside(span, spoken));
      changed.push(span);
    }
    for (const { fromMs, toMs } of hidden) changed.push(range.touched(fromMs + 1, toMs));
    // Of a bucket that begins where samples are gone, the samples that are left say less than what is stored.
    const whole = Math.max(0, Math.ceil((samplesFromMs - range.minTimeMs) / range.resolutionMs));
    const reachable = changed.map(({ from, to }) => ({ from: Math.max(from, whole), to }));
    return merged([...unspoken, ...reachable]);
  }

  /** Stored buckets that a deletion touches where nothing can be computed any more. */
  #gone(hidden: readonly Hidden[], computed: readonly BucketSpan[]): BucketSpan[] {
    const { range } = this.#query;
    return hidden.flatMap(({ fromMs, toMs }) => outside(range.touched(fromMs + 1, toMs), computed));
  }

  #compute({ chunks, head, hidden }: SeriesSources, span: BucketSpan): SummaryPiece | undefined {
    const { range } = this.#query;
    const bounds = range.bounds(span);
    const minTimeMs = bounds[0]!;
    const maxTimeMs = bounds.at(-1)!;
    const parts: Part[] = [];
    for (const { place, read } of chunks) {
      const part = place.startMs <= maxTimeMs && place.endMs > minTimeMs ? read(minTimeMs, maxTimeMs) : undefined;
      if (part !== undefined) parts.push(part);
    }
    if (head !== undefined) parts.push(head);
    const joined = this.#joiner.join(parts);
    const samples = joined && visible(joined, hidden);
    if (samples === undefined) return undefined;
    return { columns: summarise(samples, bounds), from: 0, to: span.to - span.from, at: span.from };
  }
}
