// From when on all samples are stored: kept in head.db, and moved on before retention or the largest size takes samples away.
import type Database from 'better-sqlite3';

export class SamplesFrom {
  readonly #db: Database.Database;
  readonly #onMoved: (fromMs: number) => void;
  #fromMs: number;

  constructor(db: Database.Database, onMoved: (fromMs: number) => void = () => {}) {
    this.#db = db;
    this.#onMoved = onMoved;
    const stored = db.prepare("SELECT value FROM meta WHERE key = 'samplesFrom'").pluck().get();
    this.#fromMs = typeof stored === 'number' ? stored : -Infinity;
  }

  /** Samples up to here, this moment included, may be gone; -Infinity when none went. */
  get fromMs(): number {
    return this.#fromMs;
  }

  /** Before samples up to a time are removed. Throws a SqliteError when the disk refuses. */
  moveTo(fromMs: number): void {
    if (fromMs <= this.#fromMs) return;
    // On the disk before the removal can be: a power cut between the two must not show the rest of the samples as all.
    this.#db.pragma('synchronous = FULL');
    try {
      this.#db.prepare("INSERT OR REPLACE INTO meta VALUES ('samplesFrom', ?)").run(fromMs);
    } finally {
      this.#db.pragma('synchronous = NORMAL');
    }
    this.#fromMs = fromMs;
    this.#onMoved(fromMs);
  }
}
