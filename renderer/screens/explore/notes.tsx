// What the engine says beside an answer, and why there is none.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusMark } from '../../components/status.tsx';
import { noteText, problemOf } from './problem.ts';

type NotesProps = {
  readonly letter: string;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
};

const MOST = 5;

export function Notes({ letter, warnings, infos }: NotesProps): ReactNode {
  const notes = [
    ...warnings.map((text) => ({ text, state: 'degraded' as const })),
    ...infos.map((text) => ({ text, state: 'unknown' as const })),
  ];
  if (notes.length === 0) return null;
  return (
    <ul className="lw-explore-notes" aria-label={`Remarks on query ${letter}`} data-testid={`notes-${letter}`}>
      {notes.slice(0, MOST).map(({ text, state }) => (
        <li key={text}>
          <StatusMark state={state} silent />
          <span>
            <strong>{letter}</strong> {noteText(text)}
          </span>
        </li>
      ))}
      {notes.length > MOST && <li className="lw-dim">and {notes.length - MOST} more</li>}
    </ul>
  );
}

type ProblemProps = { readonly letter: string; readonly error: unknown; readonly onRetry: () => void };

export function QueryProblem({ letter, error, onRetry }: ProblemProps): ReactNode {
  const { message, hint } = problemOf(error);
  return (
    <div className="lw-explore-problem" role="alert" data-testid={`failed-${letter}`}>
      <StatusMark state="offline" silent />
      <div>
        <p>
          <strong>Query {letter} has no answer.</strong> {message}
        </p>
        {hint !== '' && <p className="lw-dim">{hint}</p>}
      </div>
      <Button onClick={onRetry}>Run again</Button>
    </div>
  );
}
