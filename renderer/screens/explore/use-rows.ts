// The query rows and the address together: what is run goes into the address, and what the address says is what is run.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { queriesOf, ranAll, rowsOf, rowsOnReturn } from './rows.ts';
import type { QueryRow } from './rows.ts';
import type { ExploreSearch } from './search.ts';

export type Rows = {
  readonly rows: readonly QueryRow[];
  readonly search: ExploreSearch;
  /** While they are edited: nothing is run. */
  readonly edit: (change: (rows: readonly QueryRow[]) => QueryRow[]) => void;
  /** Takes effect at once, beside what was run. */
  readonly show: (change: (rows: readonly QueryRow[]) => QueryRow[]) => void;
  /** Runs what the editors hold; true where the address has changed by it. */
  readonly run: () => boolean;
  readonly setSearch: (change: Partial<Record<keyof ExploreSearch, unknown>>) => void;
};

/** The rows as they are, or were when the screen was left: to look at something else loses nothing. */
let held: readonly QueryRow[] = [];

export function useRows(): Rows {
  const search = useSearch({ from: '/explore' });
  const navigate = useNavigate();
  const said = JSON.stringify(search.q ?? []);
  const [rows, setRows] = useState<readonly QueryRow[]>(() => rowsOnReturn(search.q ?? [], held));
  useEffect(() => {
    held = rows;
  }, [rows]);
  // What the address said when the rows were last as it says.
  const [known, setKnown] = useState(said);
  if (said !== known) {
    setKnown(said);
    // The browser's back and forward, or another link: what is being typed gives way to it.
    if (JSON.stringify(queriesOf(rows)) !== said) setRows(rowsOf(search.q ?? []));
  }

  const setSearch = useCallback(
    (change: Partial<Record<keyof ExploreSearch, unknown>>): void =>
      void navigate({
        to: '/explore',
        search: (before) => ({ ...before, ...change }) as ExploreSearch,
        resetScroll: false,
      }),
    [navigate],
  );
  const commit = (next: readonly QueryRow[]): boolean => {
    setRows(next);
    const queries = queriesOf(next);
    if (JSON.stringify(queries) === said) return false;
    setSearch({ q: queries.length === 0 ? undefined : queries });
    return true;
  };
  return {
    rows,
    search,
    edit: (change) => setRows(change),
    show: (change) => void commit(change(rows)),
    run: () => commit(ranAll(rows)),
    setSearch,
  };
}
