// The retention as it is being chosen: a preset, or rows of one's own that are checked as they are written.
import type { StorageStatus } from '../../../../shared/contract/index.ts';
import {
  DEFAULT_PRESET,
  RAW,
  parseResolution,
  parseRetention,
  presetOf,
  presetRetention,
  writeRetention,
} from '../../../../shared/model/retention.ts';
import type { Retention, RetentionPreset } from '../../../../shared/model/retention.ts';

export type Row = { readonly id: number; readonly resolution: string; readonly keep: string };
export type Draft = { readonly choice: RetentionPreset | 'own'; readonly rows: readonly Row[] };

/** A message for a row's field, or (without a row) for the whole list. */
export type RowProblem = {
  readonly id: number | undefined;
  readonly part: 'resolution' | 'keep';
  readonly message: string;
};

export const RESOLUTIONS = ['1m', '2m', '5m', '10m', '15m', '30m', '1h', '2h', '6h', '12h', '1d', '1mo'] as const;

const rowsOf = (retention: Retention): Row[] =>
  Object.entries(writeRetention(retention)).map(([resolution, keep], id) => ({ id, resolution, keep }));

/** What is in force. */
export function retentionOf({ retention }: Pick<StorageStatus, 'retention'>): Retention {
  const parsed = parseRetention(retention);
  return 'retention' in parsed ? parsed.retention : [];
}

export function draftOf(written: Readonly<Record<string, string>>): Draft {
  const parsed = parseRetention(written);
  const retention = 'retention' in parsed ? parsed.retention : presetRetention(DEFAULT_PRESET);
  return { choice: presetOf(retention) ?? 'own', rows: rowsOf(retention) };
}

/** One's own list begins as what was chosen before. */
export function choose(draft: Draft, choice: Draft['choice']): Draft {
  if (choice === 'own' || draft.choice === 'own') return { ...draft, choice };
  return { choice, rows: rowsOf(presetRetention(choice)) };
}

/** With the coarsest resolution that is not there yet, kept twice as long as the one before in years. */
export function addRow(rows: readonly Row[]): Row[] {
  const taken = new Set(rows.map(({ resolution }) => parseResolution(resolution)));
  const free = RESOLUTIONS.find((name) => !taken.has(parseResolution(name)) && ['5m', '1h', '1d'].includes(name));
  const other = RESOLUTIONS.find((name) => !taken.has(parseResolution(name)));
  const id = Math.max(-1, ...rows.map((row) => row.id)) + 1;
  return [...rows, { id, resolution: free ?? other ?? '1d', keep: '10y' }];
}

export function resultOf({
  choice,
  rows,
}: Draft): { readonly retention: Retention } | { readonly problems: readonly RowProblem[] } {
  if (choice !== 'own') return { retention: presetRetention(choice) };
  const twice = rows.filter((row, i) => rows.findIndex(({ resolution }) => resolution === row.resolution) < i);
  const parsed = parseRetention(Object.fromEntries(rows.map(({ resolution, keep }) => [resolution, keep.trim()])));
  const problems: RowProblem[] = twice.map(({ id }) => ({
    id,
    part: 'resolution',
    message: 'Expected a resolution that is listed once',
  }));
  if ('problems' in parsed) {
    for (const { key, part, message } of parsed.problems) {
      const row = rows.find(({ resolution }) => resolution === key);
      problems.push({ id: row?.id, part: part === 'key' ? 'resolution' : 'keep', message: `Expected ${message}` });
    }
  }
  return problems.length > 0 || 'problems' in parsed ? { problems } : { retention: parsed.retention };
}

/** What goes at once when `next` takes the place of `now`: resolutions that are kept for less long, or no more. */
export function lostBy(now: Retention, next: Retention): Retention {
  return now.filter((tier) => {
    const after = next.find(({ resolutionMs }) => resolutionMs === tier.resolutionMs);
    return (after?.keepMs ?? 0) < tier.keepMs;
  });
}

export const isRaw = ({ resolution }: Row): boolean => resolution === RAW;

export const sameRetention = (a: Retention, b: Retention): boolean =>
  JSON.stringify(writeRetention(a)) === JSON.stringify(writeRetention(b));
