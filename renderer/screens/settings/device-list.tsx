// The devices of one kind, as the settings list them: removable where the window added them.
import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { StatusMark } from '../../components/status.tsx';
import { deviceName } from '../../panels/device-name.ts';

export function DeviceList({ devices }: { readonly devices: readonly DeviceSummary[] }): ReactNode {
  const [leaving, setLeaving] = useState<DeviceSummary | null>(null);
  return (
    <>
      <ul className="lw-settings-list">
        {devices.map((device) => (
          <li key={device.id} className="lw-setting" data-testid={`setting-${device.name}`}>
            <StatusMark state={device.state} />
            <Link
              to="/devices/$deviceId"
              params={{ deviceId: device.id }}
              className="lw-ellipsis"
              title={deviceName(device)}
            >
              {deviceName(device)}
            </Link>
            <span className="lw-dim lw-ellipsis" title={device.address}>
              {device.address}
            </span>
            <span className="lw-dim lw-ellipsis" title={device.lastError?.message ?? device.reason}>
              {device.state === 'online' ? device.reason : (device.lastError?.message ?? device.reason)}
            </span>
            {device.provisioned || device.sample ? (
              <span
                className="lw-tag"
                title={
                  device.provisioned ? 'From the config file: change it there.' : 'Leaves with the sample network.'
                }
              >
                {device.provisioned ? 'provisioned' : 'sample'}
              </span>
            ) : (
              <button
                type="button"
                className="lw-icon-button"
                aria-label={`Remove ${deviceName(device)}`}
                title="Remove"
                onClick={() => setLeaving(device)}
              >
                <IconTrash size={16} stroke={1.5} aria-hidden />
              </button>
            )}
          </li>
        ))}
      </ul>
      <Modal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove ${leaving?.name ?? ''}`}
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
