// The columns of the subscribers' table.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeviceState, Subscriber, SubscriberState } from '../../../shared/contract/index.ts';
import { NO_VALUE, formatExact, formatValue } from '../../../shared/units/index.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { columnHelper } from '../../components/data-table.tsx';
import { StatusMark } from '../../components/status.tsx';
import { Since } from '../../components/times.tsx';
import { useHour } from './use-subscribers.ts';

export const MARKS: Readonly<Record<SubscriberState, DeviceState>> = {
  up: 'online',
  down: 'offline',
  unknown: 'unknown',
};
export const WORDS: Readonly<Record<SubscriberState, string>> = { up: 'Up', down: 'Down', unknown: 'Unknown' };
const ORDER: Readonly<Record<SubscriberState, number>> = { down: 0, unknown: 1, up: 2 };

const helper = columnHelper<Subscriber>();

/** A queue is there or not: nobody knows for how long its customer is connected. */
const isTimed = ({ state, service }: Subscriber): boolean => state === 'up' && service !== '';

const text = (value: string): ReactNode =>
  value === '' ? <span className="lw-dim">{NO_VALUE}</span> : <span title={value}>{value}</span>;

const volume = (bytes: { rx: number; tx: number }): ReactNode => (
  <span
    className="lw-num"
    title={`${formatValue(bytes.rx, 'bytes')} downloaded, ${formatValue(bytes.tx, 'bytes')} uploaded`}
  >
    {formatValue(bytes.rx + bytes.tx, 'bytes')}
  </span>
);

function Hour({ of }: { readonly of: Subscriber }): ReactNode {
  return <Sparkline values={useHour(of)} label={`Download of ${of.name} in the last hour`} width={80} />;
}

export const subscriberColumns = helper.columns([
  helper.accessor(({ state }) => ORDER[state], {
    id: 'state',
    header: 'State',
    enableGlobalFilter: false,
    enableHiding: false,
    meta: { width: '84px', csv: ({ state }: Subscriber) => WORDS[state] },
    cell: ({ row: { original } }) => (
      <span className="lw-row" title={`since ${formatExact(original.sinceMs)}`}>
        <StatusMark state={MARKS[original.state]} silent />
        {WORDS[original.state]}
      </span>
    ),
  }),
  // The comment is found by the filter too.
  helper.accessor(({ name, comment }) => `${name} ${comment}`, {
    id: 'name',
    header: 'Name',
    enableHiding: false,
    meta: { width: 'minmax(140px, 2.4fr)', csv: ({ name }: Subscriber) => name },
    cell: ({ row: { original } }) => (
      <span className="lw-row">
        <span className="lw-ellipsis" style={{ flexShrink: 0, maxWidth: '100%' }} title={original.name}>
          {original.name}
        </span>
        {original.comment !== original.name && (
          <span className="lw-dim lw-ellipsis" title={original.comment}>
            {original.comment}
          </span>
        )}
      </span>
    ),
  }),
  helper.accessor('tier', {
    header: 'Tier',
    meta: { width: 'minmax(64px, 0.8fr)' },
    cell: ({ getValue }) => text(getValue()),
  }),
  helper.accessor('deviceId', {
    id: 'device',
    header: 'Device',
    meta: { width: 'minmax(88px, 1fr)' },
    cell: ({ getValue }) => (
      <Link
        to="/devices/$deviceId"
        params={{ deviceId: getValue() }}
        title={getValue()}
        tabIndex={-1}
        onClick={(event) => event.stopPropagation()}
      >
        {getValue()}
      </Link>
    ),
  }),
  helper.accessor('address', {
    header: 'Address',
    meta: { width: '104px', yields: 5 },
    cell: ({ getValue }) => text(getValue()),
  }),
  helper.accessor('service', {
    header: 'Service',
    meta: { width: '64px', yields: 1 },
    cell: ({ getValue }) => text(getValue()),
  }),
  helper.accessor((row) => (isTimed(row) ? row.sinceMs : Number.MAX_SAFE_INTEGER), {
    id: 'uptime',
    header: 'Uptime',
    enableGlobalFilter: false,
    meta: {
      width: '88px',
      align: 'right',
      yields: 4,
      csv: (row: Subscriber) => (isTimed(row) ? `since ${formatExact(row.sinceMs)}` : ''),
    },
    cell: ({ row: { original } }) =>
      isTimed(original) ? <Since atMs={original.sinceMs} /> : <span className="lw-dim">{NO_VALUE}</span>,
  }),
  helper.accessor(({ rxBps }) => rxBps ?? -1, {
    id: 'down',
    header: 'Down',
    enableGlobalFilter: false,
    meta: { width: '80px', align: 'right', csv: ({ rxBps }: Subscriber) => String(rxBps ?? '') },
    cell: ({ row: { original } }) => <span className="lw-num">{formatValue(original.rxBps, 'bps')}</span>,
  }),
  helper.accessor(({ txBps }) => txBps ?? -1, {
    id: 'up',
    header: 'Up',
    enableGlobalFilter: false,
    meta: { width: '80px', align: 'right', csv: ({ txBps }: Subscriber) => String(txBps ?? '') },
    cell: ({ row: { original } }) => <span className="lw-num">{formatValue(original.txBps, 'bps')}</span>,
  }),
  helper.display({
    id: 'hour',
    header: 'Down, last hour',
    meta: { width: '88px', csv: () => '', yields: 3 },
    cell: ({ row: { original } }) => <Hour of={original} />,
  }),
  helper.accessor(({ today }) => today.rx + today.tx, {
    id: 'today',
    header: 'Today',
    enableGlobalFilter: false,
    meta: { width: '80px', align: 'right' },
    cell: ({ row: { original } }) => volume(original.today),
  }),
  helper.accessor(({ thisMonth }) => thisMonth.rx + thisMonth.tx, {
    id: 'month',
    header: 'This month',
    enableGlobalFilter: false,
    meta: { width: '84px', align: 'right' },
    cell: ({ row: { original } }) => volume(original.thisMonth),
  }),
  helper.accessor(({ rttSeconds }) => rttSeconds ?? -1, {
    id: 'latency',
    header: 'Latency',
    enableGlobalFilter: false,
    meta: { width: '64px', align: 'right', yields: 2, csv: ({ rttSeconds }: Subscriber) => String(rttSeconds ?? '') },
    cell: ({ row: { original } }) => <span className="lw-num">{formatValue(original.rttSeconds, 'seconds')}</span>,
  }),
]);
