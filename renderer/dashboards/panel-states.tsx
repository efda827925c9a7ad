// What a panel shows instead of a picture: nothing yet, nothing at all, or why it failed.
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { failureOf } from '../app/data/failure.ts';

type EmptyProps = {
  readonly text?: string;
  /** The way out of a zoom, where there is no graph to double-click on. */
  readonly onBack?: (() => void) | undefined;
};

export function PanelEmpty({ text = 'No data in this time range', onBack }: EmptyProps): ReactNode {
  return (
    <div className="lw-dash-empty lw-dim">
      <div>
        {text}
        {onBack !== undefined && (
          <div>
            <button type="button" className="lw-text-button" onClick={onBack}>
              Back to the range before
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

type FailedProps = { readonly error: unknown; readonly onRetry: () => void };

export function PanelFailed({ error, onRetry }: FailedProps): ReactNode {
  const { message, hint } = failureOf(error);
  return (
    <div className="lw-dash-failed" role="alert">
      <p>{message}</p>
      {hint !== '' && <p className="lw-dim">{hint}</p>}
      <button type="button" className="lw-text-button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** Beside the title of a panel that goes on showing its last picture. */
export function NotRefreshed({ error, onRetry }: FailedProps): ReactNode {
  return (
    <button
      type="button"
      className="lw-dash-note"
      title={`${failureOf(error).message} Click to try again.`}
      onClick={onRetry}
    >
      <IconAlertTriangle size={12} stroke={1.5} aria-hidden />
      not refreshed
    </button>
  );
}
