// The rule packs by class, and of the chosen one its rules with their thresholds.
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { RulePack, RulePackClass } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';
import { Failed, Loading } from '../../../components/states.tsx';
import { ImportDialog } from './import-dialog.tsx';
import './packs.css';
import { RuleBlock } from './rule-block.tsx';
import { useChangePack, usePacks, useRemovePack } from './use-packs.ts';

const CLASSES: readonly (readonly [RulePackClass, string])[] = [
  ['outage', 'Degradation and outage'],
  ['capacity', 'Capacity'],
  ['security', 'Security'],
  ['component', 'Component failure'],
  ['imported', 'For other products'],
  ['own', 'Imported'],
];

export function PacksTab(): ReactNode {
  const packs = usePacks();
  const change = useChangePack();
  const [chosen, setChosen] = useState('');
  const [isImporting, setImporting] = useState(false);
  if (packs.data === undefined) {
    return packs.isError ? (
      <Failed
        what="The rule packs could not be loaded"
        error={packs.error}
        sinceMs={packs.errorUpdatedAt}
        onRetry={() => void packs.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  const current = packs.data.find(({ id }) => id === chosen) ?? packs.data.find((pack) => pack.class === 'outage');
  return (
    <div className="lw-packs" data-testid="packs">
      <nav className="lw-pack-list" aria-label="Rule packs">
        {CLASSES.map(([kind, words]) => (
          <PackClass
            key={kind}
            words={words}
            packs={packs.data.filter((pack) => pack.class === kind).toSorted((a, b) => a.title.localeCompare(b.title))}
            currentId={current?.id}
            onChoose={setChosen}
          />
        ))}
        <Button onClick={() => setImporting(true)} data-testid="pack-import" style={{ alignSelf: 'flex-start' }}>
          Import a rule file
        </Button>
      </nav>
      {current !== undefined && <Pack key={current.id} pack={current} onChange={(to) => change.mutate(to)} />}
      <ImportDialog
        opened={isImporting}
        onClose={(imported) => {
          setImporting(false);
          if (imported !== undefined) setChosen(imported);
        }}
      />
    </div>
  );
}

type ClassProps = {
  readonly words: string;
  readonly packs: readonly RulePack[];
  readonly currentId: string | undefined;
  readonly onChoose: (id: string) => void;
};

function PackClass({ words, packs, currentId, onChoose }: ClassProps): ReactNode {
  if (packs.length === 0) return null;
  return (
    <section aria-label={words}>
      <h2 className="lw-label">{words}</h2>
      <ul>
        {packs.map(({ id, title, enabled, rules }) => (
          <li key={id}>
            <button
              type="button"
              className="lw-pack-choice"
              aria-current={id === currentId || undefined}
              data-off={!enabled || undefined}
              onClick={() => onChoose(id)}
              data-testid={`pack-${id}`}
            >
              <span className="lw-ellipsis">{title}</span>
              <span className="lw-dim lw-num">
                {enabled ? `${rules.filter((rule) => rule.enabled).length} of ${rules.length}` : 'off'}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

type PackProps = { readonly pack: RulePack; readonly onChange: Parameters<typeof RuleBlock>[0]['onChange'] };

function Pack({ pack, onChange }: PackProps): ReactNode {
  const remove = useRemovePack();
  const notes = [pack.needs, pack.corrected].filter((note) => note !== null);
  return (
    <section className="lw-pack" aria-label={pack.title}>
      <header className="lw-pack-head">
        <div>
          <h2>{pack.title}</h2>
          <p className="lw-dim">
            {pack.description} {plural(pack.rules.length, 'rule')}.
            {pack.source !== null && ` Published in ${pack.source}.`}
          </p>
        </div>
        <span className="lw-row">
          {pack.own && (
            <Button variant="subtle" loading={remove.isPending} onClick={() => remove.mutate(pack.id)}>
              Remove
            </Button>
          )}
          <Switch
            label={pack.enabled ? 'In use' : 'Not in use'}
            size="xs"
            checked={pack.enabled}
            onChange={(event) => onChange({ packId: pack.id, enabled: event.currentTarget.checked })}
            data-testid="pack-switch"
          />
        </span>
      </header>
      {notes.map((note) => (
        <p key={note} className="lw-pack-note">
          {note}
        </p>
      ))}
      {pack.problem !== null && (
        <p className="lw-pack-note" data-bad role="alert">
          Not in force: {pack.problem}
        </p>
      )}
      <ul className="lw-pack-rules">
        {pack.rules.map((rule, i) => (
          // Rules of one name may differ in their severity alone.
          <RuleBlock key={`${rule.name} ${i}`} pack={pack} rule={rule} onChange={onChange} />
        ))}
      </ul>
    </section>
  );
}
