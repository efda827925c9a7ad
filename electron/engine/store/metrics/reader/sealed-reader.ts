// The reader's connections to the week files: which blocks hold a series' samples in a range.
import { type Block, openBlock } from '../codec/block.ts';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { isCorruption } from '../format.ts';
import { type ChunkPlace, WeekFile } from '../seal/week-file.ts';
import { storedWeeks, weekPath } from '../seal/week-files.ts';
import { WEEK_MS } from '../week.ts';

const MAX_OPEN = 6;

/** A series' place in one chunk, which is opened when it is decoded. */
export type ChunkPart = { readonly chunk: SealedChunk; readonly member: number };

export class SealedChunk {
  readonly #file: WeekFile;
  readonly place: ChunkPlace;
  readonly #onDamage: (error: unknown) => void;
  #block: Block | undefined;
  /** Parts that still want the block; it is let go with the last. */
  #wanted = 0;

  constructor(file: WeekFile, place: ChunkPlace, onDamage: (error: unknown) => void) {
    this.#file = file;
    this.place = place;
    this.#onDamage = onDamage;
  }

  want(): void {
    this.#wanted++;
  }

  /** Undefined when retention removed the chunk in the meantime, or when it is damaged. */
  open(): Block | undefined {
    if (this.#block !== undefined) return this.#block;
    try {
      const body = this.#file.body(this.place.id);
      if (body !== undefined) this.#block = openBlock(body);
    } catch (error) {
      this.#onDamage(error);
    }
    return this.#block;
  }

  release(): void {
    if (--this.#wanted === 0) this.#block = undefined;
  }
}

export class SealedReader {
  readonly #dir: string;
  readonly #onDamage: (mondayMs: number, wholeFile: boolean) => void;
  readonly #open = new Map<number, WeekFile>();

  constructor(dir: string, onDamage: (mondayMs: number, wholeFile: boolean) => void) {
    this.#dir = dir;
    this.#onDamage = onDamage;
  }

  /** The parts of each series with a sample time that may lie in (minTimeMs, maxTimeMs], by start. */
  partsOf(ids: Uint32Array, minTimeMs: number, maxTimeMs: number): Map<number, ChunkPart[]> {
    const parts = new Map<number, ChunkPart[]>();
    this.#eachWeek(minTimeMs, maxTimeMs, (file, monday) => {
      file.membership.refresh();
      const chunksOf = new Map<number, SealedChunk[]>();
      for (const id of ids) {
        for (const group of file.membership.groupsOf(id)) {
          let chunks = chunksOf.get(group);
          if (chunks === undefined) {
            chunks = file
              .chunksIn(group, minTimeMs, maxTimeMs)
              .map((place) => new SealedChunk(file, place, (error) => this.#damaged(monday, error)));
            chunksOf.set(group, chunks);
          }
          if (chunks.length === 0) continue;
          const member = file.membership.membersOf(group).indexOf(id);
          let own = parts.get(id);
          if (own === undefined) parts.set(id, (own = []));
          for (const chunk of chunks) {
            chunk.want();
            own.push({ chunk, member });
          }
        }
      }
    });
    for (const own of parts.values()) {
      own.sort((a, b) => a.chunk.place.startMs - b.chunk.place.startMs || a.chunk.place.endMs - b.chunk.place.endMs);
    }
    return parts;
  }

  /** Ids of series in a group with a chunk that reaches into (minTimeMs, maxTimeMs]. */
  activeIn(minTimeMs: number, maxTimeMs: number): Set<number> {
    const active = new Set<number>();
    this.#eachWeek(minTimeMs, maxTimeMs, (file) => {
      file.membership.refresh();
      for (const group of file.groupsIn(minTimeMs, maxTimeMs))
        for (const id of file.membership.membersOf(group)) active.add(id);
    });
    return active;
  }

  /** Runs `use` for each stored week that overlaps; a damaged file is reported and left out. */
  #eachWeek(minTimeMs: number, maxTimeMs: number, use: (file: WeekFile, mondayMs: number) => void): void {
    const weeks = storedWeeks(this.#dir);
    for (const monday of this.#open.keys()) if (!weeks.includes(monday)) this.#close(monday);
    for (const monday of weeks) {
      if (monday > maxTimeMs || monday + WEEK_MS <= minTimeMs) continue;
      try {
        const file = this.#file(monday);
        if (file !== undefined) use(file, monday);
      } catch (error) {
        this.#damaged(monday, error);
      }
    }
  }

  /** A damaged file goes as a whole; a single block that cannot be decoded is left out. */
  #damaged(mondayMs: number, error: unknown): void {
    if (isCorruption(error)) {
      this.#close(mondayMs);
      this.#onDamage(mondayMs, true);
    } else if (error instanceof LinewardenError && error.code === 'LW_STORE_DAMAGED') {
      this.#onDamage(mondayMs, false);
    } else {
      throw error;
    }
  }

  #file(mondayMs: number): WeekFile | undefined {
    const file = this.#open.get(mondayMs) ?? WeekFile.openForReading(weekPath(this.#dir, mondayMs));
    if (file === undefined) return undefined;
    this.#open.delete(mondayMs);
    this.#open.set(mondayMs, file);
    return file;
  }

  /** Closes the connections past the limit, the least recently used first; not while parts are read. */
  rest(): void {
    for (const monday of [...this.#open.keys()].slice(0, Math.max(0, this.#open.size - MAX_OPEN))) this.#close(monday);
  }

  /** The file goes or was replaced by another one. */
  release(mondayMs: number): void {
    this.#close(mondayMs);
  }

  #close(mondayMs: number): void {
    this.#open.get(mondayMs)?.close();
    this.#open.delete(mondayMs);
  }

  close(): void {
    for (const monday of this.#open.keys()) this.#close(monday);
  }
}
