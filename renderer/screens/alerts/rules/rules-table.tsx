// The rules: whether each can be evaluated, when it last was, and where it comes from.
import type { ReactNode } from 'react';
import type { Rule } from '../../../../shared/contract/index.ts';
import { NO_VALUE, formatExact, formatSeconds, formatSpan } from '../../../../shared/units/index.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import { OpenInExplore } from '../../../components/open-in-explore.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';

export const HEALTH = { ok: 'online', err: 'offline', unknown: 'unknown' } as const;
export const HEALTH_WORDS = { ok: 'ok', err: 'failing', unknown: 'not yet' } as const;

const helper = columnHelper<Rule>();
const COLUMNS = helper.columns([
  helper.accessor('health', {
    header: 'Health',
    meta: { width: '84px' },
    cell: ({ row }) => (
      <span className="lw-row" title={row.original.lastError ?? undefined}>
        <StatusMark state={HEALTH[row.original.health]} silent />
        {HEALTH_WORDS[row.original.health]}
      </span>
    ),
  }),
  helper.accessor('name', {
    header: 'Rule',
    enableHiding: false,
    meta: { width: 'minmax(140px, 1.4fr)' },
    cell: ({ row }) => (
      <span className="lw-row">
        <span className="lw-ellipsis" title={row.original.name}>
          {row.original.name}
        </span>
        {row.original.kind === 'recording' && <span className="lw-tag">recording</span>}
      </span>
    ),
  }),
  helper.accessor((rule) => rule.lastError ?? rule.expr, {
    id: 'expr',
    header: 'Expression',
    meta: { width: 'minmax(200px, 3fr)', csv: (rule: Rule) => rule.expr },
    cell: ({ row }) =>
      row.original.lastError === null ? (
        <span className="lw-row">
          <code className="lw-mono lw-ellipsis" title={row.original.expr}>
            {row.original.expr}
          </code>
          <OpenInExplore what={row.original.name} exprs={[row.original.expr]} />
        </span>
      ) : (
        <span className="lw-rule-error" title={`${row.original.lastError}\n${row.original.expr}`}>
          {row.original.lastError}
        </span>
      ),
  }),
  helper.accessor('forMs', {
    header: 'For',
    meta: { width: '64px', align: 'right' },
    cell: ({ getValue }) => (getValue() === 0 ? NO_VALUE : formatSpan(getValue())),
  }),
  helper.accessor((rule) => rule.labels['severity'] ?? '', {
    id: 'severity',
    header: 'Severity',
    meta: { width: '72px' },
  }),
  helper.accessor((rule) => (rule.shipped ? 'shipped' : rule.file), {
    id: 'file',
    header: 'From',
    meta: { width: 'minmax(96px, 1fr)' },
    cell: ({ row, getValue }) => <span title={`${row.original.file}, group ${row.original.group}`}>{getValue()}</span>,
  }),
  helper.accessor((rule) => rule.lastEvaluationMs ?? 0, {
    id: 'evaluated',
    header: 'Evaluated',
    meta: {
      width: '84px',
      csv: (rule: Rule) => (rule.lastEvaluationMs === null ? '' : formatExact(rule.lastEvaluationMs)),
    },
    cell: ({ row }) => <Ago atMs={row.original.lastEvaluationMs} />,
  }),
  helper.accessor((rule) => rule.evaluationMs ?? -1, {
    id: 'took',
    header: 'Took',
    meta: { width: '68px', align: 'right', yields: 1 },
    cell: ({ row }) =>
      row.original.evaluationMs === null ? NO_VALUE : formatSeconds(row.original.evaluationMs / 1000),
  }),
]);

export const ruleId = (rule: Rule): string =>
  `${rule.file} ${rule.group} ${rule.name} ${rule.expr} ${JSON.stringify(rule.labels)}`;

type Props = {
  readonly rules: readonly Rule[];
  readonly selectedId: string | undefined;
  readonly onOpen: (rule: Rule) => void;
  readonly tools: ReactNode;
};

export function RulesTable({ rules, selectedId, onOpen, tools }: Props): ReactNode {
  return (
    <DataTable
      label="Rules"
      testId="rules-table"
      rows={rules}
      columns={COLUMNS}
      idOf={ruleId}
      selectedId={selectedId}
      onOpen={onOpen}
      tools={tools}
      initialSort={{ id: 'health', desc: false }}
      nothing="No rules are loaded. Switch a rule pack on, or write one."
    />
  );
}
