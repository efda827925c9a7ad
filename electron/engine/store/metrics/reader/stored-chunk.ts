// One chunk as queries come back to it: its body opened once, and what was decoded of each series.
import { type Block, type BlockEntry, openBlock } from '../codec/block.ts';
import { SEGMENT } from '../codec/number-column.ts';
import type { Part } from './join.ts';

/** Series with so few samples are decoded whole. */
const ALWAYS_WHOLE = 2 * SEGMENT;
/** A series is decoded whole when more than this share of it is asked for. */
const WHOLE_SHARE = 0.25;
const BYTES_PER_SAMPLE = 8;

/** Samples of one series: all that it has in (fromMs, toMs]. */
type Decoded = { readonly part: Part; readonly fromMs: number; readonly toMs: number };

export class StoredChunk {
  /** Grows with what is decoded. */
  bytes: number;
  readonly #block: Block;
  readonly #decoded = new Map<number, Decoded | undefined>();
  /** Columns of times that several series share, by which and where. */
  readonly #times = new Map<string, Float64Array>();

  /** Throws LW_STORE_DAMAGED, as does `read`. */
  constructor(body: Uint8Array) {
    this.#block = openBlock(body);
    // What it unpacks of a body while it reads is about as large again.
    this.bytes = 2 * body.length;
  }

  /** At least the samples of a series, by its place in the group, in (minTimeMs, maxTimeMs]; undefined when it has none. */
  read(member: number, minTimeMs: number, maxTimeMs: number): Part | undefined {
    const known = this.#decoded.get(member);
    if (known !== undefined && known.fromMs <= minTimeMs && maxTimeMs <= known.toMs) return known.part;
    const entry = this.#block.entries.get(member);
    if (entry === undefined) return undefined;
    // Asked for another part of it already: the next question will be for yet another.
    const decoded = known === undefined ? this.#span(entry, minTimeMs, maxTimeMs) : this.#whole(entry);
    if (decoded === undefined) return undefined;
    this.#decoded.set(member, decoded);
    return decoded.part;
  }

  #span(entry: BlockEntry, minTimeMs: number, maxTimeMs: number): Decoded | undefined {
    if (entry.count <= ALWAYS_WHOLE) return this.#whole(entry);
    const span = this.#block.spanOf(entry, minTimeMs, maxTimeMs);
    if (span.from >= span.to) return undefined;
    if (span.to - span.from > entry.count * WHOLE_SHARE) return this.#whole(entry);
    const from = Math.floor(span.from / SEGMENT) * SEGMENT;
    const to = Math.min(entry.count, Math.ceil(span.to / SEGMENT) * SEGMENT);
    const part = this.#decode(entry, from, to);
    return {
      part,
      fromMs: from === 0 ? -Infinity : part.timestamps[0]! - 1,
      toMs: to === entry.count ? Infinity : part.timestamps.at(-1)!,
    };
  }

  #whole(entry: BlockEntry): Decoded {
    return { part: this.#decode(entry, 0, entry.count), fromMs: -Infinity, toMs: Infinity };
  }

  #decode(entry: BlockEntry, from: number, to: number): Part {
    const count = to - from;
    const values = new Float64Array(count);
    const times = new Float64Array(count);
    if (from === 0 && to === entry.count) this.#block.decode(entry, times, values, 0);
    else this.#block.decodeSpan(entry, { from, to }, times, values, 0);
    this.bytes += count * BYTES_PER_SAMPLE;
    let stale: Uint8Array | undefined;
    for (const at of entry.staleAt) {
      if (at < from || at >= to) continue;
      stale ??= new Uint8Array(count);
      stale[at - from] = 1;
    }
    return { timestamps: this.#shared(entry, from, times), values, stale };
  }

  /** The same array for all series with the same times, which are then worked on together. */
  #shared(entry: BlockEntry, from: number, times: Float64Array): Float64Array {
    const key = `${entry.times}:${from}:${times.length}`;
    const known = this.#times.get(key);
    if (known !== undefined && sameTimes(known, times)) return known;
    if (known === undefined) this.#times.set(key, times);
    this.bytes += times.length * BYTES_PER_SAMPLE;
    return times;
  }
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
