// What is collected from a device, at what cost, and what failed last.
import type { ReactNode } from 'react';
import type { CollectorState } from '../../../shared/contract/index.ts';
import { NO_VALUE, formatExact, formatSeconds, formatSpan } from '../../../shared/units/index.ts';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import { StatusMark } from '../../components/status.tsx';
import { Ago } from '../../components/times.tsx';
import { useCollectors } from './device-part.ts';

/** An error counts until the next success. */
const failing = (collector: CollectorState): boolean =>
  collector.lastError !== null && collector.lastError.atMs > (collector.lastSuccessMs ?? 0);

const NONE: readonly CollectorState[] = [];
const helper = columnHelper<CollectorState>();
const COLUMNS = helper.columns([
  helper.accessor('name', {
    header: 'Collector',
    enableHiding: false,
    meta: { width: 'minmax(120px, 1fr)' },
    cell: ({ row }) => (
      <span className="lw-row">
        <StatusMark
          silent
          state={
            !row.original.enabled || row.original.lastSuccessMs === null
              ? 'unknown'
              : failing(row.original)
                ? 'degraded'
                : 'online'
          }
        />
        {row.original.name}
        {!row.original.enabled && <span className="lw-dim">off</span>}
      </span>
    ),
  }),
  helper.accessor('intervalMs', {
    header: 'Every',
    meta: { width: '72px', align: 'right' },
    cell: ({ getValue }) => formatSpan(getValue()),
  }),
  helper.accessor((row) => row.lastDurationMs ?? -1, {
    id: 'cost',
    header: 'Took',
    meta: { width: '80px', align: 'right', yields: 1 },
    cell: ({ row }) =>
      row.original.lastDurationMs === null ? NO_VALUE : formatSeconds(row.original.lastDurationMs / 1000),
  }),
  helper.accessor((row) => row.lastSuccessMs ?? 0, {
    id: 'success',
    header: 'Last success',
    meta: {
      width: '104px',
      csv: (row: CollectorState) => (row.lastSuccessMs === null ? '' : formatExact(row.lastSuccessMs)),
    },
    cell: ({ row }) => (row.original.enabled ? <Ago atMs={row.original.lastSuccessMs} /> : NO_VALUE),
  }),
  helper.accessor((row) => row.lastError?.message ?? '', {
    id: 'error',
    header: 'Last error',
    meta: { width: 'minmax(160px, 2fr)' },
    cell: ({ row }) => {
      const error = row.original.lastError;
      if (error === null) return <span className="lw-dim">{NO_VALUE}</span>;
      return (
        <span className="lw-row">
          <span className="lw-ellipsis" title={`${error.message} (${error.code})`}>
            {error.message}
          </span>
          <span className="lw-dim">
            <Ago atMs={error.atMs} />
          </span>
        </span>
      );
    },
  }),
]);

export function CollectorsTab({ deviceId }: { readonly deviceId: string }): ReactNode {
  const collectors = useCollectors(deviceId) ?? NONE;
  return (
    <DataTable
      inline
      label="Collectors"
      testId="collectors-table"
      rows={collectors}
      columns={COLUMNS}
      idOf={(collector) => collector.name}
      initialSort={{ id: 'name', desc: false }}
      nothing="Nothing is collected from this device."
    />
  );
}
