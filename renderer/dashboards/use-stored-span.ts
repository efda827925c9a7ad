// The time in which series are looked for: the window's range, whose sliding end moves without a new question for each second.
import { useCallback } from 'react';
import { useConnection } from '../app/connection/context.tsx';
import { rangeKey } from '../app/time-range/range.ts';
import type { TimeRange } from '../app/time-range/range.ts';

export type StoredSpan = {
  readonly key: string;
  readonly now: () => { readonly startMs: number; readonly endMs: number };
};

export function useStoredSpan(range: TimeRange): StoredSpan {
  const connection = useConnection();
  const now = useCallback(() => {
    const endMs = Math.round(range.kind === 'between' ? range.toMs : connection.now());
    return { startMs: Math.round(range.kind === 'between' ? range.fromMs : endMs - range.durationMs), endMs };
  }, [connection, range]);
  return { key: rangeKey(range), now };
}
