// Whoever sends and is no device: why, how much, and the button that makes a device of it.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { SenderKind, SenderName, UnknownSender } from '../../../../shared/contract/index.ts';
import { formatExact, formatValue } from '../../../../shared/units/index.ts';
import { failureOf } from '../../../app/data/failure.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { DataTable, columnHelper } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { Ago } from '../../../components/times.tsx';

const KEY = 'unknown-senders';
const EVERY_MS = 5_000;

const WAYS: Readonly<Record<SenderKind, string>> = {
  edge: 'MQTT',
  client: 'Push, client',
  headend: 'Push, headend',
  sender: 'Remote write',
};

/** For the tab's own count. */
export function useUnknownCount(): number {
  const engine = useEngine();
  const list = useQuery({
    queryKey: [KEY],
    queryFn: ({ signal }) => engine.senders.unknown(undefined, { signal }),
    refetchInterval: 30_000,
  });
  return list.data?.senders.length ?? 0;
}

const helper = columnHelper<UnknownSender>();

const columnsFor = (act: {
  readonly accept: (sender: SenderName) => void;
  readonly dismiss: (sender: SenderName) => void;
}): readonly Column<UnknownSender>[] =>
  helper.columns([
    helper.accessor('key', {
      header: 'Calls itself',
      enableHiding: false,
      sortFn: 'alphanumeric',
      meta: { width: 'minmax(130px, 1.2fr)' },
      cell: ({ getValue }) => (
        <span className="lw-ellipsis" title={getValue()}>
          {getValue()}
        </span>
      ),
    }),
    helper.accessor(({ kind }) => WAYS[kind], { id: 'way', header: 'By', meta: { width: '104px' } }),
    helper.accessor('address', { header: 'From', meta: { width: 'minmax(110px, 0.8fr)', yields: 2 } }),
    helper.accessor('reason', {
      header: 'Why it is no device',
      meta: { width: 'minmax(200px, 2.4fr)', yields: 1 },
      cell: ({ getValue }) => (
        <span className="lw-ellipsis lw-dim" title={getValue()}>
          {getValue()}
        </span>
      ),
    }),
    helper.accessor('messages', {
      header: 'Messages',
      enableGlobalFilter: false,
      meta: { width: '84px', align: 'right' },
      cell: ({ getValue }) => formatValue(getValue(), 'count'),
    }),
    helper.accessor('lastMs', {
      id: 'last',
      header: 'Last',
      enableGlobalFilter: false,
      meta: { width: '84px', csv: ({ lastMs }: UnknownSender) => formatExact(lastMs) },
      cell: ({ getValue }) => <Ago atMs={getValue()} />,
    }),
    helper.display({
      id: 'actions',
      header: '',
      enableHiding: false,
      meta: { width: '190px', csv: () => '' },
      cell: ({ row: { original } }) => (
        <span className="lw-row">
          <Button size="compact-sm" variant="filled" onClick={() => act.accept(original)}>
            Make a device
          </Button>
          <Button size="compact-sm" onClick={() => act.dismiss(original)}>
            Dismiss
          </Button>
        </span>
      ),
    }),
  ]);

export function SendersTab(): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: [KEY],
    queryFn: ({ signal }) => engine.senders.unknown(undefined, { signal }),
    refetchInterval: EVERY_MS,
  });
  const changed = (): void => {
    void queries.invalidateQueries({ queryKey: [KEY] });
    void queries.invalidateQueries({ queryKey: ['devices'] });
  };
  const accept = useMutation({
    mutationFn: ({ kind, key }: SenderName) => engine.senders.accept({ kind, key }),
    onSettled: changed,
  });
  const dismiss = useMutation({
    mutationFn: ({ kind, key }: SenderName) => engine.senders.dismiss({ kind, key }),
    onSettled: changed,
  });
  if (list.data === undefined) {
    return list.isError ? (
      <Failed what="The senders could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <Loading height={400} />
    );
  }
  const { senders, dropped } = list.data;
  if (senders.length === 0) {
    return (
      <Empty text="Nobody sends who is no device. Senders are listed here where new ones do not become devices by themselves." />
    );
  }
  const failure = accept.error === null ? null : failureOf(accept.error);
  return (
    <DataTable
      label="Unknown senders"
      testId="senders-table"
      rows={senders}
      columns={columnsFor({ accept: accept.mutate, dismiss: dismiss.mutate })}
      idOf={({ kind, key }) => `${kind}/${key}`}
      filterHint="Name, address"
      initialSort={{ id: 'last', desc: true }}
      nothing="No sender matches."
      tools={
        <span className="lw-dim" role="status">
          {failure === null
            ? dropped > 0
              ? `${formatValue(dropped, 'count')} others were left out`
              : ''
            : `${failure.message} ${failure.hint}`}
        </span>
      }
    />
  );
}
