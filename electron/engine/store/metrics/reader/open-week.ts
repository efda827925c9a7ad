// One week's file as a query sees it: a snapshot, with the places of its chunks at hand while nobody writes to it.
import { TIER_RAW } from '../codec/block.ts';
import { type ChunkPlace, MAX_CHUNK_SPAN_MS, type WeekFile } from '../seal/week-file.ts';
import { MAX_TIME_MS, MIN_TIME_MS } from '../week.ts';
import { FileSnapshot } from './file-snapshot.ts';

/** Places are kept for files that rest; a place is about a hundred bytes. */
const MAX_PLACES = 100_000;

export class OpenWeek {
  readonly file: WeekFile;
  readonly #snapshot: FileSnapshot;
  readonly #places = new Map<number, readonly ChunkPlace[]>();
  #placeCount = 0;
  #isResting = false;

  constructor(file: WeekFile) {
    this.file = file;
    this.#snapshot = new FileSnapshot(file.db);
  }

  /** From here to `end` nothing changes: a chunk that was found is there, however it is merged meanwhile. */
  begin(): void {
    const hasChanged = this.#snapshot.begin();
    if (hasChanged === undefined) return;
    this.#isResting = !hasChanged;
    if (this.#isResting) return;
    this.#places.clear();
    this.#placeCount = 0;
    this.file.membership.refresh();
  }

  end(): void {
    this.#snapshot.end();
  }

  /** A group's chunks with a sample time in (minTimeMs, maxTimeMs], by start. */
  placesOf(group: number, minTimeMs: number, maxTimeMs: number): readonly ChunkPlace[] {
    let all = this.#places.get(group);
    if (all === undefined) {
      if (!this.#isResting) return this.file.chunksIn(group, minTimeMs, maxTimeMs);
      all = this.file.chunksIn(group, MIN_TIME_MS, MAX_TIME_MS);
      this.#placeCount += all.length;
      if (this.#placeCount > MAX_PLACES) {
        this.#places.clear();
        this.#placeCount = all.length;
      }
      this.#places.set(group, all);
    }
    return all.filter(({ startMs, endMs }) => startMs <= maxTimeMs && endMs > minTimeMs);
  }

  /** About how many samples a group has in (minTimeMs, maxTimeMs], if each chunk's are spread evenly over its time. */
  samplesIn(group: number, minTimeMs: number, maxTimeMs: number): number {
    const rows = this.file.db
      .prepare<[number, number, number, number], { start: number; end: number; samples: number }>(
        `SELECT start, "end", samples FROM chunk
         WHERE grp = ? AND tier = ${TIER_RAW} AND start > ? AND start <= ? AND "end" > ?`,
      )
      .all(group, minTimeMs - MAX_CHUNK_SPAN_MS - 1, maxTimeMs, minTimeMs);
    let total = 0;
    for (const { start, end, samples } of rows) {
      const inside = Math.min(end, maxTimeMs) - Math.max(start, minTimeMs);
      total += end > start ? samples * Math.max(0, inside / (end - start)) : samples;
    }
    return total;
  }

  close(): void {
    this.file.close();
  }
}
