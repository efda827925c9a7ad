// Several queries of now as one table: a row for what agrees in the labels that tell rows apart.
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary } from '../../shared/contract/index.ts';
import type { TablePanel } from '../../shared/model/dashboard.ts';
import { NO_VALUE, formatValue } from '../../shared/units/index.ts';
import { useRange } from '../app/time-range/use-range.ts';
import { toCsv } from '../components/csv.ts';
import { DataTable, columnHelper } from '../components/data-table.tsx';
import type { Column } from '../components/data-table.tsx';
import { download } from '../components/download.ts';
import { Loading } from '../components/states.tsx';
import { StatusMark } from '../components/status.tsx';
import { deviceOf } from '../panels/selector.ts';
import { useDashboard } from './context.ts';
import { PanelFrame } from './panel-frame.tsx';
import { NOW_STEP_MS, exprsNow, ms, stepTexts } from './panel-of.ts';
import { NotRefreshed, PanelEmpty, PanelFailed } from './panel-states.tsx';
import { labelOf, tableRows } from './table-rows.ts';
import type { TableRow } from './table-rows.ts';
import { thresholdOf } from './thresholds.ts';
import { useNowValues } from './use-now-values.ts';
import { useSight } from './use-size.ts';
import { filledQuery } from '../../shared/model/dashboard-text.ts';
import { durationOf } from '../app/time-range/range.ts';

type TableColumn = TablePanel['columns'][number];

/** The first columns stay however narrow it is. */
const STAYING = 2;
const helper = columnHelper<TableRow>();

export function Table({ panel }: { readonly panel: TablePanel }): ReactNode {
  const { choices, devices, intervalMs: usualMs } = useDashboard();
  const { range } = useRange();
  const intervalMs = Math.max(usualMs, ms(panel.interval) ?? 0);
  const [watch, inSight] = useSight();
  const rate = { stepMs: NOW_STEP_MS, intervalMs };
  const steps = stepTexts(rate, durationOf(range));
  const exprs = panel.queries.map(({ expr }) => filledQuery(expr, choices, steps));
  const { answers, failed, error, isFormer, retry } = useNowValues(exprs, range, inSight);
  const { rows, total } = useMemo(() => tableRows(panel, answers), [panel, answers]);
  const columns = useMemo(() => columnsOf(panel, devices), [panel, devices]);
  const isLoaded = answers.every((answer) => answer !== undefined);
  const sort = panel.columns.findIndex(({ title }) => title === panel.sort?.column);
  return (
    <PanelFrame
      ref={watch}
      panel={panel}
      exprs={exprsNow(panel, choices, rate, range)}
      onCsv={isLoaded ? () => download(`${panel.id}.csv`, toCsv(csvRows(panel, rows))) : undefined}
      notes={
        <>
          {total > rows.length && <span className="lw-label">{`the first ${rows.length} of ${total}`}</span>}
          {failed && isLoaded && <NotRefreshed error={error} onRetry={retry} />}
        </>
      }
    >
      <div className="lw-dash-body" data-dimmed={(failed && isLoaded) || isFormer || undefined}>
        {!isLoaded && failed && <PanelFailed error={error} onRetry={retry} />}
        {!isLoaded && !failed && <Loading height="100%" />}
        {isLoaded && rows.length === 0 && <PanelEmpty text="Nothing at this time" />}
        {isLoaded && rows.length > 0 && (
          <DataTable
            label={panel.title}
            testId={`table-${panel.id}`}
            rows={rows}
            columns={columns}
            idOf={(row) => row.key}
            nothing="Nothing at this time."
            {...(panel.sort === undefined || sort < 0
              ? {}
              : { initialSort: { id: String(sort), desc: panel.sort.descending } })}
          />
        )}
      </div>
    </PanelFrame>
  );
}

/** The device that a row is of: by what selects its series, or by the id that the series name. */
const deviceOfRow = (devices: readonly DeviceSummary[], { labels }: TableRow): DeviceSummary | undefined =>
  deviceOf(devices, labels) ?? devices.find(({ id }) => id === labels['device']);

function columnsOf({ columns }: TablePanel, devices: readonly DeviceSummary[]): readonly Column<TableRow>[] {
  return helper.columns(
    columns.map((column, index) => {
      const yields = index < STAYING ? {} : { yields: columns.length - index };
      if ('label' in column) {
        return helper.accessor((row) => labelOf(row.labels, column.label), {
          id: String(index),
          header: column.title,
          meta: { width: column.width ?? 'minmax(120px, 2fr)', ...yields },
          cell: ({ row, getValue }) => {
            const text = getValue();
            const device = column.link === 'device' ? deviceOfRow(devices, row.original) : undefined;
            if (text === '') return <span className="lw-dim">{NO_VALUE}</span>;
            if (device === undefined) return <span title={text}>{text}</span>;
            return (
              <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className="lw-link" title={text}>
                {text}
              </Link>
            );
          },
        });
      }
      return helper.accessor((row) => row.values.get(column.query) ?? Number.NEGATIVE_INFINITY, {
        id: String(index),
        header: column.title,
        enableGlobalFilter: false,
        meta: {
          width: column.width ?? 'minmax(92px, 1fr)',
          ...(saysStates(column) ? {} : { align: 'right' as const }),
          csv: (row: TableRow) => String(row.values.get(column.query) ?? ''),
          ...yields,
        },
        cell: ({ row }) => <Value value={row.original.values.get(column.query) ?? null} column={column} />,
      });
    }),
  );
}

/** Words are read from the left as names are. */
const saysStates = ({ thresholds }: ValueColumn): boolean =>
  thresholds?.some(({ words }) => words !== undefined) === true;

type ValueColumn = Extract<TableColumn, { query: string }>;

function Value({ value, column }: { readonly value: number | null; readonly column: ValueColumn }): ReactNode {
  const step = thresholdOf(column.thresholds, value);
  const text = step?.words ?? formatValue(value, column.unit);
  // In a column of figures a mark stands only where something is to be seen to.
  if (step === undefined || (step.state === 'online' && step.words === undefined)) {
    return <span className={value === null ? 'lw-dim' : ''}>{text}</span>;
  }
  return (
    <span className="lw-dash-judged">
      <StatusMark state={step.state} size={10} silent={step.words !== undefined} />
      {text}
    </span>
  );
}

const csvRows = ({ columns }: TablePanel, rows: readonly TableRow[]): string[][] => [
  columns.map(({ title }) => title),
  ...rows.map(({ labels, values }) =>
    columns.map((column) =>
      'label' in column ? labelOf(labels, column.label) : String(values.get(column.query) ?? ''),
    ),
  ),
];
