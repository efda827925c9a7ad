// The columns of the scrape targets.
import { NO_VALUE, formatExact, formatSeconds, formatSpan, formatValue } from '../../../../shared/units/index.ts';
import { columnHelper } from '../../../components/data-table.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';
import type { TargetRow } from './rows.ts';

const helper = columnHelper<TargetRow>();
const RANK = { offline: 3, degraded: 2, unknown: 1, online: 0 } as const;

const STATE_WORDS = { online: 'Up', degraded: 'Up', offline: 'Down', unknown: 'Not yet' } as const;
export const stateWords = ({ kind, state }: TargetRow): string => (kind === 'dropped' ? 'Dropped' : STATE_WORDS[state]);

export const TARGET_COLUMNS = helper.columns([
  helper.accessor(({ state }) => RANK[state], {
    id: 'state',
    header: 'State',
    enableGlobalFilter: false,
    meta: { width: '92px', csv: (row: TargetRow) => stateWords(row) },
    cell: ({ row: { original } }) => (
      <span className="lw-row lw-nowrap">
        <StatusMark state={original.state} silent />
        {stateWords(original)}
      </span>
    ),
  }),
  helper.accessor('job', { header: 'Job', meta: { width: 'minmax(90px, 1fr)' } }),
  helper.accessor('name', {
    header: 'Target',
    sortFn: 'alphanumeric',
    meta: { width: 'minmax(140px, 1.6fr)' },
    cell: ({ getValue }) => (
      <span className="lw-ellipsis" title={getValue()}>
        {getValue()}
      </span>
    ),
  }),
  helper.accessor('said', {
    header: 'Last error, or why not',
    meta: { width: 'minmax(120px, 2.4fr)' },
    cell: ({ getValue }) =>
      getValue() === '' ? (
        <span className="lw-dim">{NO_VALUE}</span>
      ) : (
        <span className="lw-ellipsis" title={getValue()}>
          {getValue()}
        </span>
      ),
  }),
  helper.accessor('samples', {
    header: 'Samples',
    enableGlobalFilter: false,
    meta: { width: '80px', align: 'right', yields: 3 },
    cell: ({ getValue }) => formatValue(getValue(), 'count'),
  }),
  helper.accessor('durationMs', {
    header: 'Took',
    enableGlobalFilter: false,
    meta: { width: '76px', align: 'right', yields: 2 },
    cell: ({ getValue }) => {
      const durationMs = getValue();
      return durationMs === undefined ? NO_VALUE : formatSeconds(durationMs / 1_000);
    },
  }),
  helper.accessor('intervalMs', {
    header: 'Every',
    enableGlobalFilter: false,
    meta: { width: '68px', align: 'right', yields: 1 },
    cell: ({ getValue }) => {
      const intervalMs = getValue();
      return intervalMs === undefined ? NO_VALUE : formatSpan(intervalMs);
    },
  }),
  helper.accessor((row) => row.lastScrapeMs ?? 0, {
    id: 'last',
    header: 'Last scrape',
    enableGlobalFilter: false,
    meta: {
      width: '100px',
      align: 'right',
      csv: ({ lastScrapeMs }: TargetRow) => (lastScrapeMs === null ? '' : formatExact(lastScrapeMs)),
    },
    cell: ({ row: { original } }) => (original.kind === 'dropped' ? NO_VALUE : <Ago atMs={original.lastScrapeMs} />),
  }),
]);
