// The reader's connections to the files of summaries: which rows speak of a series' days, and what they say.
import path from 'node:path';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { StoredSummary, SummaryField } from '../codec/summary-block.ts';
import { hasNoRoom, isCorruption } from '../format.ts';
import { dayNumber, TierFile } from '../tiers/tier-file.ts';
import { DAY_MS } from '../week.ts';
import type { DecodedCache, Weighed } from './decoded-cache.ts';
import { FileSnapshot } from './file-snapshot.ts';
import type { StoredFiles } from './stored-files.ts';
import { StoredSummaries } from './stored-summary.ts';

const MAX_OPEN = 6;
const FIRST_DAY_AGE_MS = 5_000;

type Row = { readonly id: number; readonly day: number };

class OpenTier {
  readonly file: TierFile;
  readonly resolutionMs: number;
  readonly #snapshot: FileSnapshot;
  readonly #rows;
  readonly #body;
  readonly #firstDay;
  /** Null when there is none. */
  #knownFirstDay: number | null | undefined;
  #firstDayMs = -Infinity;

  constructor(file: TierFile, resolutionMs: number) {
    this.file = file;
    this.resolutionMs = resolutionMs;
    this.#snapshot = new FileSnapshot(file.db);
    this.#rows = file.db.prepare<[number, number, number], Row>(
      'SELECT id, day FROM summary WHERE grp = ? AND day >= ? AND day <= ?',
    );
    this.#firstDay = file.db.prepare<[], number | null>('SELECT min(day) FROM day').pluck();
    this.#body = file.db.prepare<[number], Buffer>('SELECT body FROM summary WHERE id = ?').pluck();
  }

  begin(): void {
    if (this.#snapshot.begin() === true) this.file.membership.refresh();
  }

  end(): void {
    this.#snapshot.end();
  }

  rowsOf(group: number, firstDay: number, lastDay: number): Row[] {
    return this.#rows.all(group, firstDay, lastDay);
  }

  groupsIn(minTimeMs: number, maxTimeMs: number): number[] {
    return this.file.db
      .prepare<[number, number], number>('SELECT DISTINCT grp FROM summary WHERE day >= ? AND day <= ?')
      .pluck()
      .all(Math.floor(minTimeMs / DAY_MS), Math.ceil(maxTimeMs / DAY_MS) - 1);
  }

  /** As it was within the last seconds: a file's first day is seldom another. */
  firstDay(): number | null | undefined {
    const nowMs = performance.now();
    if (nowMs - this.#firstDayMs >= FIRST_DAY_AGE_MS) {
      this.#knownFirstDay = this.#firstDay.get();
      this.#firstDayMs = nowMs;
    }
    return this.#knownFirstDay;
  }

  body(row: number): Buffer | undefined {
    return this.#body.get(row);
  }
}

/** One series' place in one row. */
type RowPart = {
  readonly row: number;
  readonly read: (fields: readonly SummaryField[]) => StoredSummary | undefined;
};

/** The rows that may speak of a series' day, newest first. */
export class DayRows {
  readonly #parts: RowPart[] = [];

  add(part: RowPart): void {
    this.#parts.push(part);
    if (this.#parts.length > 1) this.#parts.sort((a, b) => b.row - a.row);
  }

  /** What the newest one says that has the series at all; nothing when it leaves a field to the samples. */
  read(fields: readonly SummaryField[]): StoredSummary | undefined {
    for (const part of this.#parts) {
      const found = part.read(fields);
      if (found !== undefined) return fields.includes('sum') && found.sums === undefined ? undefined : found;
    }
    return undefined;
  }
}

export class TierReader {
  readonly #dir: string;
  readonly #files: StoredFiles;
  readonly #cache: DecodedCache<Weighed>;
  readonly #onDamage: (name: string, wholeFile: boolean) => void;
  readonly #onUnread: (name: string) => void;
  readonly #open = new Map<string, OpenTier>();

  constructor(
    dir: string,
    files: StoredFiles,
    cache: DecodedCache<Weighed>,
    onDamage: (name: string, wholeFile: boolean) => void,
    onUnread: (name: string) => void,
  ) {
    this.#dir = dir;
    this.#files = files;
    this.#cache = cache;
    this.#onDamage = onDamage;
    this.#onUnread = onUnread;
  }

