// A silence in full: what it matches, from when until when, who and why, with what it would keep quiet now.
import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { AlertMatcher, SilenceShown } from '../../../../shared/contract/index.ts';
import { useConnection } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { draftsOf, MatchersEditor, matchersOf } from '../matchers/matchers-editor.tsx';
import { MatchedAlerts } from '../matchers/match-preview.tsx';
import { fitsNothing, matcherProblem } from '../matchers/matchers.ts';
import { MomentField } from '../moment-field.tsx';
import { useChange, useMatchPreview } from '../use-alerting.ts';
import { DURATIONS } from './durations.ts';

type From = {
  /** The one to change. */
  readonly silence?: SilenceShown;
  readonly matchers?: readonly AlertMatcher[];
};

type Props = { readonly from: From; readonly onClose: () => void };

const TWO_HOURS_MS = 7_200_000;
const ASK_AFTER_MS = 250;

export function SilenceDialog({ from: { silence, matchers = [] }, onClose }: Props): ReactNode {
  const connection = useConnection();
  const [openedAtMs] = useState(() => connection.now());
  const isOver = silence?.state === 'expired';
  const [drafts, setDrafts] = useState(() => draftsOf(silence?.matchers ?? matchers));
  // One that is made anew holds from now on.
  const [startsAtMs, setStart] = useState(silence === undefined || isOver ? openedAtMs : silence.startsAtMs);
  const [endsAtMs, setEnd] = useState(silence === undefined || isOver ? openedAtMs + TWO_HOURS_MS : silence.endsAtMs);
  const [createdBy, setCreatedBy] = useState(silence?.createdBy ?? '');
  const [comment, setComment] = useState(silence?.comment ?? '');
  const [isTried, setTried] = useState(false);
  const written = matchersOf(drafts);
  const isReadable = written.length > 0 && written.every((one) => matcherProblem(one) === undefined);
  const [asked] = useDebouncedValue(isReadable ? JSON.stringify(written) : '', ASK_AFTER_MS);
  const preview = useMatchPreview(asked === '' ? null : (JSON.parse(asked) as AlertMatcher[]));
  const save = useChange(
    (engine, form: Parameters<typeof engine.silences.save>[0]) => engine.silences.save(form),
    () => onClose(),
  );
  const endProblem = Number.isNaN(endsAtMs)
    ? 'Until when?'
    : endsAtMs <= connection.now()
      ? 'This is over already.'
      : endsAtMs <= startsAtMs
        ? 'It has to end after it begins.'
        : undefined;
  const startProblem = Number.isNaN(startsAtMs) ? 'From when?' : undefined;
  const scopeProblem =
    written.length === 0
      ? 'Name at least one label.'
      : written.every(fitsNothing)
        ? 'This would keep every alert quiet: give one label a value.'
        : undefined;
  const submit = (): void => {
    setTried(true);
    if (!isReadable || scopeProblem !== undefined || endProblem !== undefined || startProblem !== undefined) return;
    save.mutate({
      ...(silence !== undefined && !isOver && { id: silence.id }),
      matchers: written,
      startsAtMs,
      endsAtMs,
      createdBy: createdBy.trim(),
      comment: comment.trim(),
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={silence === undefined ? 'New silence' : isOver ? 'Silence again' : 'Change the silence'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="lw-form"
        data-testid="silence-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <MatchersEditor drafts={drafts} onChange={setDrafts} isTried={isTried} />
        {isTried && scopeProblem !== undefined && (
          <p className="lw-problem" role="alert">
            {scopeProblem}
          </p>
        )}
        <MatchedAlerts preview={isReadable ? preview.data : undefined} />
        <div className="lw-when">
          <MomentField label="From" atMs={startsAtMs} error={isTried ? startProblem : undefined} onChange={setStart} />
          <MomentField label="Until" atMs={endsAtMs} error={endProblem} onChange={setEnd} />
        </div>
        <div className="lw-chips" role="group" aria-label="For how long">
          {DURATIONS.map(({ words, ms }) => (
            <button
              key={words}
              type="button"
              className="lw-chip"
              aria-pressed={endsAtMs - startsAtMs === ms}
              onClick={() => setEnd((Number.isNaN(startsAtMs) ? connection.now() : startsAtMs) + ms)}
            >
              {words}
            </button>
          ))}
        </div>
        <div className="lw-form-uneven">
          <TextInput label="Who" value={createdBy} onChange={(event) => setCreatedBy(event.target.value)} />
          <TextInput
            label="Why"
            placeholder="New antenna on the north mast"
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        </div>
        {silence !== undefined && !isOver && (
          <p className="lw-dim">
            Where its labels or a start that has passed change, this one ends and a new one begins.
          </p>
        )}
        {save.isError && (
          <div className="lw-test" role="alert">
            <p>{failureOf(save.error).message}</p>
            <p className="lw-dim">{failureOf(save.error).hint}</p>
          </div>
        )}
        <div className="lw-form-actions">
          <Button type="submit" variant="filled" loading={save.isPending} data-testid="silence-save">
            {silence === undefined || isOver ? 'Silence' : 'Save'}
          </Button>
          <Button variant="subtle" onClick={onClose} style={{ marginLeft: 'auto' }}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}
