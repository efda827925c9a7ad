// The four states of a device: a shape and a colour each, so that they read without the colour.
import type { ReactNode } from 'react';
import type { Alert, DeviceState } from '../../shared/contract/index.ts';
import './status.css';

export const STATE_WORDS: Readonly<Record<DeviceState, string>> = {
  online: 'Online',
  degraded: 'Degraded',
  offline: 'Offline',
  unknown: 'Unknown',
};

const SHAPES: Readonly<Record<DeviceState, ReactNode>> = {
  online: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  degraded: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor" />
    </>
  ),
  offline: <rect x="1.5" y="1.5" width="9" height="9" rx="1" fill="currentColor" />,
  unknown: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};

type MarkProps = {
  readonly state: DeviceState;
  readonly size?: number;
  /** Where a word beside it says the same. */ readonly silent?: boolean;
};

export function StatusMark({ state, size = 12, silent = false }: MarkProps): ReactNode {
  return (
    <svg
      className="lw-status"
      data-state={state}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      {...(silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': STATE_WORDS[state] })}
    >
      {SHAPES[state]}
    </svg>
  );
}

/** Alerts borrow the four: firing is red, pending amber, resolved green. */
const ALERT_STATES: Readonly<Record<Alert['state'], DeviceState>> = {
  firing: 'offline',
  pending: 'degraded',
  resolved: 'online',
};
const ALERT_WORDS: Readonly<Record<Alert['state'], string>> = {
  firing: 'Firing',
  pending: 'Pending',
  resolved: 'Resolved',
};

export function AlertState({ state }: { readonly state: Alert['state'] }): ReactNode {
  return (
    <span className="lw-row lw-nowrap">
      <StatusMark state={ALERT_STATES[state]} silent />
      {ALERT_WORDS[state]}
    </span>
  );
}
