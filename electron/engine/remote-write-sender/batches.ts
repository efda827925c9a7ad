// Samples in the order of their commits or of their series, as requests: each series in one shard, its samples by time.
import type { CommittedRow, StoredSamples } from '../store/metrics/index.ts';
import type { LabelBook } from './label-book.ts';
import type { SeriesSamples } from './request.ts';

type Collected = { readonly timestampsMs: number[]; readonly values: number[]; readonly stale: number[] };

export type Block = ReadonlyMap<number, Collected>;

/** What one request carries. */
export type Batch = { readonly series: readonly SeriesSamples[]; readonly samples: number };

export type Batches = {
  /** Each shard's requests, in their order; shards are independent of each other. */
  readonly shards: readonly (readonly Batch[])[];
  readonly samples: number;
  /** Samples of series that relabelling leaves out, or whose labels are gone. */
  readonly leftOut: number;
};

/** In the order of the rows. */
export function blockOfRows(rows: readonly CommittedRow[]): Block {
  const block = new Map<number, Collected>();
  for (const { timeMs, ids, values, timestampsMs, stale } of rows) {
    for (let i = 0; i < ids.length; i++) {
      let of = block.get(ids[i]!);
      if (of === undefined) block.set(ids[i]!, (of = { timestampsMs: [], values: [], stale: [] }));
      of.timestampsMs.push(timestampsMs?.[i] ?? timeMs);
      of.values.push(values[i]!);
      of.stale.push(stale?.[i] ?? 0);
    }
  }
  return block;
}

export function blockOfSamples({ ids, counts, timestampsMs, values, stale }: StoredSamples): Block {
  const block = new Map<number, Collected>();
  let at = 0;
  for (const [i, id] of ids.entries()) {
    const end = at + counts[i]!;
    block.set(id, {
      timestampsMs: Array.from(timestampsMs.subarray(at, end)),
      values: Array.from(values.subarray(at, end)),
      stale: Array.from(stale.subarray(at, end)),
    });
    at = end;
  }
  return block;
}

/** The same block gives the same requests each time, so that one that came already can be told by its content. */
export async function batchesOf(
  block: Block,
  book: LabelBook,
  options: { readonly shards: number; readonly maxSamples: number },
): Promise<Batches> {
  await book.learn(new Set(block.keys()));
  const shards = Array.from({ length: options.shards }, () => new ShardBatches(options.maxSamples));
  let samples = 0;
  let leftOut = 0;
  for (const [id, collected] of block) {
    const labels = book.labelsOf(id);
    const count = collected.values.length;
    if (labels === undefined) leftOut += count;
    else {
      samples += count;
      shards[id % options.shards]!.add({ labels, ...byTime(collected) });
    }
  }
  return { shards: shards.map((shard) => shard.take()).filter((batches) => batches.length > 0), samples, leftOut };
}

class ShardBatches {
  readonly #maxSamples: number;
  readonly #batches: Batch[] = [];
  #series: SeriesSamples[] = [];
  #samples = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  add(series: SeriesSamples): void {
    const { labels, timestampsMs, values, stale } = series;
    for (let from = 0; from < values.length;) {
      const to = Math.min(values.length, from + this.#maxSamples - this.#samples);
      this.#series.push(
        from === 0 && to === values.length
          ? series
          : {
              labels,
              timestampsMs: timestampsMs.slice(from, to),
              values: values.slice(from, to),
              stale: stale.slice(from, to),
            },
      );
      this.#samples += to - from;
      from = to;
      if (this.#samples >= this.#maxSamples) this.#close();
    }
  }

  take(): readonly Batch[] {
    this.#close();
    return this.#batches;
  }

  #close(): void {
    if (this.#samples > 0) this.#batches.push({ series: this.#series, samples: this.#samples });
    this.#series = [];
    this.#samples = 0;
  }
}

/** Late samples stand behind those that they belong before. */
function byTime(collected: Collected): Collected {
  const { timestampsMs, values, stale } = collected;
  if (timestampsMs.every((atMs, i) => i === 0 || timestampsMs[i - 1]! <= atMs)) return collected;
  const order = [...timestampsMs.keys()].toSorted((a, b) => timestampsMs[a]! - timestampsMs[b]!);
  return {
    timestampsMs: order.map((i) => timestampsMs[i]!),
    values: order.map((i) => values[i]!),
    stale: order.map((i) => stale[i]!),
  };
}

/** Two halves of a request, for one that was refused as a whole; undefined where there is one sample only. */
export function halves({ series, samples }: Batch): readonly [Batch, Batch] | undefined {
  if (samples < 2) return undefined;
  const half = new ShardBatches(Math.ceil(samples / 2));
  for (const one of series) half.add(one);
  const [first, second] = half.take();
  return first === undefined || second === undefined ? undefined : [first, second];
}
