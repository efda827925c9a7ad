// The rules for tiers: the config file's as they are, and the window's own to be edited.
import { Button, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { SubscriberSettings, TierRule } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { FIELD_WORDS, RULE_FIELDS, draftOf, moved, newRule, problemOf, sameRules, toRule } from './rule-draft.ts';
import type { DraftRule } from './rule-draft.ts';
import { LIST_KEY, SETTINGS_KEY } from './use-subscribers.ts';

const MAX_RULES = 1_000;

export function RuleEditor({ settings }: { readonly settings: SubscriberSettings }): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState<readonly DraftRule[]>(() => draftOf(settings.windowRules));
  const [isTried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: (rules: TierRule[]) => engine.subscribers.changeRules({ rules }),
    onSuccess: async (answer) => {
      queries.setQueryData(SETTINGS_KEY, answer);
      await queries.invalidateQueries({ queryKey: LIST_KEY });
    },
  });
  const change = (next: readonly DraftRule[]): void => {
    setDrafts(next);
    save.reset();
  };
  const edit = (id: number, part: Partial<DraftRule>): void =>
    change(drafts.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)));
  const rules = drafts.map(toRule);
  const problems = drafts.map(problemOf);
  const isChanged = !sameRules(rules, settings.windowRules);
  const isWrong = problems.some((problem) => problem !== undefined);
  return (
    <section className="lw-panel" aria-label="Rules for tiers" data-testid="tier-rules">
      <div className="lw-panel-head">
        <h2>Rules</h2>
      </div>
      <p className="lw-dim">
        The first rule that fits gives the tier; without one it is the PPP profile, else what a comment says, such as
        tier=gold. In patterns * stands for any text and ? for one character; several are apart by commas. An address
        may be a network such as 10.1.0.0/16.
      </p>
      {(settings.fileRules.length > 0 || drafts.length > 0) && (
        <div className="lw-rules" role="table" aria-label="Rules">
          <div className="lw-rule lw-label" role="row">
            <span role="columnheader">Tier</span>
            {RULE_FIELDS.map((field) => (
              <span key={field} role="columnheader">
                {FIELD_WORDS[field]}
              </span>
            ))}
            <span role="columnheader" aria-label="Order" />
          </div>
          {draftOf(settings.fileRules).map((rule, index) => (
            // The file's rules have no name of their own, and stand where they stand.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={`file ${index}`} className="lw-rule" role="row">
              <strong role="cell" className="lw-ellipsis">
                {rule.tier}
              </strong>
              {RULE_FIELDS.map((field) => (
                <span key={field} role="cell" className="lw-ellipsis" title={rule[field]}>
                  {rule[field] || <span className="lw-dim">any</span>}
                </span>
              ))}
              <span role="cell" className="lw-tag" title="From the config file: change it there, and reload.">
                provisioned
              </span>
            </div>
          ))}
          {drafts.map((draft, index) => (
            <div key={draft.id} className="lw-rule" role="row" data-testid={`rule-${index}`}>
              <span role="cell">
                <TextInput
                  aria-label={`Tier of rule ${index + 1}`}
                  placeholder="gold"
                  value={draft.tier}
                  onChange={(event) => edit(draft.id, { tier: event.target.value })}
                />
              </span>
              {RULE_FIELDS.map((field) => (
                <span key={field} role="cell">
                  <TextInput
                    aria-label={`${FIELD_WORDS[field]} of rule ${index + 1}`}
                    placeholder="any"
                    value={draft[field]}
                    onChange={(event) => edit(draft.id, { [field]: event.target.value })}
                  />
                </span>
              ))}
              <span className="lw-row" role="cell" style={{ gap: 0 }}>
                <RuleButton
                  words={`Move rule ${index + 1} up`}
                  disabled={index === 0}
                  onClick={() => change(moved(drafts, index, -1))}
                >
                  <IconArrowUp size={16} stroke={1.5} aria-hidden />
                </RuleButton>
                <RuleButton
                  words={`Move rule ${index + 1} down`}
                  disabled={index === drafts.length - 1}
                  onClick={() => change(moved(drafts, index, 1))}
                >
                  <IconArrowDown size={16} stroke={1.5} aria-hidden />
                </RuleButton>
                <RuleButton
                  words={`Remove rule ${index + 1}`}
                  onClick={() => change(drafts.filter(({ id }) => id !== draft.id))}
                >
                  <IconTrash size={16} stroke={1.5} aria-hidden />
                </RuleButton>
              </span>
              {isTried && problems[index] !== undefined && (
                <span className="lw-rule-problem" role="cell">
                  <span role="alert">{problems[index]}</span>
                </span>
              )}
            </div>
          ))}
        </div>
      )}
      {save.isError && <p role="alert">{failureOf(save.error).message}</p>}
      <div className="lw-row lw-rules-actions">
        <Button
          disabled={drafts.length >= MAX_RULES}
          onClick={() => change([...drafts, newRule()])}
          data-testid="rule-add"
        >
          Add a rule
        </Button>
        {isChanged && (
          <>
            <Button
              variant="filled"
              loading={save.isPending}
              onClick={() => {
                setTried(true);
                if (!isWrong) save.mutate(rules);
              }}
              data-testid="rules-save"
            >
              Save
            </Button>
            <Button variant="subtle" onClick={() => change(draftOf(settings.windowRules))}>
              As it was
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

type ButtonProps = {
  readonly words: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
};

function RuleButton({ words, disabled = false, onClick, children }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="lw-icon-button"
      aria-label={words}
      title={words}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
