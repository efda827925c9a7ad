// The quiet line under the top bar while the engine cannot be reached.
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { formatSpan } from '../../../shared/units/index.ts';
import { StatusMark } from '../../components/status.tsx';
import { useConnection, useConnectionState } from '../connection/context.tsx';
import type { ConnectionState } from '../connection/machine.ts';

/** A restart of the engine takes a moment; what mends itself within it is not worth a line. */
const SHOWN_AFTER_MS = 700;

export function ConnectionBanner(): ReactNode {
  const state = useConnectionState();
  return state.phase === 'lost' ? <Lost state={state} /> : null;
}

function Lost({ state }: { readonly state: Extract<ConnectionState, { phase: 'lost' }> }): ReactNode {
  const connection = useConnection();
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const delay = setTimeout(() => {
      setNow(Date.now());
      timer = setInterval(() => setNow(Date.now()), 500);
    }, SHOWN_AFTER_MS);
    return () => {
      clearTimeout(delay);
      clearInterval(timer);
    };
  }, []);
  if (now === null) return null;
  const inMs = state.retryAtMs === null ? 0 : state.retryAtMs - now;
  return (
    <div className="lw-banner" role="status" data-testid="connection-banner">
      <StatusMark state="offline" silent />
      <span>
        {state.wasOpen ? 'Connection to the engine lost' : 'No answer from the engine'} for{' '}
        {formatSpan(now - state.sinceMs)}, {inMs > 1_000 ? `retrying in ${formatSpan(inMs)}` : 'retrying'}.
        {state.reason !== '' && ` ${state.reason}`}
        {state.wasOpen && ' What is shown is from before.'}
      </span>
      {state.retryAtMs !== null && (
        <Button style={{ marginLeft: 'auto' }} onClick={() => connection.retryNow()}>
          Retry now
        </Button>
      )}
    </div>
  );
}