  /** Runs `use`, in which every file that is looked at stays as it was at the first look. */
  reading<T>(use: () => T): T {
    try {
      return use();
    } finally {
      for (const [name, tier] of this.#open) this.#guarded(name, () => tier.end());
      for (const name of [...this.#open.keys()].slice(0, Math.max(0, this.#open.size - MAX_OPEN))) this.#close(name);
    }
  }

  /**
   * Of each series the rows of the days that begin from the one midnight to the other, by the day's number less the first
   * one's. Only within `reading`, and after the raw chunks were looked at: what is merged there is summarised here.
   */
  rowsOf(
    ids: Uint32Array,
    resolutionMs: number,
    firstDayMs: number,
    lastDayMs: number,
  ): Map<number, (DayRows | undefined)[]> {
    const first = dayNumber(firstDayMs);
    const found = new Map<number, (DayRows | undefined)[]>();
    for (const period of this.#files.tiers()) {
      if (period.resolutionMs !== resolutionMs || period.startMs > lastDayMs || period.endMs <= firstDayMs) continue;
      this.#guarded(period.name, () => {
        const tier = this.#tier(period.name, resolutionMs);
        if (tier === undefined) return;
        tier.begin();
        const { membership } = tier.file;
        const rowsOf = new Map<number, readonly ((member: number) => { part: RowPart; day: number })[]>();
        for (const id of ids) {
          for (const group of membership.groupsOf(id)) {
            let rows = rowsOf.get(group);
            if (rows === undefined) {
              rows = tier.rowsOf(group, first, dayNumber(lastDayMs)).map((row) => this.#row(period.name, tier, row));
              rowsOf.set(group, rows);
            }
            if (rows.length === 0) continue;
            const member = membership.membersOf(group).indexOf(id);
            let days = found.get(id);
            if (days === undefined) found.set(id, (days = []));
            for (const partOf of rows) {
              const { part, day } = partOf(member);
              (days[day - first] ??= new DayRows()).add(part);
            }
          }
        }
      });
    }
    return found;
  }

  /** Whether a day is summarised that begins before a time. */
  hasDayBefore(timeMs: number): boolean {
    return this.#files.tiers().some(
      ({ name, resolutionMs, startMs }) =>
        startMs < timeMs &&
        this.#guarded(name, () => {
          const first = this.#tier(name, resolutionMs)?.firstDay();
          return typeof first === 'number' && first * DAY_MS < timeMs;
        }) === true,
    );
  }

  /** Adds ids of series in a group with a row of a day that overlaps (minTimeMs, maxTimeMs]. Only within `reading`. */
  addActive(active: Set<number>, minTimeMs: number, maxTimeMs: number): void {
    for (const { name, resolutionMs, startMs, endMs } of this.#files.tiers()) {
      if (startMs >= maxTimeMs || endMs <= minTimeMs) continue;
      this.#guarded(name, () => {
        const tier = this.#tier(name, resolutionMs);
        if (tier === undefined) return;
        tier.begin();
        for (const group of tier.groupsIn(minTimeMs, maxTimeMs)) {
          for (const id of tier.file.membership.membersOf(group)) active.add(id);
        }
      });
    }
  }

  #row(name: string, tier: OpenTier, { id, day }: Row): (member: number) => { part: RowPart; day: number } {
    const key = `${name}/${id}`;
    let opened: StoredSummaries | undefined;
    return (member) => {
      const read = (fields: readonly SummaryField[]): StoredSummary | undefined =>
        this.#guarded(name, () => {
          opened ??= (this.#cache.get(key) as StoredSummaries | undefined) ?? this.#load(key, tier, id, day);
          if (opened === undefined) return undefined;
          const before = opened.bytes;
          try {
            return opened.read(member, fields);
          } finally {
            if (opened.bytes > before) this.#cache.grown(key, opened, opened.bytes - before);
          }
        });
      return { part: { row: id, read }, day };
    };
  }

  #load(key: string, tier: OpenTier, row: number, day: number): StoredSummaries | undefined {
    // Closed meanwhile, when another row showed that the file is damaged.
    const body = tier.file.db.open ? tier.body(row) : undefined;
    if (body === undefined) return undefined;
    const summaries = new StoredSummaries(body, day * DAY_MS);
    this.#cache.add(key, summaries);
    return summaries;
  }

  #tier(name: string, resolutionMs: number): OpenTier | undefined {
    let tier = this.#open.get(name);
    if (tier === undefined) {
      const file = TierFile.openForReading(path.join(this.#dir, name));
      if (file === undefined) return undefined;
      tier = new OpenTier(file, resolutionMs);
    }
    this.#open.delete(name);
    this.#open.set(name, tier);
    return tier;
  }

  /** Undefined when the file proves damaged: it goes as a whole; a single row that cannot be decoded is left out. */
  #guarded<T>(name: string, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (isCorruption(error)) {
        this.release(name);
        this.#onDamage(name, true);
      } else if (hasNoRoom(error)) {
        // A full disk: samples may say the same, and whoever asks is told.
        this.#onUnread(name);
      } else if (error instanceof LinewardenError && error.code === 'LW_STORE_DAMAGED') {
        this.#onDamage(name, false);
      } else {
        throw error;
      }
    }
  }

  /** The file goes or was replaced by another one. */
  release(name: string): void {
    this.#cache.clear();
    this.#close(name);
  }

  #close(name: string): void {
    this.#open.get(name)?.file.close();
    this.#open.delete(name);
  }

  close(): void {
    for (const name of this.#open.keys()) this.#close(name);
  }
}
