// The devices of one kind, as the settings list them: removable where the window added them.
import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { StatusMark } from '../../components/status.tsx';
import { EditRouterDrawer } from './edit-router.tsx';
import { deviceName, shortAddress } from '../../panels/device-name.ts';

const helper = columnHelper<DeviceSummary>();
const wordsOf = (device: DeviceSummary): string =>
  device.state === 'online' ? device.reason : (device.lastError?.message ?? device.reason);

const columnsFor = (
  onEdit: (device: DeviceSummary) => void,
  onRemove: (device: DeviceSummary) => void,
): readonly Column<DeviceSummary>[] =>
  helper.columns([
    helper.accessor(deviceName, {
      id: 'name',
      header: 'Name',
      sortFn: 'alphanumeric',
      enableHiding: false,
      meta: { width: 'minmax(160px, 1.4fr)' },
      cell: ({ row: { original: device }, getValue }) => (
        <span className="lw-row" data-testid={`setting-${device.name}`}>
          <StatusMark state={device.state} />
          <Link
            to="/devices/$deviceId"
            params={{ deviceId: device.id }}
            className="lw-ellipsis"
            title={getValue()}
            tabIndex={-1}
            onClick={(event) => event.stopPropagation()}
          >
            {getValue()}
          </Link>
        </span>
      ),
    }),
    helper.accessor('address', {
      header: 'Address',
      sortFn: 'alphanumeric',
      meta: { width: 'minmax(120px, 1fr)' },
      cell: ({ getValue }) => <span title={getValue()}>{shortAddress(getValue())}</span>,
    }),
    helper.accessor(wordsOf, {
      id: 'state',
      header: 'State',
      meta: { width: 'minmax(140px, 2fr)' },
      cell: ({ getValue }) => (
        <span className="lw-dim" title={getValue()}>
          {getValue()}
        </span>
      ),
    }),
    helper.accessor(({ provisioned, sample }) => (provisioned ? 'provisioned' : sample ? 'sample' : ''), {
      id: 'from',
      header: 'From',
      meta: { width: '88px' },
      cell: ({ row: { original: device }, getValue }) =>
        getValue() === '' ? (
          <span className="lw-row" style={{ gap: 4 }}>
            {device.kind === 'router' && (
              <button
                type="button"
                className="lw-icon-button"
                aria-label={`Edit ${deviceName(device)}`}
                title="Edit"
                onClick={(event) => {
                  event.stopPropagation();
                  onEdit(device);
                }}
              >
                <IconPencil size={16} stroke={1.5} aria-hidden />
              </button>
            )}
            <button
              type="button"
              className="lw-icon-button"
              aria-label={`Remove ${deviceName(device)}`}
              title="Remove"
              onClick={(event) => {
                event.stopPropagation();
                onRemove(device);
              }}
            >
              <IconTrash size={16} stroke={1.5} aria-hidden />
            </button>
          </span>
        ) : (
          <span
            className="lw-tag"
            title={device.provisioned ? 'From the config file: change it there.' : 'Leaves with the sample network.'}
          >
            {getValue()}
          </span>
        ),
    }),
  ]);

type Props = { readonly label: string; readonly devices: readonly DeviceSummary[]; readonly tools: ReactNode };

export function DeviceList({ label, devices, tools }: Props): ReactNode {
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState<DeviceSummary | null>(null);
  const [edited, setEdited] = useState<DeviceSummary | null>(null);
  const columns = useMemo(() => columnsFor(setEdited, setLeaving), []);
  return (
    <>
      <DataTable
        inline
        label={label}
        testId="settings-table"
        rows={devices}
        columns={columns}
        idOf={(device) => device.id}
        filterHint="Name, address, state"
        initialSort={{ id: 'name', desc: false }}
        tools={tools}
        nothing="None."
        onOpen={(device) => void navigate({ to: '/devices/$deviceId', params: { deviceId: device.id } })}
      />
      <EditRouterDrawer device={edited} onClose={() => setEdited(null)} />
      <Modal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove ${leaving === null ? '' : deviceName(leaving)}`}
        size={420}
      >
        {leaving !== null && <Remove device={leaving} onDone={() => setLeaving(null)} />}
      </Modal>
    </>
  );
}

function Remove({ device, onDone }: { readonly device: DeviceSummary; readonly onDone: () => void }): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => engine.devices.remove({ id: device.id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['devices'] });
      onDone();
    },
  });
  return (
    <div className="lw-form">
      <p>It is no longer watched. Its history stays until it is older than the retention.</p>
      {remove.isError && <p role="alert">{failureOf(remove.error).message}</p>}
      <div className="lw-form-actions">
        <Button variant="filled" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
        <Button onClick={onDone}>Keep</Button>
      </div>
    </div>
  );
}
