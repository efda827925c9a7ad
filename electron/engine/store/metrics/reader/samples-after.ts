// Samples of one series after the other in columns that cross threads without a copy.
import type { ReaderCall } from '../protocol.ts';
import type { StoredSamples } from '../types.ts';
import type { Part } from './join.ts';

export type SamplesCall = Extract<ReaderCall, { kind: 'samples' }>;

export class SamplesAfter {
  readonly #maxSamples: number;
  readonly #ids: number[] = [];
  readonly #parts: Part[] = [];
  #samples = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  get lastId(): number | undefined {
    return this.#ids.at(-1);
  }

  /** True once there are as many as were asked for. */
  add(id: number, columns: Part): boolean {
    if (columns.timestamps.length === 0) return false;
    this.#ids.push(id);
    this.#parts.push(columns);
    this.#samples += columns.timestamps.length;
    return this.#samples >= this.#maxSamples;
  }

  take(nextAfterId: number | undefined): StoredSamples {
    const timestampsMs = new Float64Array(this.#samples);
    const values = new Float64Array(this.#samples);
    const stale = new Uint8Array(this.#samples);
    let at = 0;
    for (const part of this.#parts) {
      timestampsMs.set(part.timestamps, at);
      values.set(part.values, at);
      if (part.stale !== undefined) stale.set(part.stale, at);
      at += part.timestamps.length;
    }
    const counts = Uint32Array.from(this.#parts, ({ timestamps }) => timestamps.length);
    return { ids: Float64Array.from(this.#ids), counts, timestampsMs, values, stale, nextAfterId };
  }
}

/** The buffers to hand over instead of copying. */
export const transferOfSamples = ({ ids, counts, timestampsMs, values, stale }: StoredSamples): ArrayBuffer[] =>
  [ids, counts, timestampsMs, values, stale].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
