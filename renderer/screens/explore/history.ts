// The queries that were run on this computer, and the starred ones with their names.
// They are kept in this browser's storage and not by the engine: what one person tried is nobody else's business, it costs
// the engine no writes, and it is there while the engine is not.
export type HistoryEntry = { readonly expr: string; readonly atMs: number };
export type Star = { readonly expr: string; readonly name: string };
export type History = { readonly entries: readonly HistoryEntry[]; readonly stars: readonly Star[] };

export const MAX_ENTRIES = 200;
const MAX_STARS = 200;
/** Of all queries together: a browser gives a page five million. */
const MAX_CHARS = 1_000_000;
const MAX_NAME = 100;
const KEY = 'linewarden.explore.history';
export const NO_HISTORY: History = { entries: [], stars: [] };

/** The newest first, each query once. */
export function remembered(history: History, exprs: readonly string[], atMs: number): History {
  const fresh = [...new Set(exprs.map((expr) => expr.trim()))].filter((expr) => expr !== '');
  const entries = [
    ...fresh.map((expr) => ({ expr, atMs })),
    ...history.entries.filter(({ expr }) => !fresh.includes(expr)),
  ];
  return { ...history, entries: fitting(entries.slice(0, MAX_ENTRIES)) };
}

function fitting<T extends { readonly expr: string }>(entries: readonly T[]): T[] {
  let left = MAX_CHARS;
  return entries.filter(({ expr }) => (left -= expr.length) >= 0);
}

export const starred = (history: History, expr: string, name: string): History => ({
  ...history,
  stars: fitting([
    { expr, name: name.trim().slice(0, MAX_NAME) },
    ...history.stars.filter((star) => star.expr !== expr),
  ]).slice(0, MAX_STARS),
});

export const unstarred = (history: History, expr: string): History => ({
  ...history,
  stars: history.stars.filter((star) => star.expr !== expr),
});

export const forgotten = (history: History, expr: string): History => ({
  ...history,
  entries: history.entries.filter((entry) => entry.expr !== expr),
});

/** Every word must be there, in any order. */
export function matching<T extends { readonly expr: string; readonly name?: string }>(
  all: readonly T[],
  text: string,
): T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ expr, name = '' }) => {
    const within = `${name} ${expr}`.toLowerCase();
    return words.every((word) => within.includes(word));
  });
}

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** Whatever is not as it was written is left out. */
export function readHistory(store: Store): History {
  try {
    const found: unknown = JSON.parse(store.getItem(KEY) ?? 'null');
    if (typeof found !== 'object' || found === null) return NO_HISTORY;
    const { entries, stars } = found as Record<string, unknown>;
    return {
      entries: listOf(entries).flatMap(({ expr, atMs }) =>
        typeof expr === 'string' && typeof atMs === 'number' ? [{ expr, atMs }] : [],
      ),
      stars: listOf(stars).flatMap(({ expr, name }) =>
        typeof expr === 'string' && typeof name === 'string' ? [{ expr, name }] : [],
      ),
    };
  } catch {
    return NO_HISTORY;
  }
}

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value)
    ? value
        .filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
        .slice(0, MAX_ENTRIES)
    : [];

export function writeHistory(store: Store, history: History): void {
  try {
    store.setItem(KEY, JSON.stringify(history));
  } catch {
    // A browser that keeps nothing (private, full) loses the history with the page, and no more.
  }
}
