// Matchers as rows: a label, how it is compared, a value. What is typed wrong is said at its row.
import { Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AlertMatcher } from '../../../../shared/contract/index.ts';
import './matchers.css';
import { matcherProblem, OP_WORDS, OPS } from './matchers.ts';

export type MatcherDraft = AlertMatcher & { readonly id: number };

let made = 0;
export const draftOf = (matcher: AlertMatcher): MatcherDraft => ({ ...matcher, id: ++made });
const newDraft = (): MatcherDraft => draftOf({ name: '', op: '=', value: '' });
export const draftsOf = (matchers: readonly AlertMatcher[]): readonly MatcherDraft[] =>
  matchers.length === 0 ? [newDraft()] : matchers.map(draftOf);

/** Without rows that nobody has filled in. */
export const matchersOf = (drafts: readonly MatcherDraft[]): AlertMatcher[] =>
  drafts
    .filter(({ name, value }) => name.trim() !== '' || value !== '')
    .map(({ name, op, value }) => ({ name: name.trim(), op, value }));

type Props = {
  readonly drafts: readonly MatcherDraft[];
  readonly onChange: (drafts: readonly MatcherDraft[]) => void;
  /** Whether what is missing is said, too: after the first try. */
  readonly isTried: boolean;
};

export function MatchersEditor({ drafts, onChange, isTried }: Props): ReactNode {
  const edit = (id: number, part: Partial<AlertMatcher>): void =>
    onChange(drafts.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)));
  return (
    <div className="lw-matchers" role="group" aria-label="Labels that have to match">
      {drafts.map((draft, index) => {
        const problem = matcherProblem(draft);
        const isEmpty = draft.name.trim() === '' && draft.value === '';
        const isShown =
          problem !== undefined && (isTried || draft.name.trim() !== '') && !(isEmpty && drafts.length > 1);
        return (
          <div key={draft.id} className="lw-matcher">
            <TextInput
              aria-label={`Label ${index + 1}`}
              placeholder="label"
              value={draft.name}
              onChange={(event) => edit(draft.id, { name: event.target.value })}
            />
            <Select
              aria-label={`Comparison ${index + 1}`}
              data={OPS.map((op) => ({ value: op, label: OP_WORDS[op] }))}
              value={draft.op}
              allowDeselect={false}
              onChange={(op) => edit(draft.id, { op: OPS.find((one) => one === op) ?? '=' })}
            />
            <TextInput
              aria-label={`Value ${index + 1}`}
              placeholder={draft.op === '=~' || draft.op === '!~' ? 'pattern, such as north-.*' : 'value'}
              value={draft.value}
              error={isShown ? problem : undefined}
              onChange={(event) => edit(draft.id, { value: event.target.value })}
            />
            <button
              type="button"
              className="lw-icon-button"
              aria-label={`Remove label ${index + 1}`}
              title="Remove"
              disabled={drafts.length === 1 && isEmpty}
              onClick={() => onChange(drafts.length === 1 ? [newDraft()] : drafts.filter(({ id }) => id !== draft.id))}
            >
              <IconX size={16} stroke={1.5} aria-hidden />
            </button>
          </div>
        );
      })}
      <button type="button" className="lw-text-button lw-row lw-add" onClick={() => onChange([...drafts, newDraft()])}>
        <IconPlus size={14} stroke={1.5} aria-hidden />
        Another label
      </button>
    </div>
  );
}
