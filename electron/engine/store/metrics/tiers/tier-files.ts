// The writer's view of all summary files: rows put in and replaced, days known to be complete, files removed.
import path from 'node:path';
import { OpenFiles } from '../seal/open-files.ts';
import { addSeriesIds } from '../seal/series-ids.ts';
import { encodeMembers } from '../seal/membership.ts';
import type { LabelsOf } from '../seal/week-rows.ts';
import { DAY_MS } from '../week.ts';
import { dayNumber, TierFile } from './tier-file.ts';
import { storedTiers, type TierPeriod, tierPeriodOf } from './tier-name.ts';

const MAX_OPEN = 4;

export type NewSummary = {
  /** Series ids by place. */
  readonly members: ArrayLike<number>;
  readonly body: Uint8Array;
};

/** The rows of these groups, by their members, up to one. */
export type Replaced = { readonly groups: readonly ArrayLike<number>[]; readonly upToRow: number };

export type TierFileEvents = {
  /** A damaged file has this new name. */
  onDamage(aside: string): void;
  /** Readers must close the file of this name. */
  onRelease(name: string): void;
};

export class TierFiles {
  readonly #dir: string;
  readonly #events: TierFileEvents;
  readonly #files: OpenFiles<string, TierFile>;

  constructor(dir: string, events: TierFileEvents) {
    this.#dir = dir;
    this.#events = events;
    this.#files = new OpenFiles({
      maxOpen: MAX_OPEN,
      pathOf: (name) => path.join(dir, name),
      open: (at) => TierFile.openForWriting(at),
      onClosed: () => {},
      onRelease: (name) => events.onRelease(name),
      onDamage: (aside) => events.onDamage(aside),
    });
  }

  /** Finest first, then by time. */
  stored(): TierPeriod[] {
    return storedTiers(this.#dir);
  }

  /** The newest row of the file that a day is in; 0 when there is none. */
  newestRow(resolutionMs: number, dayMs: number): number {
    return this.look(tierPeriodOf(resolutionMs, dayMs).name, 0, ({ db }) =>
      Number(db.prepare('SELECT max(id) FROM summary').pluck().get() ?? 0),
    );
  }

  /** Adds a day's rows in one transaction, and takes out those that they replace. */
  put(resolutionMs: number, dayMs: number, rows: readonly NewSummary[], replaced: Replaced, labelsOf: LabelsOf): void {
    const day = dayNumber(dayMs);
    this.#files.change(tierPeriodOf(resolutionMs, dayMs).name, ({ db, membership }) => {
      const findGroup = db.prepare<[Uint8Array], number>('SELECT id FROM grp WHERE members = ?').pluck();
      const insertGroup = db.prepare('INSERT INTO grp (members) VALUES (?)');
      const insertSeries = db.prepare('INSERT OR IGNORE INTO series VALUES (?, ?)');
      const remove = db.prepare('DELETE FROM summary WHERE grp = ? AND day = ? AND id <= ?');
      const insert = db.prepare('INSERT INTO summary (grp, day, body) VALUES (?, ?, ?)');
      const anyForgotten = db.prepare("SELECT 1 FROM meta WHERE key = 'forgot'").get() !== undefined;
      db.transaction(() => {
        for (const members of replaced.groups) {
          const group = findGroup.get(encodeMembers(members));
          if (group !== undefined) remove.run(group, day, replaced.upToRow);
        }
        for (const { members, body } of rows) {
          const key = encodeMembers(members);
          const known = findGroup.get(key);
          const group = known ?? Number(insertGroup.run(key).lastInsertRowid);
          if (known === undefined || anyForgotten) {
            for (let i = 0; i < members.length; i++) {
              const labels = labelsOf(members[i]!);
              if (labels !== undefined) insertSeries.run(members[i]!, labels);
            }
          }
          insert.run(group, day, body);
        }
      })();
      membership.refresh();
    });
  }

  /** Says that all merged chunks of a day are summarised in this resolution; and whether so that the samples may go. */
  markComplete(resolutionMs: number, dayMs: number, isWhole = false): void {
    this.#files.change(tierPeriodOf(resolutionMs, dayMs).name, ({ db }) => {
      db.prepare('INSERT OR REPLACE INTO day VALUES (?, ?)').run(dayNumber(dayMs), isWhole ? 1 : 0);
    });
  }

  /** Whether a day's summaries say all that its samples do. */
  isWhole(resolutionMs: number, dayMs: number): boolean {
    return this.look(tierPeriodOf(resolutionMs, dayMs).name, false, ({ db }) => {
      const marked = db.prepare('SELECT 1 FROM day WHERE day = ? AND whole = 1').get(dayNumber(dayMs));
      return marked !== undefined;
    });
  }

  isComplete(resolutionMs: number, dayMs: number): boolean {
    return this.look(tierPeriodOf(resolutionMs, dayMs).name, false, ({ db }) => {
      const marked = db.prepare('SELECT 1 FROM day WHERE day = ?').get(dayNumber(dayMs));
      return marked !== undefined;
    });
  }

  /** Runs `use` on a stored file; a damaged one is set aside, and answers with `otherwise`. */
  look<T>(name: string, otherwise: T, use: (file: TierFile) => T): T {
    return this.#files.guard(name, otherwise, (file) => {
      file.membership.refresh();
      return use(file);
    });
  }

  /** One transaction in a stored file. */
  change(name: string, write: (file: TierFile) => void): void {
    this.#files.amend(name, undefined, (file) => file.db.transaction(() => write(file))());
  }

  /** Takes series out of a file's list: a lost head.db does not bring them back from here. */
  forget(name: string, ids: Iterable<number>): void {
    this.change(name, ({ db }) => {
      const remove = db.prepare('DELETE FROM series WHERE id = ?');
      let any = false;
      for (const id of ids) any = remove.run(id).changes > 0 || any;
      if (any) db.prepare("INSERT OR REPLACE INTO meta VALUES ('forgot', 1)").run();
    });
  }

  /** Rows were changed in their places: what readers keep of them is old. */
  letReadersReopen(name: string): void {
    this.#events.onRelease(name);
  }

  setAside(name: string): void {
    this.#files.setAside(name);
  }

  /** False while a reader still has it open. */
  remove(name: string): boolean {
    return this.#files.remove(name);
  }

  /** Brings every commit to the disk, so that the small chunks behind them may go. */
  sync(): void {
    this.#files.sync();
  }

  /** The first and last day with a row, by their midnights. */
  daysIn(name: string): { firstMs: number; lastMs: number } | undefined {
    return this.look<{ firstMs: number; lastMs: number } | undefined>(name, undefined, ({ db }) => {
      const found = db
        .prepare<[], { first: number | null; last: number | null }>(
          'SELECT min(day) AS first, max(day) AS last FROM day',
        )
        .get();
      if (found?.first == null || found.last === null) return undefined;
      return { firstMs: found.first * DAY_MS, lastMs: found.last * DAY_MS };
    });
  }

  /** Adds every series that a stored file knows, in slices. */
  *addKnownSeries(known: Set<number>): Generator<void> {
    for (const { name } of this.stored()) {
      yield* addSeriesIds(known, (read) => this.#files.guard<number[]>(name, [], ({ db }) => read(db)));
    }
  }

  close(): void {
    this.#files.closeAll();
  }
}
