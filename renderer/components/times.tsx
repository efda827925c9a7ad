// A moment, relative at a glance and absolute on hover.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { NO_VALUE, formatAgo, formatExact, formatSpan } from '../../shared/units/index.ts';
import { useAtTime } from '../app/data/clock.tsx';

type Props = { readonly atMs: number | null };

const STEP_MS = 5_000;
/** In steps of five seconds below a minute: what changes each second asks to be looked at. */
const calm = (nowMs: number, atMs: number): number =>
  nowMs - atMs < 60_000 ? atMs + Math.floor((nowMs - atMs) / STEP_MS) * STEP_MS : nowMs;

export const Ago = memo(function Ago({ atMs }: Props): ReactNode {
  const text = useAtTime((nowMs) => (atMs === null ? 'never' : formatAgo(atMs, calm(nowMs, atMs))));
  if (atMs === null) return <span className="lw-dim">{text}</span>;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatExact(atMs)}>
      {text}
    </time>
  );
});

/** How long something has lasted: "for 6 min" without the "for". */
export const Since = memo(function Since({ atMs }: Props): ReactNode {
  const text = useAtTime((nowMs) => (atMs === null || atMs === 0 ? NO_VALUE : formatSpan(calm(nowMs, atMs) - atMs)));
  if (atMs === null || atMs === 0) return text;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={`since ${formatExact(atMs)}`}>
      {text}
    </time>
  );
});

/** How long something is away: "in 6 min". */
export const Until = memo(function Until({
  atMs,
  words,
}: {
  readonly atMs: number;
  readonly words: string;
}): ReactNode {
  const text = useAtTime((nowMs) => formatSpan(Math.max(0, Math.ceil((atMs - nowMs) / STEP_MS) * STEP_MS)));
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatExact(atMs)}>
      {words} {text}
    </time>
  );
});
