// How large the store was, hour by hour, and what that says of the days to come.
import type Database from 'better-sqlite3';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEEP_MS = 7 * DAY_MS;

const SCHEMA = 'CREATE TABLE IF NOT EXISTS size (time INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)';

export type SizePoint = { readonly timeMs: number; readonly bytes: number };

export class SizeHistory {
  readonly #db: Database.Database;
  #lastMs: number;

  constructor(db: Database.Database) {
    this.#db = db;
    db.exec(SCHEMA);
    this.#lastMs = Number(db.prepare('SELECT max(time) FROM size').pluck().get() ?? -Infinity);
  }

  /** Takes a measure when an hour has passed since the last one. */
  note(nowMs: number, measure: () => number): void {
    // A clock that was set back begins anew.
    if (nowMs >= this.#lastMs && nowMs - this.#lastMs < HOUR_MS) return;
    this.#lastMs = nowMs;
    this.#db.prepare('DELETE FROM size WHERE time < ? OR time > ?').run(nowMs - KEEP_MS, nowMs);
    this.#db.prepare('INSERT OR REPLACE INTO size VALUES (?, ?)').run(nowMs, measure());
  }

  points(): SizePoint[] {
    return this.#db
      .prepare<[], { time: number; bytes: number }>('SELECT time, bytes FROM size ORDER BY time')
      .all()
      .map(({ time, bytes }) => ({ timeMs: time, bytes }));
  }
}

/**
 * The slope of the line with the least squares; merging makes the size a saw tooth of a day, so a day is the least. Undefined
 * before that.
 */
export function growthPerDay(points: readonly SizePoint[]): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.timeMs - first.timeMs < DAY_MS) return undefined;
  let times = 0;
  let sizes = 0;
  for (const { timeMs, bytes } of points) {
    times += (timeMs - first.timeMs) / points.length;
    sizes += bytes / points.length;
  }
  let above = 0;
  let below = 0;
  for (const { timeMs, bytes } of points) {
    const x = timeMs - first.timeMs - times;
    above += x * (bytes - sizes);
    below += x * x;
  }
  return (above / below) * DAY_MS;
}

export type Forecast = {
  readonly nowMs: number;
  readonly bytes: number;
  readonly growthBytesPerDay: number | undefined;
  readonly maxBytes: number | undefined;
  /** Of the disk. */
  readonly freeBytes: number;
  /** From when on as many samples go as come. */
  readonly levelMs: number;
};

/** When the cap or the disk is reached; undefined when it is not, as far as one can see. */
export function fullAt({
  nowMs,
  bytes,
  growthBytesPerDay,
  maxBytes,
  freeBytes,
  levelMs,
}: Forecast): number | undefined {
  const room = Math.min(freeBytes, (maxBytes ?? Infinity) - bytes);
  if (room <= 0) return nowMs;
  if (growthBytesPerDay === undefined || growthBytesPerDay <= 0) return undefined;
  const atMs = Math.round(nowMs + (room / growthBytesPerDay) * DAY_MS);
  return atMs < levelMs ? atMs : undefined;
}
