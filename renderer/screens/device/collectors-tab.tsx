// What is collected from a device, at what cost, and what failed last; for a router of the window's own also what to read.
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import type { CollectorState } from '../../../shared/contract/index.ts';
import { NO_VALUE, formatExact, formatSeconds, formatSpan } from '../../../shared/units/index.ts';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { StatusMark } from '../../components/status.tsx';
import { Ago } from '../../components/times.tsx';
import { CollectorInterval, CollectorSwitch, useSetCollector } from './collector-controls.tsx';
import type { SetCollector } from './collector-controls.tsx';
import { useCollectors } from './device-part.ts';
import type { DevicePart } from './device-part.ts';

/** An error counts until the next success. */
const failing = (collector: CollectorState): boolean =>
  collector.lastError !== null && collector.lastError.atMs > (collector.lastSuccessMs ?? 0);

const markOf = (collector: CollectorState): 'unknown' | 'degraded' | 'online' => {
  if (!collector.enabled || collector.isAbsent === true) return 'unknown';
  if (failing(collector)) return 'degraded';
  return collector.lastSuccessMs === null ? 'unknown' : 'online';
};

/** What stands in the last column: a failure, a remark, or that there is nothing to read. */
const remarkOf = (collector: CollectorState): string => {
  if (collector.isAbsent === true && collector.enabled) return 'not on this router';
  const { enabled, lastError, warning, observesEveryMs, lastSuccessMs } = collector;
  if (!enabled && lastError === null && observesEveryMs !== undefined && lastSuccessMs !== null)
    return `read each ${formatSpan(observesEveryMs)} without metrics, for names, subscribers and the map`;
  return lastError?.message ?? warning ?? '';
};

const NONE: readonly CollectorState[] = [];
const helper = columnHelper<CollectorState>();

const name = helper.accessor('name', {
  header: 'Collector',
  enableHiding: false,
  meta: { width: 'minmax(140px, 1fr)' },
  cell: ({ row }) => (
    <span className="lw-row" title={row.original.reads === undefined ? undefined : `Reads ${row.original.reads}.`}>
      <StatusMark silent state={markOf(row.original)} />
      <span className={row.original.enabled ? undefined : 'lw-dim'}>{row.original.name}</span>
    </span>
  ),
});

const cost = (id: string, header: string, pick: (row: CollectorState) => number | null | undefined, yields: number) =>
  helper.accessor((row) => pick(row) ?? -1, {
    id,
    header,
    meta: { width: '76px', align: 'right', yields },
    cell: ({ row }) => {
      const durationMs = pick(row.original);
      if (durationMs === null || durationMs === undefined) return <span className="lw-dim">{NO_VALUE}</span>;
      return formatSeconds(durationMs / 1000);
    },
  });

const outcome = [
  cost('cost', 'Took', ({ lastDurationMs }) => lastDurationMs, 3),
  cost('mean', 'On average', ({ meanDurationMs }) => meanDurationMs, 1),
  helper.accessor((row) => row.samples ?? -1, {
    id: 'samples',
    header: 'Samples',
    meta: { width: '72px', align: 'right', yields: 2 },
    cell: ({ row }) => row.original.samples ?? <span className="lw-dim">{NO_VALUE}</span>,
  }),
  helper.accessor((row) => row.lastSuccessMs ?? 0, {
    id: 'success',
    header: 'Last success',
    meta: {
      width: '92px',
      csv: (row: CollectorState) => (row.lastSuccessMs === null ? '' : formatExact(row.lastSuccessMs)),
    },
    cell: ({ row: { original } }) =>
      original.enabled && original.lastSuccessMs !== null ? (
        <Ago atMs={original.lastSuccessMs} />
      ) : (
        <span className="lw-dim">{NO_VALUE}</span>
      ),
  }),
  helper.accessor(remarkOf, {
    id: 'error',
    header: 'Remark',
    meta: { width: 'minmax(160px, 2fr)' },
    cell: ({ row: { original }, getValue }) => {
      const text = getValue();
      const { lastError } = original;
      if (text === '') return null;
      if (lastError === null) {
        return (
          <span className="lw-dim lw-ellipsis" title={text}>
            {text}
          </span>
        );
      }
      return (
        <span className="lw-row">
          <span className="lw-ellipsis" title={`${text} (${lastError.code})`}>
            {text}
          </span>
          <span className="lw-dim">
            <Ago atMs={lastError.atMs} />
          </span>
        </span>
      );
    },
  }),
];

const READ_ONLY: readonly Column<CollectorState>[] = helper.columns([
  name,
  helper.accessor((row) => (row.enabled ? 'on' : 'off'), {
    id: 'enabled',
    header: 'Read',
    meta: { width: '52px', yields: 4 },
    cell: ({ getValue }) => <span className={getValue() === 'on' ? undefined : 'lw-dim'}>{getValue()}</span>,
  }),
  helper.accessor('intervalMs', {
    header: 'Every',
    meta: { width: '60px', align: 'right' },
    cell: ({ getValue, row }) =>
      row.original.enabled ? formatSpan(getValue()) : <span className="lw-dim">{NO_VALUE}</span>,
  }),
  ...outcome,
]);

const changeable = (set: SetCollector): readonly Column<CollectorState>[] =>
  helper.columns([
    name,
    helper.accessor((row) => (row.enabled ? 'on' : 'off'), {
      id: 'enabled',
      header: 'Read',
      enableHiding: false,
      meta: { width: '52px' },
      cell: ({ row }) => <CollectorSwitch collector={row.original} set={set} />,
    }),
    helper.accessor('intervalMs', {
      header: 'Every',
      enableHiding: false,
      meta: { width: '84px' },
      cell: ({ row }) => <CollectorInterval collector={row.original} set={set} />,
    }),
    ...outcome,
  ]);

export function CollectorsTab({ device }: { readonly device: DevicePart }): ReactNode {
  const collectors = useCollectors(device.id) ?? NONE;
  const setCollector = useSetCollector(device.id);
  const isOwn = device.kind === 'router' && !device.provisioned && !device.sample;
  const columns = useMemo(() => (isOwn ? changeable(setCollector) : READ_ONLY), [isOwn, setCollector]);
  return (
    <>
      {device.kind === 'router' && device.provisioned && (
        <p className="lw-dim">This router is set up in the config file: what is read of it is set there.</p>
      )}
      <DataTable
        inline
        label="Collectors"
        testId="collectors-table"
        rows={collectors}
        columns={columns}
        idOf={(collector) => collector.name}
        initialSort={{ id: 'name', desc: false }}
        nothing="Nothing is collected from this device."
      />
    </>
  );
}
