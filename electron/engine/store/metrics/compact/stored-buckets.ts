// What a day's summaries say of the buckets that cannot be worked out again: samples of them may be gone.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { openSummaryBlock, type SummaryBlock } from '../codec/summary-block.ts';
import type { SummaryColumns } from '../summary/index.ts';
import type { TierFile } from '../tiers/tier-file.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import { tierPeriodOf } from '../tiers/tier-name.ts';
import { DAY_MS } from '../week.ts';

type Row = { readonly id: number; readonly block: SummaryBlock };

export class StoredBuckets {
  /** So many of the day's buckets begin before the time from which samples are whole. */
  readonly count: number;
  readonly #tiers: TierFiles;
  readonly #name: string;
  readonly #dayMs: number;
  /** By the file's group, newest first. */
  readonly #rows = new Map<number, readonly Row[]>();

  constructor(tiers: TierFiles, resolutionMs: number, dayMs: number, samplesFromMs: number) {
    this.#tiers = tiers;
    this.#name = tierPeriodOf(resolutionMs, dayMs).name;
    this.#dayMs = dayMs;
    this.count = Math.ceil(Math.min(Math.max(samplesFromMs - dayMs, 0), DAY_MS) / resolutionMs);
  }

  /** A series' buckets as the newest row has them; undefined where no row has the series, or samples tell all. */
  of(id: number): SummaryColumns | undefined {
    if (this.count === 0) return undefined;
    return this.#tiers.look<SummaryColumns | undefined>(this.#name, undefined, (file) => {
      const { membership } = file;
      let newest: { readonly row: Row; readonly member: number } | undefined;
      for (const group of membership.groupsOf(id)) {
        const member = membership.membersOf(group).indexOf(id);
        const row = this.#rowsOf(file, group).find(({ block }) => block.has(member));
        if (row !== undefined && (newest === undefined || row.id > newest.row.id)) newest = { row, member };
      }
      return newest && readable(() => newest.row.block.readAll(newest.member));
    });
  }

  #rowsOf(file: TierFile, group: number): readonly Row[] {
    let rows = this.#rows.get(group);
    if (rows === undefined) {
      rows = file.rowsOf(group, this.#dayMs, this.#dayMs).flatMap(({ id, body }) => {
        const block = readable(() => openSummaryBlock(body, this.#dayMs));
        return block === undefined ? [] : [{ id, block }];
      });
      this.#rows.set(group, rows);
    }
    return rows;
  }
}

/** A row that cannot be read says nothing. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LinewardenError && error.code === 'LW_STORE_DAMAGED') return undefined;
    throw error;
  }
}
