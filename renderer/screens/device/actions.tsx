// What can be done about a router on its page: set it up, edit it, say what it was before.
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDevices } from '../../app/data/queries.ts';
import { EditRouterDrawer } from '../settings/edit-router.tsx';
import type { DevicePart } from './device-part.ts';
import { HistoryDialog } from './history-dialog.tsx';
import { ReplacedQuestion } from './replaced.tsx';

type Open = 'edit' | 'another' | 'history' | null;

export function DeviceActions({ device }: { readonly device: DevicePart }): ReactNode {
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>(null);
  const summary = useDevices().data?.find(({ id }) => id === device.id);
  if (device.kind !== 'router' || device.sample) return null;
  const isOwn = !device.provisioned;
  return (
    <>
      <div className="lw-device-actions">
        {isOwn && (
          <>
            <Link to="/setup" search={{ device: device.id, step: 'flows' }}>
              <Button component="span" size="compact-sm" data-testid="device-setup">
                Set up
              </Button>
            </Link>
            <Button size="compact-sm" onClick={() => setOpen('edit')} data-testid="device-edit">
              Edit
            </Button>
          </>
        )}
        <Button size="compact-sm" onClick={() => setOpen('history')} data-testid="device-history">
          History
        </Button>
      </div>
      {device.otherSerial !== undefined && (
        <div style={{ flexBasis: '100%' }}>
          <ReplacedQuestion device={device} onAnother={() => setOpen(isOwn ? 'another' : 'history')} />
        </div>
      )}
      <EditRouterDrawer
        device={open === 'edit' || open === 'another' ? (summary ?? null) : null}
        isAnother={open === 'another'}
        onClose={() => setOpen(null)}
        onSaved={(saved) => {
          setOpen(null);
          // A router that was renamed has a page of another address.
          if (saved.id !== device.id) {
            void navigate({ to: '/devices/$deviceId', params: { deviceId: saved.id }, replace: true });
          }
        }}
      />
      <HistoryDialog device={device} isOpen={open === 'history'} onClose={() => setOpen(null)} />
    </>
  );
}
