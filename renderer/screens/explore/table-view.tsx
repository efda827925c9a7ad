// The answers as tables: one row a series at one moment, or a row for each sample of a range.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { ExploredTable, ExploredValue } from '../../../shared/contract/index.ts';
import { formatExact, formatValue } from '../../../shared/units/index.ts';
import type { Unit } from '../../../shared/units/index.ts';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import { labelColumns } from './csv-rows.ts';
import { labelsText } from './names.ts';

type Row = ExploredTable['rows'][number];

/** More columns than these are no table any more: then the labels stand in one. */
const MOST_COLUMNS = 24;

type Props = {
  readonly letter: string;
  readonly expr: string;
  readonly answer: ExploredTable;
  readonly unit: Unit;
  readonly oneColumn: boolean;
  readonly dimmed: boolean;
  /** The only one: takes the height that there is. */
  readonly alone: boolean;
};

export function TableView({ letter, expr, answer, unit, oneColumn, dimmed, alone }: Props): ReactNode {
  const { rows, type, total, text } = answer;
  const columns = useMemo(() => columnsOf(rows, type === 'matrix', oneColumn, unit), [rows, type, oneColumn, unit]);
  if (type === 'string') {
    return (
      <p className="lw-panel" data-testid={`table-${letter}`}>
        <span className="lw-dim">The string </span>
        <code className="lw-mono">{JSON.stringify(text)}</code>
      </p>
    );
  }
  if (rows.length === 0) return null;
  return (
    <div className="lw-explore-table" data-dimmed={dimmed || undefined} data-alone={alone || undefined}>
      {!alone && (
        <h2 className="lw-row">
          {letter} <code className="lw-mono lw-dim lw-ellipsis">{expr}</code>
        </h2>
      )}
      {total > rows.length && (
        <p className="lw-label" role="status">
          Showing the first {rows.length.toLocaleString('en')} of {total.toLocaleString('en')} rows. Select fewer series
          to see all.
        </p>
      )}
      <DataTable
        label={`Query ${letter}`}
        testId={`table-${letter}`}
        rows={rows}
        columns={columns}
        idOf={idOf}
        filterHint="Filter by labels"
        nothing="The query answers with nothing at this time."
        inline={!alone}
      />
    </div>
  );
}

/** A set of labels has one value at a time. */
const idOf = ({ labels, timeMs }: Row): string => `${timeMs} ${JSON.stringify(labels)}`;

const numberOf = (value: ExploredValue): number =>
  typeof value === 'number' ? value : value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number.NaN;

const helper = columnHelper<Row>();

function columnsOf(rows: readonly Row[], withTime: boolean, oneColumn: boolean, unit: Unit) {
  const names = labelColumns([...rows]);
  const inOne = oneColumn || names.length > MOST_COLUMNS;
  const labels = inOne
    ? [
        helper.accessor((row) => labelsText(row.labels), {
          id: 'series',
          header: 'Series',
          enableHiding: false,
          meta: { width: 'minmax(240px, 1fr)' },
          cell: ({ getValue }) => (
            <code className="lw-mono" title={getValue()}>
              {getValue()}
            </code>
          ),
        }),
      ]
    : names.map((name) =>
        helper.accessor((row) => row.labels[name] ?? '', {
          id: `label ${name}`,
          header: name === '__name__' ? 'metric' : name,
          meta: { width: `minmax(${widthOf(rows, name)}px, ${name === '__name__' ? 2 : 1}fr)` },
          cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
        }),
      );
  const time = helper.accessor('timeMs', {
    header: 'Time',
    meta: { width: '160px', csv: ({ timeMs }: Row) => new Date(timeMs).toISOString() },
    cell: ({ getValue }) => formatExact(getValue()),
  });
  const value = helper.accessor((row) => numberOf(row.value), {
    id: 'value',
    header: 'Value',
    enableHiding: false,
    meta: { width: '180px', align: 'right', csv: ({ value: exact }: Row) => String(exact) },
    cell: ({ row }) => <span className="lw-num">{String(row.original.value)}</span>,
  });
  // As a person reads it, where that is something else anywhere.
  const readable = rows.some((row) => readAs(row.value, unit) !== String(row.value));
  const read = helper.accessor((row) => numberOf(row.value), {
    id: 'read',
    // No text: what is copied as CSV has the exact value alone.
    header: () => 'About',
    enableHiding: false,
    meta: { width: '96px', align: 'right' },
    cell: ({ row }) => <span className="lw-num lw-dim">{readAs(row.original.value, unit)}</span>,
  });
  return helper.columns([...labels, ...(withTime ? [time] : []), ...(readable ? [read] : []), value]);
}

const readAs = (value: ExploredValue, unit: Unit): string =>
  typeof value === 'number' ? formatValue(value, unit) : value;

const CHAR_PX = 7;
const LEAST_PX = 72;
const MOST_PX = 240;
const LOOKED_AT = 200;

/** Wide enough for most of a label's values, within reason. */
function widthOf(rows: readonly Row[], name: string): number {
  let most = name.length;
  for (const { labels } of rows.slice(0, LOOKED_AT)) most = Math.max(most, labels[name]?.length ?? 0);
  return Math.min(MOST_PX, Math.max(LEAST_PX, most * CHAR_PX));
}
