// Forgets the series that have no sample left in any file. A generator: there may be hundreds of thousands, in many files.
import type { WeekFiles } from '../seal/week-files.ts';
import type { TierFiles } from '../tiers/tier-files.ts';
import type { HeadFile } from '../wal/head-file.ts';

export type ForgetDeadOptions = {
  readonly weeks: Pick<WeekFiles, 'addKnownSeries'>;
  readonly tiers: Pick<TierFiles, 'addKnownSeries'>;
  readonly file: Pick<HeadFile, 'seriesAfter' | 'deleteSeries'>;
  readonly isInHead: (id: number) => boolean;
  /** Series that came into a file since this began: it may have been looked into before. */
  readonly sealedSince: ReadonlySet<number>;
  /** Labels by id. */
  readonly onGone: (gone: ReadonlyMap<number, string>) => void;
};

/** False when a series without any stored sample is still in the head. */
export function* forgetDead(options: ForgetDeadOptions): Generator<void, boolean> {
  const { weeks, tiers, file, isInHead, sealedSince, onGone } = options;
  const known = new Set<number>();
  yield* weeks.addKnownSeries(known);
  yield* tiers.addKnownSeries(known);
  let isAll = true;
  for (let page = file.seriesAfter(0); page.length > 0; page = file.seriesAfter(page.at(-1)!.id)) {
    const gone = new Map<number, string>();
    for (const { id, labels } of page) {
      if (known.has(id) || sealedSince.has(id)) continue;
      if (isInHead(id)) isAll = false;
      else gone.set(id, labels);
    }
    if (gone.size > 0) {
      file.deleteSeries(gone.keys());
      onGone(gone);
    }
    yield;
  }
  return isAll;
}
