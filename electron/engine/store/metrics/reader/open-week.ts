// One week's file as a query sees it: a snapshot, with the places of its chunks at hand while nobody writes to it.
import type { ChunkPlace, WeekFile } from '../seal/week-file.ts';
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

  close(): void {
    this.file.close();
  }
}
