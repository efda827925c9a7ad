// The reader's connections to the week files: which blocks hold a series' samples in a range.
import { type Block, openBlock } from '../codec/block.ts';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { isCorruption } from '../format.ts';
import { WeekFile } from '../seal/week-file.ts';
import { storedWeeks, weekPath } from '../seal/week-files.ts';
import { WEEK_MS } from '../week.ts';

const MAX_OPEN = 6;

/** A series' samples in one chunk, opened when they are decoded. */
export type ChunkPart = {
  readonly startMs: number;
  readonly endMs: number;
  readonly chunk: SealedChunk;
  readonly member: number;
};

export class SealedChunk {
  readonly #file: WeekFile;
  readonly #id: number;
  readonly #onDamage: (error: unknown) => void;
  #block: Block | undefined;
  /** Parts that still want the block; it is let go with the last. */
  #wanted = 0;

  constructor(file: WeekFile, id: number, onDamage: (error: unknown) => void) {
    this.#file = file;
    this.#id = id;
    this.#onDamage = onDamage;
  }

  want(): void {
    this.#wanted++;
  }

  /** Undefined when retention removed the chunk in the meantime, or when it is damaged. */
  open(): Block | undefined {
    if (this.#block !== undefined) return this.#block;
    try {
      const body = this.#file.body(this.#id);
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
  partsOf(ids: readonly number[], minTimeMs: number, maxTimeMs: number): Map<number, ChunkPart[]> {
    const parts = new Map<number, ChunkPart[]>();
    this.#eachWeek(minTimeMs, maxTimeMs, (file, monday) => {
      const groups = new Map<number, { chunks: ChunkPart[]; members: Map<number, number> }>();
      for (const id of ids) {
        for (const group of file.groupsOf(id)) {
          let known = groups.get(group);
          if (known === undefined) {
            const places = file.chunksIn(group, minTimeMs, maxTimeMs);
            known = {
              chunks: places.map(({ startMs, endMs, id: chunk }) => ({
                startMs,
                endMs,
                chunk: new SealedChunk(file, chunk, (error) => this.#damaged(monday, error)),
                member: -1,
              })),
              members:
                places.length === 0 ? new Map() : new Map(file.membersOf(group).map((member, at) => [member, at])),
            };
            groups.set(group, known);
          }
          const member = known.members.get(id);
          if (member === undefined) continue;
          const list = parts.get(id) ?? [];
          for (const part of known.chunks) {
            part.chunk.want();
            list.push({ ...part, member });
          }
          parts.set(id, list);
        }
      }
    });
    for (const list of parts.values()) list.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
    return parts;
  }

  /** Ids of series in a group with a chunk that reaches into (minTimeMs, maxTimeMs]. */
  activeIn(minTimeMs: number, maxTimeMs: number): Set<number> {
    const active = new Set<number>();
    this.#eachWeek(minTimeMs, maxTimeMs, (file) => {
      for (const group of file.groupsIn(minTimeMs, maxTimeMs)) for (const id of file.membersOf(group)) active.add(id);
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

  #close(mondayMs: number): void {
    this.#open.get(mondayMs)?.close();
    this.#open.delete(mondayMs);
  }

  close(): void {
    for (const monday of this.#open.keys()) this.#close(monday);
  }
}
