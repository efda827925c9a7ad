// A rule of one's own: its expression with completion, how long it has to hold, its words; tried on history, then saved.
import { Autocomplete, Button, Modal, Textarea, TextInput } from '@mantine/core';
import { Suspense, lazy, useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { SaveOwnRule } from '../../../../shared/contract/index.ts';
import { failureOf } from '../../../app/data/failure.ts';
import { Loading } from '../../../components/states.tsx';
import { useChange } from '../use-alerting.ts';
import { countOf, NEW_RULE, problemsOf, ruleOf } from './rule-form.ts';
import type { RuleDraft } from './rule-form.ts';
import './rules.css';
import { TryPanel } from './try-panel.tsx';

const PromqlField = lazy(() => import('./promql-field.tsx'));

type Props = {
  /** The one to change. */
  readonly rule: RuleDraft | undefined;
  readonly onClose: () => void;
};

export function RuleDialog({ rule, onClose }: Props): ReactNode {
  const [draft, setDraft] = useState<RuleDraft>(rule ?? NEW_RULE);
  const [isTried, setTried] = useState(false);
  const [exprProblem, setExprProblem] = useState<string>();
  const nameId = useId();
  const set = (part: Partial<RuleDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const problems = problemsOf(draft);
  const isWrong = Object.keys(problems).length > 0 || exprProblem !== undefined;
  const save = useChange(
    (engine, change: SaveOwnRule) => engine.ownRules.save(change),
    () => onClose(),
  );
  const remove = useChange(
    (engine, input: { pack: string; name: string }) => engine.ownRules.remove(input),
    () => onClose(),
  );
  const submit = (): void => {
    setTried(true);
    if (isWrong) return;
    save.mutate({ pack: draft.pack, rule: ruleOf(draft), ...(rule !== undefined && { replaces: rule.name }) });
  };
  const shown = (key: keyof RuleDraft): string | undefined => (isTried ? problems[key] : undefined);
  const failure = save.error ?? remove.error;
  const written = ruleOf(draft);
  return (
    <Modal
      opened
      onClose={onClose}
      size={720}
      // Escape is the completion's, and a click beside it must not throw away what was written.
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={rule === undefined ? 'New rule' : `Change ${rule.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="lw-form"
        data-testid="rule-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="lw-form-uneven">
          <TextInput
            label="File"
            disabled={rule !== undefined}
            value={draft.pack}
            error={problems.pack}
            onChange={(event) => set({ pack: event.target.value })}
          />
          <TextInput
            label="Name"
            data-autofocus
            placeholder="UplinkBusy"
            value={draft.name}
            error={shown('name')}
            onChange={(event) => set({ name: event.target.value })}
          />
        </div>
        <div>
          <span className="lw-label" id={nameId}>
            Expression: it fires for each series that this finds
          </span>
          <div className="lw-rule-editor">
            <Suspense fallback={<Loading height={32} />}>
              <PromqlField
                labelledBy={nameId}
                text={draft.expr}
                onChange={(expr) => set({ expr })}
                onProblem={setExprProblem}
                onRun={() => {}}
              />
            </Suspense>
          </div>
          {(exprProblem ?? shown('expr')) !== undefined && (
            <p className="lw-problem" role="alert">
              {exprProblem ?? shown('expr')}
            </p>
          )}
        </div>
        <div className="lw-rule-times">
          <TextInput
            label="Has to hold for"
            placeholder="at once"
            value={draft.holds}
            error={problems.holds}
            onChange={(event) => set({ holds: event.target.value })}
          />
          <TextInput
            label="Goes on firing for"
            placeholder="no longer"
            value={draft.keeps}
            error={problems.keeps}
            onChange={(event) => set({ keeps: event.target.value })}
          />
          <Autocomplete
            label="Severity"
            data={['critical', 'warning', 'info']}
            value={draft.severity}
            onChange={(severity) => set({ severity })}
          />
          <TextInput
            label="Bad in a row"
            placeholder="1"
            value={draft.bad}
            error={problems.bad}
            onChange={(event) => set({ bad: event.target.value })}
            data-testid="rule-bad"
          />
          <TextInput
            label="Good in a row"
            placeholder="1"
            value={draft.good}
            error={problems.good}
            onChange={(event) => set({ good: event.target.value })}
            data-testid="rule-good"
          />
        </div>
        <TryPanel
          expr={written.expr}
          forMs={written.forMs}
          keepFiringForMs={written.keepFiringForMs}
          badInARow={countOf(draft.bad) ?? 1}
          goodInARow={countOf(draft.good) ?? 1}
          trouble={exprProblem ?? problems.expr ?? problems.holds ?? problems.keeps ?? problems.bad ?? problems.good}
        />
        <TextInput
          label="Summary"
          placeholder={'{{ $labels.instance }}: the uplink carries {{ $value | humanize }}b/s'}
          value={draft.summary}
          onChange={(event) => set({ summary: event.target.value })}
        />
        <Textarea
          size="xs"
          label="What to do"
          autosize
          minRows={1}
          maxRows={4}
          value={draft.action}
          onChange={(event) => set({ action: event.target.value })}
        />
        <Textarea
          size="xs"
          label="Description"
          autosize
          minRows={1}
          maxRows={4}
          value={draft.description}
          onChange={(event) => set({ description: event.target.value })}
        />
        <TextInput
          label="More labels"
          placeholder={'team="radio"'}
          value={draft.labels}
          error={problems.labels}
          onChange={(event) => set({ labels: event.target.value })}
        />
        {failure !== null && (
          <div className="lw-test lw-rule-failure" role="alert">
            <p>{failureOf(failure).message}</p>
            <p className="lw-dim">{failureOf(failure).hint}</p>
          </div>
        )}
        <div className="lw-form-actions">
          <Button type="submit" variant="filled" loading={save.isPending} data-testid="rule-save">
            Save
          </Button>
          {rule !== undefined && (
            <Button
              loading={remove.isPending}
              onClick={() => remove.mutate({ pack: rule.pack, name: rule.name })}
              data-testid="rule-remove"
            >
              Delete
            </Button>
          )}
          <Button variant="subtle" onClick={onClose} style={{ marginLeft: 'auto' }}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}
