// How adding went, in one line, and why some could not be added.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Adding } from './use-adding.ts';

export function AddingResult({ adding }: { readonly adding: Adding }): ReactNode {
  const all = [...adding.additions.values()];
  if (all.length === 0 && adding.failure === null) return null;
  const added = all.filter(({ progress }) => progress.state === 'added').length;
  const failed = all.flatMap(({ entry, progress }) => (progress.state === 'failed' ? [{ entry, progress }] : []));
  const over = added + failed.length;
  return (
    <div className="lw-panel lw-found-result" role="status" data-testid="found-result">
      <div className="lw-spread">
        <span>
          {adding.failure !== null && <strong>{adding.failure.message} </strong>}
          {adding.isRunning
            ? `Adding: ${over} of ${all.length} done`
            : `${added} added${failed.length === 0 ? '' : `, ${failed.length} not`}`}
          {adding.isRunning ? '' : '.'}
        </span>
        {adding.isRunning ? (
          <Button variant="subtle" onClick={() => adding.cancel()}>
            Cancel
          </Button>
        ) : (
          <Button variant="subtle" onClick={() => adding.clear()} data-testid="found-result-clear">
            Put away
          </Button>
        )}
      </div>
      {failed.length > 0 && (
        <ul className="lw-found-failures">
          {failed.map(({ entry, progress }) => (
            <li key={entry.id}>
              <span>{entry.name === '' ? (entry.addresses[0] ?? entry.macs[0]) : entry.name}</span>
              <span>
                {progress.message} <span className="lw-dim">{progress.hint}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
