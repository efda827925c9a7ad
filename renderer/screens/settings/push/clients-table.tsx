// The clients that may push: when each reported last, and by which keys.
import { Link } from '@tanstack/react-router';
import { IconKey, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { PushClient } from '../../../../shared/contract/index.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { Ago } from '../../../components/times.tsx';
import { keysWords } from './words.ts';

const helper = columnHelper<PushClient>();

type Act = (client: PushClient) => void;

const columnsFor = (onKeys: Act, onRemove: Act): readonly Column<PushClient>[] =>
  helper.columns([
    helper.accessor('id', {
      header: 'Client',
      sortFn: 'alphanumeric',
      enableHiding: false,
      meta: { width: 'minmax(120px, 1.2fr)' },
      cell: ({ row: { original: client } }) =>
        client.deviceId === null ? (
          <span className="lw-ellipsis">{client.id}</span>
        ) : (
          <Link className="lw-link lw-ellipsis" to="/devices/$deviceId" params={{ deviceId: client.deviceId }}>
            {client.id}
          </Link>
        ),
    }),
    helper.accessor('name', { header: 'Name', meta: { width: 'minmax(120px, 1.2fr)', yields: 1 } }),
    helper.accessor('type', { header: 'Type', meta: { width: '96px', yields: 2 } }),
    helper.accessor(({ lastCheckInMs }) => lastCheckInMs ?? 0, {
      id: 'seen',
      header: 'Last report',
      meta: { width: '112px' },
      cell: ({ row: { original: client } }) => <Ago atMs={client.lastCheckInMs} />,
    }),
    helper.accessor((client) => keysWords(client, Date.now()), {
      id: 'keys',
      header: 'Key',
      meta: { width: 'minmax(180px, 1.6fr)' },
      cell: ({ getValue }) => <span className="lw-dim lw-ellipsis">{getValue()}</span>,
    }),
    helper.display({
      id: 'actions',
      header: '',
      enableHiding: false,
      meta: { width: '68px', align: 'right', csv: () => '' },
      cell: ({ row: { original: client } }) =>
        client.provisioned ? null : (
          <span className="lw-row" style={{ justifyContent: 'flex-end', gap: 4 }}>
            <button
              type="button"
              className="lw-icon-button"
              aria-label={`Keys of ${client.id}`}
              title="Keys"
              onClick={() => onKeys(client)}
            >
              <IconKey size={16} stroke={1.5} aria-hidden />
            </button>
            <button
              type="button"
              className="lw-icon-button"
              aria-label={`Remove ${client.id}`}
              title="Remove"
              onClick={() => onRemove(client)}
            >
              <IconTrash size={16} stroke={1.5} aria-hidden />
            </button>
          </span>
        ),
    }),
  ]);

type Props = {
  readonly clients: readonly PushClient[];
  readonly tools: ReactNode;
  readonly onKeys: Act;
  readonly onRemove: Act;
};

export function ClientsTable({ clients, tools, onKeys, onRemove }: Props): ReactNode {
  const columns = useMemo(() => columnsFor(onKeys, onRemove), [onKeys, onRemove]);
  return (
    <DataTable
      inline
      label="Clients that push"
      testId="push-clients"
      rows={clients}
      columns={columns}
      idOf={(client) => client.id}
      filterHint="Client, name, type"
      initialSort={{ id: 'id', desc: false }}
      tools={tools}
      nothing="No client matches."
    />
  );
}
