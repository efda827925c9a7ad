// The query rows while they are edited: what stands in the editors beside what was run last.
import type { ExploreQuery } from './search.ts';
import { MAX_QUERIES } from './search.ts';

export type QueryRow = Omit<ExploreQuery, 'expr'> & {
  /** Stays the row's own while others come and go. */
  readonly id: number;
  /** What its editor holds. */
  readonly draft: string;
  /** What was run; '' before the first time. */
  readonly ran: string;
};

let lastId = 0;

export const newRow = (draft = ''): QueryRow => ({ id: ++lastId, draft, ran: '' });

export const rowsOf = (queries: readonly ExploreQuery[]): QueryRow[] =>
  queries.length === 0 ? [newRow()] : queries.map(({ expr, ...others }) => ({ ...newRow(expr), ...others, ran: expr }));

/** The rows that were run, as the address carries them. */
export const queriesOf = (rows: readonly QueryRow[]): ExploreQuery[] =>
  rows.filter(({ ran }) => ran !== '').map(({ id: _id, draft: _draft, ran, ...others }) => ({ expr: ran, ...others }));

/**
 * What the editors begin with: what the address says is run; beside it, or where it says nothing, what stood in them when
 * the screen was left, which is not run before somebody asks for it.
 */
export function rowsOnReturn(queries: readonly ExploreQuery[], left: readonly QueryRow[]): QueryRow[] {
  if (left.every(({ draft }) => draft.trim() === '')) return rowsOf(queries);
  if (JSON.stringify(queriesOf(left)) === JSON.stringify(queries)) return [...left];
  return queries.length > 0 ? rowsOf(queries) : left.map((row) => ({ ...row, ran: '' }));
}

/** Every draft becomes what is run. */
export const ranAll = (rows: readonly QueryRow[]): QueryRow[] =>
  rows.map((row) => ({ ...row, ran: row.draft.trim() === '' ? '' : row.draft }));

export const canAdd = (rows: readonly QueryRow[]): boolean => rows.length < MAX_QUERIES;

export function duplicated(rows: readonly QueryRow[], id: number): QueryRow[] {
  if (!canAdd(rows)) return [...rows];
  return rows.flatMap((row) => (row.id === id ? [row, { ...row, id: ++lastId }] : [row]));
}

/** The last row is emptied instead. */
export function removed(rows: readonly QueryRow[], id: number): QueryRow[] {
  const left = rows.filter((row) => row.id !== id);
  return left.length === 0 ? [newRow()] : left;
}

/** Undefined takes a thing away. */
export type RowChange = { readonly [K in Exclude<keyof QueryRow, 'id' | 'ran'>]?: QueryRow[K] | undefined };

export const changed = (rows: readonly QueryRow[], id: number, change: RowChange): QueryRow[] =>
  rows.map((row) => {
    if (row.id !== id) return row;
    const all = Object.entries({ ...row, ...change }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(all) as QueryRow;
  });

/** Puts a query where the focus is: into an empty row, else over the one that was edited last. */
export const put = (rows: readonly QueryRow[], id: number, draft: string): QueryRow[] => {
  const into = rows.find((row) => row.draft.trim() === '')?.id ?? rows.find((row) => row.id === id)?.id ?? rows[0]?.id;
  return rows.map((row) => (row.id === into ? { ...row, draft } : row));
};
