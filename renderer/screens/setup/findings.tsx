// What a check saw, sentence by sentence, each with what to do about it.
import { Button } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Finding } from '../../../shared/contract/index.ts';
import { failureOf } from '../../app/data/failure.ts';
import { StatusMark } from '../../components/status.tsx';

const MARK = { ok: 'online', warning: 'degraded', failed: 'offline' } as const;
const WORDS = { ok: 'good', note: 'note', warning: 'warning', failed: 'missing' } as const;

/** What stands between backticks is a word of RouterOS. */
const withCode = (text: string): ReactNode =>
  text.split('`').map((part, index) =>
    index % 2 === 1 ? (
      // The parts of one sentence never change their places.
      // oxlint-disable-next-line react/no-array-index-key
      <code key={index} className="lw-mono">
        {part}
      </code>
    ) : (
      part
    ),
  );

export function Findings({ findings }: { readonly findings: readonly Finding[] }): ReactNode {
  return (
    <ul className="lw-findings" aria-live="polite" data-testid="setup-findings">
      {findings.map(({ level, text, hint }) => (
        <li key={text} data-level={level}>
          <span className="lw-finding-mark">
            {level === 'note' ? (
              <IconInfoCircle size={12} stroke={2} aria-hidden className="lw-dim" />
            ) : (
              <StatusMark state={MARK[level]} silent />
            )}
            <span className="lw-sr">{WORDS[level]}: </span>
          </span>
          <div>
            <p>{withCode(text)}</p>
            {hint !== '' && <p className="lw-dim">{hint}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}

type CheckProps = {
  readonly words: string;
  /** What is said before anything was checked. */
  readonly before: string;
  readonly isRunning: boolean;
  readonly findings: readonly Finding[] | undefined;
  readonly error: unknown;
  readonly onCheck: () => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
};

/** The check of one step: its button, what it says, and what comes next. */
export function CheckPanel(props: CheckProps): ReactNode {
  const { words, before, isRunning, findings, error, onCheck, onCancel, children } = props;
  const failure = error === null || error === undefined ? null : failureOf(error);
  return (
    <section className="lw-panel lw-setup-check" aria-label="Check">
      <div className="lw-panel-head">
        <h2>Then check it</h2>
        {isRunning ? (
          <Button size="compact-sm" onClick={onCancel}>
            Cancel
          </Button>
        ) : (
          <Button size="compact-sm" variant="filled" onClick={onCheck} data-testid="setup-check">
            {words}
          </Button>
        )}
      </div>
      {isRunning && findings === undefined && <p className="lw-dim">Asking the router …</p>}
      {!isRunning && findings === undefined && failure === null && <p className="lw-dim">{before}</p>}
      {findings !== undefined && <Findings findings={findings} />}
      {failure !== null && (
        <div role="alert">
          <p>{failure.message}</p>
          <p className="lw-dim">{failure.hint}</p>
        </div>
      )}
      {children}
    </section>
  );
}
