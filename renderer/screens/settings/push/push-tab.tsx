// Who may push metrics by HTTP, and by which keys.
import { Button, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PushClient } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { AddClient } from './add-client.tsx';
import { ClientKeys } from './client-keys.tsx';
import { ClientsTable } from './clients-table.tsx';
import { HeadendsPanel } from './headends-panel.tsx';
import { MetricsPanel } from './metrics-panel.tsx';
import './push.css';
import { usePush, usePushChange } from './use-push.ts';

const NOWHERE = 'http://127.0.0.1:9470';

export function PushTab({ adding }: { readonly adding: boolean }): ReactNode {
  const navigate = useNavigate();
  const push = usePush();
  const [keysOf, setKeysOf] = useState<PushClient | null>(null);
  const [leaving, setLeaving] = useState<PushClient | null>(null);
  const show = (add: boolean): void =>
    void navigate({ to: '/settings', search: { tab: 'push', ...(add ? { add: true } : {}) } });
  if (push.data === undefined) {
    return push.isError ? (
      <Failed what="The clients could not be loaded" error={push.error} onRetry={() => void push.refetch()} />
    ) : (
      <Loading />
    );
  }
  const { clients, headends, jwt, acceptsNewHeadends, metrics } = push.data;
  const url = push.data.url ?? NOWHERE;
  const button = (
    <Button variant="filled" onClick={() => show(true)} data-testid="add-push-client">
      Add a client
    </Button>
  );
  return (
    <div className="lw-push">
      {push.data.url === null && (
        <p className="lw-label lw-push-note">
          Nothing is listened on yet: set http.listen in the config file, with a certificate, and start again.
        </p>
      )}
      {clients.length === 0 ? (
        <Empty text="Computers and gateways can send their counters here by HTTP, each with a key of its own.">
          {button}
        </Empty>
      ) : (
        <ClientsTable clients={clients} tools={button} onKeys={setKeysOf} onRemove={setLeaving} />
      )}
      <div className="lw-app">
        <HeadendsPanel headends={headends} jwt={jwt} acceptsNewHeadends={acceptsNewHeadends} />
        <MetricsPanel metrics={metrics} url={url} />
      </div>
      <AddClient opened={adding} url={url} onClose={() => show(false)} />
      <ClientKeys client={clients.find(({ id }) => id === keysOf?.id)} url={url} onClose={() => setKeysOf(null)} />
      <Modal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove the client ${leaving?.id ?? ''}`}
        size={420}
      >
        {leaving !== null && <Remove client={leaving} onDone={() => setLeaving(null)} />}
      </Modal>
    </div>
  );
}

function Remove({ client: { id }, onDone }: { readonly client: PushClient; readonly onDone: () => void }): ReactNode {
  const engine = useEngine();
  const remove = usePushChange(() => engine.push.removeClient({ id }), onDone);
  return (
    <div className="lw-form">
      <p>Its keys end now, and its graphs with them. What it sent so far stays until retention takes it.</p>
      {remove.isError && <p role="alert">{failureOf(remove.error).message}</p>}
      <div className="lw-form-actions">
        <Button variant="filled" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
          Remove
        </Button>
        <Button onClick={onDone}>Keep</Button>
      </div>
    </div>
  );
}
