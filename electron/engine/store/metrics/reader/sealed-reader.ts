// The reader's connections to the week files: which chunks hold a series' samples in a range, and what is in them.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { isCorruption } from '../format.ts';
import { type ChunkPlace, WeekFile } from '../seal/week-file.ts';
import { weekPath } from '../seal/week-files.ts';
import { WEEK_MS } from '../week.ts';
import type { DecodedCache, Weighed } from './decoded-cache.ts';
import type { Part } from './join.ts';
import { OpenWeek } from './open-week.ts';
import { StoredChunk } from './stored-chunk.ts';
import type { StoredFiles } from './stored-files.ts';

const MAX_OPEN = 6;
/** Of a file, for an estimate. */
const MAX_COUNTED_GROUPS = 256;

/** One series' place in one chunk. */
export type ChunkPart = {
  readonly place: ChunkPlace;
  /** At least its samples in (minTimeMs, maxTimeMs]; undefined when there are none, or when they are damaged. */
  readonly read: (minTimeMs: number, maxTimeMs: number) => Part | undefined;
};

/** A chunk that this query has opened; the cache may have let it go, or never took it. */
type Wanted = { chunk: StoredChunk | undefined; parts: number };

export class SealedReader {
  readonly #dir: string;
  readonly #onDamage: (mondayMs: number, wholeFile: boolean) => void;
  readonly #files: StoredFiles;
  readonly #open = new Map<number, OpenWeek>();
  readonly #cache: DecodedCache<Weighed>;

  constructor(
    dir: string,
    files: StoredFiles,
    cache: DecodedCache<Weighed>,
    onDamage: (mondayMs: number, wholeFile: boolean) => void,
  ) {
    this.#dir = dir;
    this.#files = files;
    this.#cache = cache;
    this.#onDamage = onDamage;
  }

  /** Runs `use`, in which every file that is looked at stays as it was at the first look. */
  reading<T>(use: () => T): T {
    try {
      return use();
    } finally {
      for (const [monday, week] of this.#open) this.#guarded(monday, () => week.end());
      this.#rest();
    }
  }

  /** The parts of each series with a sample time that may lie in (minTimeMs, maxTimeMs], by start. Only within `reading`. */
  partsOf(ids: Uint32Array, minTimeMs: number, maxTimeMs: number): Map<number, ChunkPart[]> {
    const parts = new Map<number, ChunkPart[]>();
    this.#eachWeek(minTimeMs, maxTimeMs, (week, monday) => {
      const { membership } = week.file;
      const chunksOf = new Map<number, readonly ((member: number) => ChunkPart)[]>();
      for (const id of ids) {
        for (const group of membership.groupsOf(id)) {
          let chunks = chunksOf.get(group);
          if (chunks === undefined) {
            chunks = week.placesOf(group, minTimeMs, maxTimeMs).map((place) => this.#chunk(monday, week, place));
            chunksOf.set(group, chunks);
          }
          if (chunks.length === 0) continue;
          const member = membership.membersOf(group).indexOf(id);
          let own = parts.get(id);
          if (own === undefined) parts.set(id, (own = []));
          for (const partOf of chunks) own.push(partOf(member));
        }
      }
    });
    for (const own of parts.values()) {
      if (own.length > 1) own.sort((a, b) => a.place.startMs - b.place.startMs || a.place.endMs - b.place.endMs);
    }
    return parts;
  }

