// Reads series out of a week's chunks, with the last few chunks kept open: series of a group lie in the same ones.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { WeekFiles } from '../seal/week-files.ts';
import { openChunk, type OpenChunk } from './chunk-codec.ts';
import type { Samples } from './samples.ts';

const MAX_OPEN = 96;

/** Names the chunk that could not be decoded. */
export class DamagedChunk extends Error {
  readonly chunk: number;

  constructor(chunk: number) {
    super(`chunk ${chunk} cannot be decoded`);
    this.chunk = chunk;
  }
}

/** Another job took the chunk, or the file went: what is read of the rest would be half of it. */
export class ChunkGone extends Error {}

export class ChunkReader {
  readonly #weeks: WeekFiles;
  readonly #mondayMs: number;
  readonly #open = new Map<number, OpenChunk>();

  constructor(weeks: WeekFiles, mondayMs: number) {
    this.#weeks = weeks;
    this.#mondayMs = mondayMs;
  }

  /** Places in the group of the series that have samples in a chunk, ascending, and how many. Throws DamagedChunk or ChunkGone. */
  counts(chunk: number): ReadonlyMap<number, number> {
    return orDamaged(chunk, () => this.#chunk(chunk).counts);
  }

  /** A series' samples in a chunk; undefined when it has none. Throws DamagedChunk or ChunkGone. */
  read(chunk: number, member: number): Samples | undefined {
    return orDamaged(chunk, () => this.#chunk(chunk).read(member));
  }

  #chunk(id: number): OpenChunk {
    let open = this.#open.get(id);
    if (open === undefined) {
      const body = this.#weeks.look<Buffer | undefined>(this.#mondayMs, undefined, (file) => file.body(id));
      if (body === undefined) throw new ChunkGone();
      open = openChunk(body);
    }
    this.#open.delete(id);
    this.#open.set(id, open);
    for (const [oldest] of this.#open) {
      if (this.#open.size <= MAX_OPEN) break;
      this.#open.delete(oldest);
    }
    return open;
  }
}

function orDamaged<T>(chunk: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LinewardenError && error.code === 'LW_STORE_DAMAGED') throw new DamagedChunk(chunk);
    throw error;
  }
}
