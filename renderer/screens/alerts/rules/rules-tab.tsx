// The rules with their health, and the form for those of one's own.
import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Rule } from '../../../../shared/contract/index.ts';
import { useRules } from '../../../app/data/queries.ts';
import { Failed, Loading } from '../../../components/states.tsx';
import { usePacks } from '../packs/use-packs.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { draftOf, ownPackOf } from './rule-form.ts';
import type { RuleDraft } from './rule-form.ts';
import { RulePanel } from './rule-panel.tsx';
import { ruleId, RulesTable } from './rules-table.tsx';

export function RulesTab(): ReactNode {
  const rules = useRules();
  const packs = usePacks();
  const { rule: named } = useSearch({ from: '/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const [opened, setOpened] = useState<string>();
  const [dialog, setDialog] = useState<{ readonly rule?: RuleDraft } | null>(null);
  if (rules.data === undefined) {
    return rules.isError ? (
      <Failed
        what="The rules could not be loaded"
        error={rules.error}
        sinceMs={rules.errorUpdatedAt}
        onRetry={() => void rules.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  const shown = rules.data.find((rule) => (opened === undefined ? rule.name === named : ruleId(rule) === opened));
  const close = (): void => {
    setOpened(undefined);
    void navigate({ search: ({ rule: _rule, ...others }) => others, replace: true });
  };
  const edit = (rule: Rule): void => {
    const pack = packs.data?.find(({ id }) => id === `own/${ownPackOf(rule) ?? ''}`);
    const keepsMs = pack?.rules.find(({ name }) => name === rule.name)?.keepFiringForMs ?? 0;
    close();
    setDialog({ rule: draftOf(rule, keepsMs) });
  };
  return (
    <>
      <RulesTable
        rules={rules.data}
        selectedId={shown === undefined ? undefined : ruleId(shown)}
        onOpen={(rule) => setOpened(ruleId(rule))}
        tools={
          <Button variant="filled" onClick={() => setDialog({})} data-testid="rule-new">
            New rule
          </Button>
        }
      />
      {shown !== undefined && (
        <RulePanel
          rule={shown}
          onClose={close}
          onEdit={ownPackOf(shown) === undefined ? undefined : () => edit(shown)}
        />
      )}
      {dialog !== null && (
        <RuleDialog
          key={dialog.rule?.name ?? 'new'}
          rule={dialog.rule}
          onClose={() => {
            setDialog(null);
            close();
          }}
        />
      )}
    </>
  );
}
