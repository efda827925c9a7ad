// What of the alerts is shown, as the URL carries it.
import type { BoardFilter, BoardState } from '../../../../shared/contract/index.ts';
import { parseMatchers } from '../matchers/matchers.ts';

export type BoardSearch = {
  /** States, with commas. */
  readonly state?: string;
  readonly severity?: string;
  readonly device?: string;
  /** Matchers, as they are typed. */
  readonly label?: string;
};

export const BOARD_STATES: readonly BoardState[] = ['firing', 'pending', 'suppressed', 'resolved'];
export const STATE_LABELS: Readonly<Record<BoardState, string>> = {
  firing: 'Firing',
  pending: 'Pending',
  suppressed: 'Quiet',
  resolved: 'Resolved',
};
const DEFAULT_STATES: readonly BoardState[] = ['firing', 'pending', 'suppressed'];

const text = (value: unknown): string | undefined =>
  (typeof value === 'string' || typeof value === 'number') && value !== '' ? String(value) : undefined;

export function readBoardSearch(search: Readonly<Record<string, unknown>>): BoardSearch {
  const [state, severity, device, typed, filter] = ['state', 'severity', 'device', 'label', 'filter'].map((key) =>
    text(search[key]),
  );
  // Alertmanager's own links have `filter`.
  const label = typed ?? filter;
  return {
    ...(state !== undefined && { state }),
    ...(severity !== undefined && { severity }),
    ...(device !== undefined && { device }),
    ...(label !== undefined && { label }),
  };
}

export function statesOf({ state }: BoardSearch): readonly BoardState[] {
  if (state === undefined) return DEFAULT_STATES;
  const named = state.split(',');
  const known = BOARD_STATES.filter((one) => named.includes(one));
  return known.length === 0 ? DEFAULT_STATES : known;
}

/** The search with the state switched; the default is not written. */
export function withState(search: BoardSearch, state: BoardState): BoardSearch {
  const now = statesOf(search);
  const next = BOARD_STATES.filter((one) => (one === state ? !now.includes(one) : now.includes(one)));
  const { state: _, ...others } = search;
  const isDefault = next.length === 0 || next.join() === DEFAULT_STATES.join();
  return isDefault ? others : { ...others, state: next.join(',') };
}

export function filterOf(search: BoardSearch): BoardFilter {
  const read = parseMatchers(search.label ?? '');
  return {
    states: [...statesOf(search)],
    severities: search.severity === undefined ? [] : [search.severity],
    deviceIds: search.device === undefined ? [] : [search.device],
    matchers: 'matchers' in read ? read.matchers : [],
  };
}
