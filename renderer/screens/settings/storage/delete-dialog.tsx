// The deletion of series: which, of which time, a look at what that means, and a word typed before it happens.
import { Button, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { Deletion, DeletionPreview, DeletionTarget } from '../../../../shared/contract/index.ts';
import { NBSP, plural } from '../../../../shared/units/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { Loading } from '../../../components/states.tsx';
import { confirmationFor, problemWords, rangeOf } from './deletion-draft.ts';
import { useStorageChanged, useStorageStatus } from './use-storage.ts';
import { seriesText } from './words.ts';

type Chosen = { readonly target: DeletionTarget; readonly name: string };

export function DeleteDialog({
  chosen,
  onClose,
}: {
  readonly chosen: Chosen | null;
  readonly onClose: () => void;
}): ReactNode {
  const title = chosen === null || chosen.name === '' ? 'Delete series' : `Delete ${chosen.name}`;
  return (
    <Modal
      opened={chosen !== null}
      onClose={onClose}
      title={<span className="lw-ellipsis">{title}</span>}
      size={560}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {chosen !== null && <Course chosen={chosen} onClose={onClose} />}
    </Modal>
  );
}

function Course({ chosen, onClose }: { readonly chosen: Chosen; readonly onClose: () => void }): ReactNode {
  const engine = useEngine();
  const changed = useStorageChanged();
  const [selector, setSelector] = useState('');
  const [ranged, setRanged] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState<Deletion | null>(
    chosen.target.kind === 'selector' ? null : { target: chosen.target },
  );
  const range = ranged ? rangeOf(from, to) : {};
  const current = (): Deletion | null => {
    const target: DeletionTarget =
      chosen.target.kind === 'selector' ? { kind: 'selector', selector: selector.trim() } : chosen.target;
    return range === null || (target.kind === 'selector' && target.selector === '') ? null : { target, ...range };
  };
  const preview = useQuery<DeletionPreview>({
    queryKey: ['deletion', asked],
    queryFn: async ({ signal }) => {
      if (asked === null) throw new Error('nothing is asked');
      return await engine.storage.previewDeletion(asked, { signal });
    },
    enabled: asked !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const remove = useMutation({
    mutationFn: (deletion: Deletion) => engine.storage.deleteSeries(deletion),
    onSuccess: () => changed(),
  });
  if (remove.data !== undefined) return <Done series={remove.data.series} onClose={onClose} />;

  const isAsked = asked !== null && JSON.stringify(asked) === JSON.stringify(current());
  const found = isAsked ? preview.data : undefined;
  const word = confirmationFor(chosen.target, chosen.name);
  const look = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(current());
    if (isAsked) void preview.refetch();
  };
  return (
    <form className="lw-form" onSubmit={look} noValidate>
      {chosen.target.kind === 'selector' && (
        <TextInput
          label="Selector"
          placeholder={'up{job="old"}'}
          description="As in a query: a metric's name, labels, or both."
          data-autofocus
          value={selector}
          onChange={(event) => setSelector(event.target.value)}
          data-testid="delete-selector"
        />
      )}
      <SegmentedControl
        aria-label="Of which time"
        size="xs"
        transitionDuration={0}
        style={{ alignSelf: 'flex-start' }}
        data={[
          { value: 'all', label: 'All that there is' },
          { value: 'range', label: 'A time range' },
        ]}
        value={ranged ? 'range' : 'all'}
        onChange={(value) => {
          setRanged(value === 'range');
          if (value === 'all' && chosen.target.kind !== 'selector') setAsked({ target: chosen.target });
        }}
      />
      {ranged && (
        <div className="lw-storage-range">
          <TextInput
            label="From"
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
            data-testid="delete-from"
          />
          <TextInput
            label="To"
            type="datetime-local"
            value={to}
            error={from !== '' && to !== '' && range === null ? 'Later than the start' : undefined}
            onChange={(event) => setTo(event.target.value)}
            data-testid="delete-to"
          />
          <p className="lw-label lw-storage-range-hint">Both are in it; one of them may be left open.</p>
        </div>
      )}
      <div className="lw-storage-preview" aria-live="polite">
        {!isAsked && (
          <Button type="submit" disabled={current() === null} data-testid="delete-look">
            Show what would go
          </Button>
        )}
        {isAsked && preview.isError && <p role="alert">{problemWords(preview.error)}</p>}
        {isAsked && preview.isPending && <Loading height={96} />}
        {found !== undefined && <Preview preview={found} />}
      </div>
      {found !== undefined && found.series > 0 && (
        <>
          <p className="lw-dim">
            Graphs and alerts lose them at once, and they cannot be brought back. A series that is still collected
            begins anew with its next sample.
          </p>
          <TextInput
            label={
              <>
                Type <strong>{word}</strong> to confirm
              </>
            }
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            data-testid="delete-confirmation"
          />
        </>
      )}
      {remove.isError && (
        <p role="alert">
          {failureOf(remove.error).message} {failureOf(remove.error).hint}
        </p>
      )}
      <div className="lw-form-actions">
        <Button
          variant="filled"
          disabled={found === undefined || found.series === 0 || typed.trim() !== word}
          loading={remove.isPending}
          onClick={() => asked !== null && remove.mutate(asked)}
          data-testid="delete-go"
        >
          {found === undefined || found.series === 0 ? 'Delete' : `Delete ${countText(found)} series`}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          Keep
        </Button>
      </div>
    </form>
  );
}

const countText = ({ series, more }: DeletionPreview): string =>
  `${more ? 'more than ' : ''}${series.toLocaleString('en')}`;

function Preview({ preview }: { readonly preview: DeletionPreview }): ReactNode {
  const { series, examples, more } = preview;
  if (series === 0) return <p data-testid="delete-preview">No series has anything there.</p>;
  const others = series - examples.length;
  return (
    <>
      <p data-testid="delete-preview">
        {more ? `More than ${series.toLocaleString('en')} series` : plural(series, 'series', 'series')} would go
        {others > 0 || more ? `, among them these${NBSP}${examples.length}` : ''}:
      </p>
      <ul className="lw-storage-examples lw-mono" tabIndex={0} aria-label="Series that would go">
        {examples.map((labels) => {
          const text = seriesText(labels);
          return (
            <li key={text} title={text} className="lw-ellipsis">
              {text}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** Until the files are rid of it too. */
function Done({ series, onClose }: { readonly series: number; readonly onClose: () => void }): ReactNode {
  const status = useStorageStatus();
  const isPurging = (status.data?.upkeep.deletions ?? 1) > 0;
  return (
    <div className="lw-form" data-testid="delete-done">
      <p>
        {plural(series, 'series is', 'series are')} deleted: no query sees {series === 1 ? 'it' : 'them'} any more.
      </p>
      <p className="lw-dim" role="status" data-testid="delete-progress" data-purged={!isPurging}>
        {isPurging
          ? 'The files are purged in the background; you need not wait for it.'
          : 'The files are purged, and the room is free again.'}
      </p>
      <div className="lw-form-actions">
        <Button variant="filled" onClick={onClose} data-testid="delete-close">
          Close
        </Button>
      </div>
    </div>
  );
}
