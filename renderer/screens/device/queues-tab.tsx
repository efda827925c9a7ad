// The simple queues of a router by what goes through them now; a row opens its graph beside the table.
import { Drawer } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { NO_VALUE, formatValue } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { queueCountQuery, queueMatcherLabel, queueQueries, queueRows } from '../../panels/queues.ts';
import type { QueueField, QueueRow } from '../../panels/queues.ts';
import { quoted } from '../../panels/selector.ts';
import { queuePanels } from '../../panels/subscriber.ts';
import type { DevicePart } from './device-part.ts';
import { useOpened } from './opened.ts';

const EVERY_MS = 15_000;

const helper = columnHelper<QueueRow>();
const COLUMNS = helper.columns([
  helper.accessor('name', {
    header: 'Queue',
    enableHiding: false,
    meta: { width: 'minmax(160px, 3fr)' },
    cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
  }),
  helper.accessor(({ downBps }) => downBps ?? -1, {
    id: 'down',
    header: 'Down',
    meta: { width: '96px', align: 'right' },
    cell: ({ row: { original } }) => formatValue(original.downBps, 'bps'),
  }),
  helper.accessor(({ upBps }) => upBps ?? -1, {
    id: 'up',
    header: 'Up',
    meta: { width: '96px', align: 'right' },
    cell: ({ row: { original } }) => formatValue(original.upBps, 'bps'),
  }),
  helper.accessor(({ queuedBytes }) => queuedBytes ?? -1, {
    id: 'queued',
    header: 'Waiting',
    meta: { width: '88px', align: 'right' },
    cell: ({ row: { original } }) => formatValue(original.queuedBytes, 'bytes'),
  }),
  helper.accessor(({ dropped }) => dropped ?? -1, {
    id: 'dropped',
    header: 'Dropped, 1 h',
    meta: { width: '96px', align: 'right' },
    cell: ({ row: { original } }) => (original.dropped === null ? NO_VALUE : formatValue(original.dropped, 'count')),
  }),
]);

/** Whether its queues are read, and there are any. */
export function useHasQueues({ kind, selector }: Pick<DevicePart, 'kind' | 'selector'>): boolean {
  const engine = useEngine();
  const query = queueCountQuery(selector);
  const answer = useQuery({
    queryKey: ['instant', query],
    enabled: kind === 'router' && selector !== '',
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => engine.metrics.instant({ query }, { signal }),
  });
  return (answer.data?.samples[0]?.value ?? 0) > 0;
}

type Props = { readonly device: DevicePart; readonly open: string | undefined };

export function QueuesTab({ device, open }: Props): ReactNode {
  const engine = useEngine();
  const show = useOpened();
  const { selector, intervalMs } = device;
  const loaded = useQuery({
    queryKey: ['instant', 'queues', selector],
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<QueueRow[]> => {
      const queries = Object.entries(queueQueries(selector, { stepMs: EVERY_MS, intervalMs })) as [
        QueueField,
        string,
      ][];
      const answers = await Promise.all(queries.map(([, query]) => engine.metrics.instant({ query }, { signal })));
      return queueRows(Object.fromEntries(queries.map(([field], index) => [field, answers[index]])));
    },
  });
  if (loaded.data === undefined) {
    return loaded.isError ? (
      <Failed what="The queues could not be loaded" error={loaded.error} onRetry={() => void loaded.refetch()} />
    ) : (
      <Loading height={300} />
    );
  }
  return (
    <>
      <DataTable
        inline
        label="Queues"
        testId="queues-table"
        rows={loaded.data}
        columns={COLUMNS}
        idOf={({ name }) => name}
        selectedId={open}
        initialSort={{ id: 'down', desc: true }}
        filterHint="Name"
        nothing="This router has no simple queues."
        onOpen={({ name }) => show(name)}
      />
      <Drawer
        opened={open !== undefined}
        onClose={() => show(undefined)}
        position="right"
        size={560}
        title={open}
        withOverlay={false}
        lockScroll={false}
        trapFocus={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open !== undefined && <QueuePanel key={open} device={device} name={open} />}
      </Drawer>
    </>
  );
}

function QueuePanel({ device, name }: { readonly device: DevicePart; readonly name: string }): ReactNode {
  const panels = useMemo(
    () => queuePanels(device.selector, `${queueMatcherLabel}=${quoted(name)}`),
    [device.selector, name],
  );
  return (
    <div className="lw-stack" data-testid="queue-panel">
      {panels.map((panel) => (
        <GraphPanel key={panel.id} panel={panel} intervalMs={device.intervalMs} bare syncKey="queue" />
      ))}
    </div>
  );
}
