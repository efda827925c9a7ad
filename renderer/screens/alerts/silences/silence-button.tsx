// Silence in two clicks: the button says what would be kept quiet, a duration does it.
import { Popover } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { AlertMatcher } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';
import { useConnection } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { matcherText } from '../matchers/matchers.ts';
import { useChange, useMatchPreview } from '../use-alerting.ts';
import { SilenceDialog } from './silence-dialog.tsx';
import { DURATIONS } from './durations.ts';

type Props = {
  readonly matchers: readonly AlertMatcher[];
  /** "this alert", "this group". */
  readonly what: string;
  /** Of the line, by which the keyboard finds it. */
  readonly index?: number;
};

export function SilenceButton({ matchers, what, index }: Props): ReactNode {
  const [opened, setOpened] = useState(false);
  const [editing, setEditing] = useState(false);
  return (
    // Inside of a line that opens: what is pressed here is meant for here.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
      <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} trapFocus returnFocus>
        <Popover.Target>
          <button
            type="button"
            className="lw-silence-button"
            aria-label={`Silence ${what}`}
            data-silences={index}
            tabIndex={index === undefined ? 0 : -1}
            onClick={() => setOpened(!opened)}
          >
            Silence
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <Choices
            matchers={matchers}
            onDone={() => setOpened(false)}
            onEdit={() => {
              setOpened(false);
              setEditing(true);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {editing && <SilenceDialog from={{ matchers }} onClose={() => setEditing(false)} />}
    </span>
  );
}

type ChoicesProps = {
  readonly matchers: readonly AlertMatcher[];
  readonly onDone: () => void;
  readonly onEdit: () => void;
};

function Choices({ matchers, onDone, onEdit }: ChoicesProps): ReactNode {
  const connection = useConnection();
  const preview = useMatchPreview(matchers);
  const save = useChange(
    (engine, durationMs: number) => {
      const nowMs = connection.now();
      return engine.silences.save({
        matchers: [...matchers],
        startsAtMs: nowMs,
        endsAtMs: nowMs + durationMs,
        createdBy: '',
        comment: '',
      });
    },
    (silence) => {
      notifications.show({
        title: 'Silenced',
        message: `${plural(silence.silenced, 'alert')} kept quiet. It ends by itself, or under Silences.`,
      });
      onDone();
    },
  );
  return (
    <div className="lw-silence-choices">
      <p>
        {preview.data === undefined
          ? 'Keep quiet all alerts with'
          : `Keep quiet ${plural(preview.data.total, 'alert')}, and all to come, with`}
      </p>
      <ul className="lw-silence-matchers lw-mono">
        {matchers.slice(0, 8).map((matcher) => (
          <li key={matcherText(matcher)} className="lw-ellipsis" title={matcherText(matcher)}>
            {matcherText(matcher)}
          </li>
        ))}
        {matchers.length > 8 && <li>and {matchers.length - 8} more labels</li>}
      </ul>
      <div className="lw-silence-durations" role="group" aria-label="For how long">
        {DURATIONS.map(({ words, ms }) => (
          <button
            key={words}
            type="button"
            className="lw-silence-button"
            disabled={save.isPending}
            onClick={() => save.mutate(ms)}
          >
            {words}
          </button>
        ))}
      </div>
      {save.isError && <p role="alert">{failureOf(save.error).message}</p>}
      <button type="button" className="lw-text-button" onClick={onEdit}>
        Change what and until when
      </button>
    </div>
  );
}
