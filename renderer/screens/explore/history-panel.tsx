// The queries of before: the starred ones by name, then the last ones that were run.
import { Button, TextInput } from '@mantine/core';
import { IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Ago } from '../../components/times.tsx';
import { matching, starred, unstarred, forgotten } from './history.ts';
import type { History } from './history.ts';
import { SidePanel } from './side-panel.tsx';

type Props = {
  readonly history: History;
  readonly onHistory: (next: History) => void;
  readonly onPick: (expr: string) => void;
  readonly onClose: () => void;
  /** The query that a star is being given to. */
  readonly naming: string | undefined;
  readonly onNaming: (expr: string | undefined) => void;
};

export function HistoryPanel({ history, onHistory, onPick, onClose, naming, onNaming }: Props): ReactNode {
  const [text, setText] = useState('');
  const stars = matching(history.stars, text);
  const entries = matching(history.entries, text);
  const isStarred = (expr: string): boolean => history.stars.some((star) => star.expr === expr);
  return (
    <SidePanel title="History" testId="history" onClose={onClose}>
      <input
        className="lw-table-filter"
        type="search"
        placeholder="Search"
        aria-label="Search the history"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {naming !== undefined && (
        <Naming
          key={naming}
          expr={naming}
          onName={(name) => {
            onHistory(starred(history, naming, name));
            onNaming(undefined);
          }}
          onCancel={() => onNaming(undefined)}
        />
      )}
      <div className="lw-explore-side-list">
        {stars.length > 0 && (
          <section aria-label="Starred">
            <h3 className="lw-label">Starred</h3>
            <ul>
              {stars.map(({ expr, name }) => (
                <li key={expr} className="lw-history-entry">
                  <button type="button" className="lw-history-pick" title={expr} onClick={() => onPick(expr)}>
                    <span>{name}</span>
                    <code className="lw-mono lw-dim">{expr}</code>
                  </button>
                  <button
                    type="button"
                    className="lw-icon-button"
                    aria-label={`Take the star from ${name}`}
                    title="Take the star away"
                    onClick={() => onHistory(unstarred(history, expr))}
                  >
                    <IconStarFilled size={14} aria-hidden />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section aria-label="Last queries">
          <h3 className="lw-label">Last queries</h3>
          {entries.length === 0 && (
            <p className="lw-dim">{text === '' ? 'What is run appears here.' : 'No query has these words.'}</p>
          )}
          <ul>
            {entries.map(({ expr, atMs }) => (
              <li key={expr} className="lw-history-entry">
                <button type="button" className="lw-history-pick" title={expr} onClick={() => onPick(expr)}>
                  <code className="lw-mono">{expr}</code>
                  <span className="lw-label">
                    <Ago atMs={atMs} />
                  </span>
                </button>
                <button
                  type="button"
                  className="lw-icon-button"
                  aria-label={`Star ${expr}`}
                  title={isStarred(expr) ? 'Starred' : 'Star'}
                  disabled={isStarred(expr)}
                  onClick={() => onNaming(expr)}
                >
                  {isStarred(expr) ? (
                    <IconStarFilled size={14} aria-hidden />
                  ) : (
                    <IconStar size={14} stroke={1.5} aria-hidden />
                  )}
                </button>
                <button
                  type="button"
                  className="lw-icon-button"
                  aria-label={`Forget ${expr}`}
                  title="Forget"
                  onClick={() => onHistory(forgotten(history, expr))}
                >
                  <IconTrash size={14} stroke={1.5} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <p className="lw-label">Kept in this browser, the last 200 queries.</p>
    </SidePanel>
  );
}

type NamingProps = {
  readonly expr: string;
  readonly onName: (name: string) => void;
  readonly onCancel: () => void;
};

function Naming({ expr, onName, onCancel }: NamingProps): ReactNode {
  const [name, setName] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') onName(name);
  };
  return (
    <form className="lw-history-naming" onSubmit={submit}>
      <code className="lw-mono lw-dim lw-ellipsis" title={expr}>
        {expr}
      </code>
      <TextInput
        aria-label="Name of the starred query"
        placeholder="Name, such as Uplink traffic"
        data-autofocus
        autoFocus
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="lw-row">
        <Button type="submit" disabled={name.trim() === ''}>
          Star
        </Button>
        <Button variant="subtle" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
