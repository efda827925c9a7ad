// The global time range for components: read from the URL, written to the URL, with the way back from a zoom.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { rangeOf, readRangeSearch, sameSearch, searchOf, wayOut } from './range.ts';
import type { RangeSearch, TimeRange } from './range.ts';

/** Named though absent: a key that is missing would be kept by the router's middleware. */
const cleared: Record<string, undefined> = { last: undefined, from: undefined, to: undefined };

/** Ranges that zooms have left, the newest last. */
let zoomedFrom: readonly RangeSearch[] = [];
const MOST_ZOOMS = 50;
/** The sliding range that was shown last; the default one until then. */
let lastSliding: RangeSearch = {};

export type RangeControl = {
  readonly range: TimeRange;
  /** False where the URL says nothing and the default holds. */
  readonly chosen: boolean;
  readonly set: (range: TimeRange) => void;
  readonly zoom: (fromMs: number, toMs: number) => void;
  readonly zoomOut: () => void;
};

export function useRange(): RangeControl {
  const search = useSearch({ strict: false, select: (all) => readRangeSearch(all) });
  const navigate = useNavigate();
  const { last, from, to } = search;
  const current = useMemo<RangeSearch>(
    () => (from !== undefined && to !== undefined ? { from, to } : last === undefined ? {} : { last }),
    [last, from, to],
  );
  const range = useMemo(() => rangeOf(current), [current]);
  const go = useCallback(
    (next: RangeSearch): void => {
      void navigate({
        to: '.',
        search: ({ last: _last, from: _from, to: _to, ...others }) => ({ ...others, ...cleared, ...next }),
        resetScroll: false,
      });
    },
    [navigate],
  );
  return {
    range,
    chosen: Object.keys(current).length > 0,
    set: useCallback(
      (next) => {
        zoomedFrom = [];
        if (current.from === undefined) lastSliding = current;
        go(searchOf(next));
      },
      [go, current],
    ),
    zoom: useCallback(
      (fromMs, toMs) => {
        if (toMs - fromMs < 5_000) return;
        const next = { from: fromMs, to: toMs };
        if (sameSearch(current, next)) return;
        if (current.from === undefined) lastSliding = current;
        zoomedFrom = [...zoomedFrom, current].slice(-MOST_ZOOMS);
        go(next);
      },
      [go, current],
    ),
    zoomOut: useCallback(() => {
      const way = wayOut(zoomedFrom, current, lastSliding);
      if (way === null) return;
      zoomedFrom = way.left;
      go(way.to);
    }, [go, current]),
  };
}
