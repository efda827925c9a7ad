// The time by which stored flows are too old, across restarts: not that of a clock which has just leapt years ahead.
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../clock.ts';
import { parseSavedClock, RetentionClock, type SavedClock } from '../retention-clock.ts';
import { tierFileOfName } from './files/tier-files.ts';

const NAME = 'clock.json';

export class StoredClock {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #startMonotonicMs: number;
  #retention: RetentionClock | undefined;

  constructor(dir: string, clock: Clock) {
    this.#dir = dir;
    this.#clock = clock;
    this.#startMonotonicMs = clock.monotonic();
  }

  /**
   * Unix ms, never later than the clock; to be asked every few minutes.
   * @param leastKeptMs how long is kept what is kept the least
   */
  async present(leastKeptMs: number): Promise<number> {
    const nowMs = this.#clock.now();
    this.#retention ??= new RetentionClock(await this.#saved(), { nowMs, monotonicMs: this.#startMonotonicMs });
    const presentMs = this.#retention.at({ nowMs, monotonicMs: this.#clock.monotonic() }, leastKeptMs);
    await this.#save(this.#retention.saved).catch(() => undefined);
    return presentMs;
  }

  /** Files of an engine that kept no time: the present was not before the newest of them began. */
  async #saved(): Promise<SavedClock | undefined> {
    const text = await readFile(path.join(this.#dir, NAME), 'utf8').catch(() => undefined);
    const saved = parseSavedClock(text);
    if (saved !== undefined) return saved;
    const names = await readdir(this.#dir).catch(() => []);
    const starts = names.flatMap((name) => tierFileOfName(name) ?? []).map(({ startS }) => startS * 1_000);
    return starts.length === 0 ? undefined : { trustedMs: Math.max(...starts) };
  }

  /** A disk that is full costs only what was confirmed since the last time. */
  async #save(saved: SavedClock): Promise<void> {
    const file = path.join(this.#dir, NAME);
    await writeFile(`${file}.tmp`, JSON.stringify(saved));
    await rename(`${file}.tmp`, file);
  }
}
