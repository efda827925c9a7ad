// The customers that are connected to a router, or were last; a row opens one beside the table.
import type { ReactNode } from 'react';
import { useCallback, useMemo } from 'react';
import type { Subscriber, SubscriberList } from '../../../shared/contract/index.ts';
import { DataTable } from '../../components/data-table.tsx';
import { subscriberColumns } from '../subscribers/columns.tsx';
import { SubscriberDrawer } from '../subscribers/subscriber-drawer.tsx';
import { useSubscribers } from '../subscribers/use-subscribers.ts';
import { useOpened } from './opened.ts';

const NONE: readonly Subscriber[] = [];
/** It is this device's page. */
const COLUMNS = subscriberColumns.filter(({ id }) => id !== 'device');

const isSession = ({ service }: Subscriber): boolean => service !== '';

/** How many of its customers are connected by a session; undefined where it has none. */
export function useSessionCount(deviceId: string): number | undefined {
  const count = useCallback(
    ({ rows }: SubscriberList): number => {
      const own = rows.filter((row) => row.deviceId === deviceId && isSession(row));
      return own.length === 0 ? -1 : own.filter(({ state }) => state === 'up').length;
    },
    [deviceId],
  );
  const { data = -1 } = useSubscribers(count);
  return data === -1 ? undefined : data;
}

export function SessionsTab({
  deviceId,
  open,
}: {
  readonly deviceId: string;
  readonly open: string | undefined;
}): ReactNode {
  const show = useOpened();
  const { data } = useSubscribers();
  const rows = useMemo(
    () => data?.rows.filter((row) => row.deviceId === deviceId && isSession(row)) ?? NONE,
    [data, deviceId],
  );
  return (
    <>
      <DataTable
        inline
        label="Sessions"
        testId="sessions-table"
        rows={rows}
        columns={COLUMNS}
        idOf={({ key }) => key}
        selectedId={open}
        initialSort={{ id: 'name', desc: false }}
        filterHint="Name, comment, address"
        nothing="Nobody is connected to this router."
        onOpen={({ key }) => show(key)}
      />
      <SubscriberDrawer open={open} onClose={() => show(undefined)} />
    </>
  );
}
