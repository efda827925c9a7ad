// A moment, relative at a glance and absolute on hover.
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { NO_VALUE, formatAgo, formatExact, formatSpan } from '../../shared/units/index.ts';
import { useNow } from '../app/data/clock.tsx';

export function Ago({ atMs }: { readonly atMs: number | null }): ReactNode {
  const now = useNow();
  if (atMs === null) return <span className="lw-dim">never</span>;
  return (
    <Tooltip label={formatExact(atMs)}>
      <time dateTime={new Date(atMs).toISOString()}>{formatAgo(atMs, now)}</time>
    </Tooltip>
  );
}

/** How long something has lasted: "for 6 min" without the "for". */
export function Since({ atMs }: { readonly atMs: number | null }): ReactNode {
  const now = useNow();
  if (atMs === null || atMs === 0) return NO_VALUE;
  return (
    <Tooltip label={`since ${formatExact(atMs)}`}>
      <time dateTime={new Date(atMs).toISOString()}>{formatSpan(now - atMs)}</time>
    </Tooltip>
  );
}
