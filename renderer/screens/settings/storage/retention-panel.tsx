// How long is kept what: presets with what they will cost, or a list of one's own; read-only where the file says it.
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { StorageStatus } from '../../../../shared/contract/index.ts';
import {
  RETENTION_PRESET_NAMES,
  presetRetention,
  retentionNote,
  writeRetention,
} from '../../../../shared/model/retention.ts';
import type { Retention } from '../../../../shared/model/retention.ts';
import { formatValue } from '../../../../shared/units/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { StatusMark } from '../../../components/status.tsx';
import { costOf } from './cost.ts';
import { OwnList } from './own-list.tsx';
import { Provisioned } from './provisioned.tsx';
import { choose, draftOf, lostBy, resultOf, retentionOf, sameRetention } from './retention-draft.ts';
import type { Draft } from './retention-draft.ts';
import { useStorageChanged } from './use-storage.ts';
import { PRESET_WORDS, isDefault, keepWords, lossWords, resolutionWords } from './words.ts';

type Props = { readonly status: StorageStatus };

export function RetentionPanel({ status }: Props): ReactNode {
  const provisioned = status.retentionFrom === 'file';
  return (
    <section className="lw-panel" aria-label="Retention" data-testid="storage-retention">
      <div className="lw-panel-head">
        <h2 className="lw-row">How long it is kept {provisioned && <Provisioned />}</h2>
      </div>
      {provisioned ? (
        <>
          <p>
            {sentenceOf(retentionOf(status))} <span className="lw-dim">{costSentence(status)}</span>
          </p>
          <Note retention={retentionOf(status)} />
        </>
      ) : (
        // What was saved elsewhere meanwhile is what the editor begins with.
        <Editor key={JSON.stringify(status.retention)} status={status} />
      )}
    </section>
  );
}

function Editor({ status }: Props): ReactNode {
  const engine = useEngine();
  const changed = useStorageChanged();
  const [draft, setDraft] = useState<Draft>(() => draftOf(status.retention));
  const result = resultOf(draft);
  const next = 'retention' in result ? result.retention : undefined;
  const now = retentionOf(status);
  const isChanged = next === undefined || !sameRetention(now, next);
  const lost = next === undefined ? [] : lostBy(now, next);
  const save = useMutation({
    mutationFn: (retention: Retention) => engine.storage.change({ retention: writeRetention(retention) }),
    onSuccess: (answer) => changed(answer),
  });
  const change = (to: Draft): void => {
    setDraft(to);
    save.reset();
  };
  return (
    <div className="lw-stack" style={{ gap: 12 }}>
      <div className="lw-storage-cards" role="radiogroup" aria-label="Retention">
        {RETENTION_PRESET_NAMES.map((preset) => (
          <Card
            key={preset}
            id={preset}
            isChosen={draft.choice === preset}
            name={PRESET_WORDS[preset].name}
            says={PRESET_WORDS[preset].says}
            tag={isDefault(preset) ? 'default' : undefined}
            cost={costOfWords(status, presetRetention(preset))}
            onChoose={() => change(choose(draft, preset))}
          />
        ))}
        <Card
          id="own"
          isChosen={draft.choice === 'own'}
          name="Your own"
          says="Any resolutions, each for as long as you say."
          cost={draft.choice === 'own' && next !== undefined ? costOfWords(status, next) : undefined}
          onChoose={() => change(choose(draft, 'own'))}
        />
      </div>
      {draft.choice === 'own' && (
        <OwnList
          rows={draft.rows}
          problems={'problems' in result ? result.problems : []}
          onChange={(rows) => change({ choice: 'own', rows })}
        />
      )}
      {next !== undefined && <Note retention={next} />}
      {isChanged && (
        <div className="lw-stack" style={{ gap: 8 }}>
          {lost.length > 0 && (
            <p className="lw-row lw-storage-outlook" data-testid="retention-lost">
              <StatusMark state="degraded" silent />
              <span>This is less than now: {lossWords(lost, next ?? [])} go at once and cannot be brought back.</span>
            </p>
          )}
          {save.isError && <p role="alert">{failureOf(save.error).message}</p>}
          <div className="lw-form-actions">
            <Button
              variant="filled"
              disabled={next === undefined}
              loading={save.isPending}
              onClick={() => next !== undefined && save.mutate(next)}
              data-testid="retention-save"
            >
              {lost.length > 0 ? 'Keep for less long' : 'Save'}
            </Button>
            <Button variant="subtle" onClick={() => change(draftOf(status.retention))}>
              As it was
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}

/** What a retention costs that one may not think of. */
function Note({ retention }: { readonly retention: Retention }): ReactNode {
  const note = retentionNote(retention);
  if (note === undefined) return null;
  return (
    <p className="lw-row lw-storage-outlook" data-testid="retention-note">
      <StatusMark state="degraded" silent />
      <span>{note}</span>
    </p>
  );
}

type CostWords = { readonly inTheEnd: string; readonly perDay: string; readonly isTooMuch: boolean };

type CardProps = {
  readonly id: string;
  readonly isChosen: boolean;
  readonly name: string;
  readonly says: string;
  readonly cost: CostWords | undefined;
  readonly tag?: string | undefined;
  readonly onChoose: () => void;
};

function Card({ id, isChosen, name, says, cost, tag, onChoose }: CardProps): ReactNode {
  return (
    <label className="lw-storage-card" data-chosen={isChosen || undefined} data-testid={`retention-${id}`}>
      <span className="lw-row">
        <input type="radio" name="retention" checked={isChosen} onChange={onChoose} />
        <strong>{name}</strong>
        {tag !== undefined && <span className="lw-tag">{tag}</span>}
      </span>
      <span className="lw-dim">{says}</span>
      <span className="lw-storage-cost">
        {cost?.inTheEnd}
        <span className={cost?.isTooMuch === true ? 'lw-storage-much' : 'lw-dim'}>{cost?.perDay}</span>
      </span>
    </label>
  );
}

/** "Every sample for 30 days, 5 minutes for 1 year." */
const sentenceOf = (retention: Retention): string =>
  `${retention
    .map(({ name, resolutionMs, keepMs }) => `${resolutionWords(name, resolutionMs)} for ${keepWords(keepMs)}`)
    .map((words, i) => (i === 0 ? words : words.toLowerCase()))
    .join(', ')}.`;

function costSentence(status: StorageStatus): string {
  const words = costOfWords(status, retentionOf(status));
  return words === undefined ? '' : `${words.inTheEnd}, ${words.perDay.replace(/^M/, 'm')}`;
}

/** What it costs, in words; nothing while nothing is known. */
function costOfWords(status: StorageStatus, retention: Retention): CostWords | undefined {
  const cost = costOf(status, retention);
  if (cost === null || cost.fullBytes === 0) return undefined;
  const size = formatValue(cost.fullBytes, 'bytes');
  return {
    inTheEnd: `About ${size} in the end`,
    perDay:
      cost.fullBytes > status.maxBytes
        ? 'More than the limit: the oldest would go early.'
        : `${formatValue(cost.bytesPerDay, 'bytes')} a day as it grows`,
    isTooMuch: cost.fullBytes > status.maxBytes,
  };
}