  #chunk(mondayMs: number, week: OpenWeek, place: ChunkPlace): (member: number) => ChunkPart {
    const key = `${mondayMs}/${place.id}`;
    const wanted: Wanted = { chunk: undefined, parts: 0 };
    return (member) => {
      wanted.parts++;
      const read = (minTimeMs: number, maxTimeMs: number): Part | undefined =>
        this.#guarded(mondayMs, () => {
          wanted.chunk ??= (this.#cache.get(key) as StoredChunk | undefined) ?? this.#load(key, week, place);
          const { chunk } = wanted;
          // With the last part that wants it, only the cache has it still.
          if (--wanted.parts === 0) wanted.chunk = undefined;
          if (chunk === undefined) return undefined;
          const before = chunk.bytes;
          try {
            return chunk.read(member, minTimeMs, maxTimeMs);
          } finally {
            const grown = chunk.bytes - before;
            if (grown > 0) this.#cache.grown(key, chunk, grown);
          }
        });
      return { place, read };
    };
  }

  #load(key: string, week: OpenWeek, place: ChunkPlace): StoredChunk | undefined {
    // Closed meanwhile, when another chunk showed that the file is damaged.
    const body = week.file.db.open ? week.file.body(place.id) : undefined;
    if (body === undefined) return undefined;
    const chunk = new StoredChunk(body);
    this.#cache.add(key, chunk);
    return chunk;
  }

  /** Adds ids of series in a group with a chunk that reaches into (minTimeMs, maxTimeMs]. Only within `reading`. */
  addActive(active: Set<number>, minTimeMs: number, maxTimeMs: number): void {
    this.#eachWeek(minTimeMs, maxTimeMs, ({ file }) => {
      for (const group of file.groupsIn(minTimeMs, maxTimeMs))
        for (const id of file.membership.membersOf(group)) active.add(id);
    });
  }

  /**
   * About how many samples the series have in (minTimeMs, maxTimeMs]: a chunk's samples are shared out evenly to its series
   * and its time, and of many groups some stand for all. Only within `reading`.
   */
  countIn(ids: Uint32Array, minTimeMs: number, maxTimeMs: number, check: () => void): number {
    let total = 0;
    this.#eachWeek(minTimeMs, maxTimeMs, (week) => {
      const { membership } = week.file;
      const wanted = new Map<number, number>();
      for (const id of ids)
        for (const group of membership.groupsOf(id)) wanted.set(group, (wanted.get(group) ?? 0) + 1);
      const groups = [...wanted];
      const stride = Math.max(1, groups.length / MAX_COUNTED_GROUPS);
      let counted = 0;
      let inGroups = 0;
      for (let at = 0; at < groups.length; at += stride) {
        check();
        const [group, members] = groups[Math.floor(at)]!;
        inGroups += (week.samplesIn(group, minTimeMs, maxTimeMs) * members) / membership.membersOf(group).length;
        counted++;
      }
      if (counted > 0) total += (inGroups * groups.length) / counted;
    });
    return total;
  }

  /** Runs `use` for each stored week that overlaps; a damaged file is reported and left out. */
  #eachWeek(minTimeMs: number, maxTimeMs: number, use: (week: OpenWeek, mondayMs: number) => void): void {
    const weeks = this.#files.mondays();
    for (const monday of this.#open.keys()) if (!weeks.includes(monday)) this.release(monday);
    for (const monday of weeks) {
      // A week's first moment is in the file before, but for files of format 1.
      if (monday > maxTimeMs || monday + WEEK_MS <= minTimeMs) continue;
      this.#guarded(monday, () => {
        const week = this.#week(monday);
        if (week === undefined) return;
        week.begin();
        use(week, monday);
      });
    }
  }

  /** Undefined when the file proves damaged: it goes as a whole; a single chunk that cannot be decoded is left out. */
  #guarded<T>(mondayMs: number, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (isCorruption(error)) {
        this.release(mondayMs);
        this.#onDamage(mondayMs, true);
      } else if (error instanceof LinewardenError && error.code === 'LW_STORE_DAMAGED') {
        this.#onDamage(mondayMs, false);
      } else {
        throw error;
      }
    }
  }

  #week(mondayMs: number): OpenWeek | undefined {
    let week = this.#open.get(mondayMs);
    if (week === undefined) {
      const file = WeekFile.openForReading(weekPath(this.#dir, mondayMs));
      if (file === undefined) return undefined;
      week = new OpenWeek(file);
    }
    this.#open.delete(mondayMs);
    this.#open.set(mondayMs, week);
    return week;
  }

  /** Closes the connections past the limit, the least recently used first. */
  #rest(): void {
    for (const monday of [...this.#open.keys()].slice(0, Math.max(0, this.#open.size - MAX_OPEN))) this.#close(monday);
  }

  /** The file goes or was replaced by another one, with other chunks under the same ids. */
  release(mondayMs: number): void {
    this.#cache.clear();
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
