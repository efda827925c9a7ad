// What takes the room, by metric and by device; each row leads to its deletion.
import { Button, SegmentedControl } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { DeletionTarget, StorageReport } from '../../../../shared/contract/index.ts';
import { formatValue } from '../../../../shared/units/index.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { Ago } from '../../../components/times.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { useStorageReport } from './use-storage.ts';

type By = 'metric' | 'device';
type Row = StorageReport['metrics'][number] & { readonly id: string };

const helper = columnHelper<Row>();

export type Chosen = { readonly target: DeletionTarget; readonly name: string };

const columnsFor = (by: By, totalBytes: number, onDelete: (row: Row) => void): readonly Column<Row>[] =>
  helper.columns([
    helper.accessor('name', {
      header: by === 'metric' ? 'Metric' : 'Device',
      sortFn: 'alphanumeric',
      enableHiding: false,
      meta: { width: 'minmax(220px, 2fr)' },
      cell: ({ getValue }) => (
        <span className={by === 'metric' ? 'lw-mono' : ''} title={getValue()} data-testid={`report-${getValue()}`}>
          {getValue()}
        </span>
      ),
    }),
    helper.accessor('series', {
      header: 'Series',
      meta: { width: '88px', align: 'right' },
      cell: ({ getValue }) => formatValue(getValue(), 'count'),
    }),
    helper.accessor('samples', {
      header: 'Samples',
      meta: { width: '96px', align: 'right' },
      cell: ({ getValue }) => formatValue(getValue(), 'count'),
    }),
    helper.accessor('bytes', {
      header: 'Size',
      meta: { width: '96px', align: 'right' },
      cell: ({ getValue }) => formatValue(getValue(), 'bytes'),
    }),
    helper.accessor(({ bytes }) => Number(((bytes / Math.max(1, totalBytes)) * 100).toFixed(2)), {
      id: 'share',
      header: 'Share, %',
      meta: { width: 'minmax(140px, 1fr)', yields: 1 },
      cell: ({ getValue }) => (
        <span className="lw-storage-share" role="img" aria-label={`${getValue()} %`} title={`${getValue()} %`}>
          <span style={{ width: `${Math.min(100, getValue())}%` }} />
        </span>
      ),
    }),
    helper.display({
      id: 'delete',
      header: '',
      enableHiding: false,
      meta: { width: '32px' },
      cell: ({ row: { original } }) => (
        <button
          type="button"
          className="lw-icon-button"
          aria-label={`Delete ${original.name}`}
          title="Delete"
          onClick={() => onDelete(original)}
        >
          <IconTrash size={16} stroke={1.5} aria-hidden />
        </button>
      ),
    }),
  ]);

export function ReportPanel({ totalBytes }: { readonly totalBytes: number }): ReactNode {
  const { report, renewing } = useStorageReport();
  const [by, setBy] = useState<By>('metric');
  const [leaving, setLeaving] = useState<Chosen | null>(null);
  const sum = report.data?.total.bytes ?? totalBytes;
  const columns = useMemo(
    () =>
      columnsFor(by, sum, ({ id, name }) =>
        setLeaving({ name, target: by === 'metric' ? { kind: 'metric', name } : { kind: 'device', id } }),
      ),
    [by, sum],
  );
  const rows = useMemo((): readonly Row[] => {
    if (report.data === undefined) return [];
    return by === 'metric' ? report.data.metrics.map((entry) => ({ ...entry, id: entry.name })) : report.data.devices;
  }, [by, report.data]);
  return (
    <section aria-label="What takes the room" data-testid="storage-report">
      <div className="lw-panel-head lw-storage-report-head">
        <h2>What takes the room</h2>
        <span className="lw-row">
          {report.data !== undefined && (
            <span className="lw-label">
              counted <Ago atMs={report.data.atMs} />,{' '}
              <button
                type="button"
                className="lw-text-button"
                disabled={renewing.isPending}
                onClick={() => renewing.mutate()}
                data-testid="report-renew"
              >
                {renewing.isPending ? 'counting' : 'count again'}
              </button>
            </span>
          )}
          <Button
            onClick={() => setLeaving({ name: '', target: { kind: 'selector', selector: '' } })}
            data-testid="delete-by-selector"
          >
            Delete by selector
          </Button>
        </span>
      </div>
      {report.data === undefined &&
        (report.isError ? (
          <Failed
            what="What takes the room could not be counted"
            error={report.error}
            onRetry={() => void report.refetch()}
          />
        ) : (
          <Loading height={200} />
        ))}
      {report.data !== undefined && report.data.metrics.length === 0 && (
        <Empty text="Nothing is in files yet: what was just collected is written after two hours at the latest. Count again then." />
      )}
      {report.data !== undefined && report.data.metrics.length > 0 && (
        <>
          <p className="lw-label lw-storage-report-hint">
            The files are counted: what was collected in the last two hours at most is not in them yet.
          </p>
          <DataTable
            inline
            // Another table, with a filter and an order of its own.
            key={by}
            label={by === 'metric' ? 'Storage by metric' : 'Storage by device'}
            testId="storage-report-table"
            rows={rows}
            columns={columns}
            idOf={({ id }) => id}
            filterHint={by === 'metric' ? 'Filter by metric' : 'Filter by device'}
            initialSort={{ id: 'bytes', desc: true }}
            nothing={by === 'metric' ? 'No metric is stored.' : 'No device is watched.'}
            tools={
              <SegmentedControl
                aria-label="By"
                size="xs"
                transitionDuration={0}
                data={[
                  { value: 'metric', label: 'By metric' },
                  { value: 'device', label: 'By device' },
                ]}
                value={by}
                onChange={(value) => setBy(value === 'device' ? 'device' : 'metric')}
              />
            }
          />
        </>
      )}
      <DeleteDialog chosen={leaving} onClose={() => setLeaving(null)} />
    </section>
  );
}
