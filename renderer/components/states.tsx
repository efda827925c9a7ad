// What a place shows while it has nothing to show: loading, empty, failed.
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { failureOf } from '../app/data/failure.ts';
import { useNow } from '../app/data/clock.tsx';
import { formatSpan } from '../../shared/units/index.ts';
import './states.css';

const SKELETON_AFTER_MS = 200;

/** Nothing for the first 200 ms: what comes that fast should not flicker. */
export function Loading({ height = 120 }: { readonly height?: number | string }): ReactNode {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={shown ? 'lw-skeleton' : ''} style={{ height }} role="status" aria-label="Loading">
      <span className="lw-sr">Loading</span>
    </div>
  );
}

type EmptyProps = { readonly text: string; readonly children?: ReactNode };

/** One sentence and the one button that mends it. */
export function Empty({ text, children }: EmptyProps): ReactNode {
  return (
    <div className="lw-empty" data-testid="empty">
      <p>{text}</p>
      {children}
    </div>
  );
}

type ErrorProps = {
  readonly what: string;
  readonly error: unknown;
  readonly sinceMs?: number;
  readonly onRetry: () => void;
};

export function Failed({ what, error, sinceMs, onRetry }: ErrorProps): ReactNode {
  const now = useNow();
  const failure = failureOf(error);
  return (
    <div className="lw-failed" role="alert" data-testid="failed">
      <p>
        <strong>{what}</strong>
        {sinceMs !== undefined && sinceMs > 0 && <span className="lw-dim"> for {formatSpan(now - sinceMs)}</span>}
      </p>
      <p className="lw-dim">
        {failure.message} {failure.hint}
      </p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}
