// The columns of the device table.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeviceKind, DeviceState, DeviceSummary, DeviceType } from '../../../shared/contract/index.ts';
import { NO_VALUE, formatExact } from '../../../shared/units/index.ts';
import { calledOf } from '../../app/data/names.ts';
import type { AddressName } from '../../app/data/names.ts';
import { DeviceSpark } from '../../components/device-spark.tsx';
import { columnHelper } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { STATE_WORDS, StatusMark } from '../../components/status.tsx';
import { deviceName, shortAddress } from '../../panels/device-name.ts';
import { Ago } from '../../components/times.tsx';
import type { Sparks } from '../../app/data/sparks.ts';

export const KIND_WORDS: Readonly<Record<DeviceKind, string>> = {
  host: 'Host',
  router: 'Router',
  target: 'Target',
  exporter: 'Exporter',
  edge: 'Edge',
  headend: 'Headend',
  client: 'Client',
  sender: 'Sender',
  docker: 'Docker',
};

const TYPE_WORDS: Partial<Readonly<Record<DeviceType, string>>> = {
  'dedicated-edge': 'Dedicated edge',
  mtge: 'MTGE',
  connector: 'Connector',
};

/** What a device is, as exactly as it is known. */
export const kindWords = ({ kind, type }: Pick<DeviceSummary, 'kind' | 'type'>): string =>
  (type === undefined ? undefined : TYPE_WORDS[type]) ?? KIND_WORDS[kind];

const ORDER: Readonly<Record<DeviceState, number>> = { offline: 0, degraded: 1, unknown: 2, online: 3 };
const helper = columnHelper<DeviceSummary>();

const text = (value: string, title = value): ReactNode =>
  value === '' ? <span className="lw-dim">{NO_VALUE}</span> : <span title={title}>{value}</span>;

export const deviceColumns = (
  sparks: Sparks,
  names: ReadonlyMap<string, AddressName>,
): readonly Column<DeviceSummary>[] =>
  helper.columns([
    helper.accessor((device) => ORDER[device.state], {
      id: 'state',
      header: 'State',
      enableGlobalFilter: false,
      enableHiding: false,
      meta: {
        width: 'minmax(184px, 2fr)',
        csv: (device: DeviceSummary) => `${STATE_WORDS[device.state]}: ${device.reason}`,
      },
      cell: ({ row }) => (
        <span className="lw-row">
          <StatusMark state={row.original.state} />
          <span
            className={row.original.state === 'online' ? 'lw-ellipsis lw-dim' : 'lw-ellipsis'}
            title={row.original.reason}
          >
            {row.original.reason}
          </span>
        </span>
      ),
    }),
    helper.accessor((device) => calledOf(device, names) ?? deviceName(device), {
      id: 'name',
      header: 'Name',
      enableHiding: false,
      meta: { width: 'minmax(184px, 2.2fr)' },
      cell: ({ row, getValue }) => (
        <span className="lw-row">
          <Link
            to="/devices/$deviceId"
            params={{ deviceId: row.original.id }}
            className="lw-ellipsis"
            title={getValue()}
            tabIndex={-1}
            onClick={(event) => event.stopPropagation()}
          >
            {getValue()}
          </Link>
          {row.original.sample && <span className="lw-tag">sample</span>}
        </span>
      ),
    }),
    helper.accessor((device) => KIND_WORDS[device.kind], { id: 'kind', header: 'Kind', meta: { width: '60px' } }),
    helper.accessor('address', {
      header: 'Address',
      meta: { width: 'minmax(112px, 1fr)' },
      cell: ({ getValue }) => text(shortAddress(getValue()), getValue()),
    }),
    helper.accessor('model', {
      header: 'Model',
      meta: { width: 'minmax(130px, 1.4fr)', yields: 2 },
      cell: ({ getValue }) => text(getValue()),
    }),
    helper.accessor('version', {
      header: 'Version',
      meta: { width: 'minmax(120px, 0.8fr)', yields: 1 },
      cell: ({ getValue }) => text(getValue()),
    }),
    helper.accessor((device) => device.lastSeenMs ?? 0, {
      id: 'seen',
      header: 'Last seen',
      enableGlobalFilter: false,
      meta: {
        width: '76px',
        csv: (device: DeviceSummary) => (device.lastSeenMs === null ? '' : formatExact(device.lastSeenMs)),
      },
      cell: ({ row }) => <Ago atMs={row.original.lastSeenMs} />,
    }),
    helper.display({
      id: 'hour',
      header: 'Last hour',
      meta: { width: '148px', csv: () => '' },
      cell: ({ row }) => <DeviceSpark device={row.original} sparks={sparks} />,
    }),
  ]);
