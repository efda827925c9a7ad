// Where alerts are told: the receivers with how telling goes, the routes that lead there, and who watches the watcher.
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ReceiverList, ReceiverShown } from '../../../../shared/contract/index.ts';
import { Failed, Loading } from '../../../components/states.tsx';
import { useReceivers } from '../use-alerting.ts';
import { HeartbeatPanel } from './heartbeat-panel.tsx';
import { ReceiverDialog } from './receiver-dialog.tsx';
import { ReceiverRow } from './receiver-row.tsx';
import { RoutesPanel } from './routes-panel.tsx';
import './routing.css';

export function ReceiversTab(): ReactNode {
  const receivers = useReceivers();
  const [dialog, setDialog] = useState<{ readonly receiver?: ReceiverShown } | null>(null);
  if (receivers.data === undefined) {
    return receivers.isError ? (
      <Failed
        what="The receivers could not be loaded"
        error={receivers.error}
        sinceMs={receivers.errorUpdatedAt}
        onRetry={() => void receivers.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  const list: ReceiverList = receivers.data;
  return (
    <div className="lw-stack" data-testid="receivers">
      <section className="lw-panel" aria-label="Receivers">
        <div className="lw-panel-head">
          <h2>Receivers</h2>
          <Button variant="filled" onClick={() => setDialog({})} data-testid="receiver-add">
            Add a receiver
          </Button>
        </div>
        <ul className="lw-receivers">
          {list.receivers.map((receiver) => (
            <ReceiverRow key={receiver.name} receiver={receiver} onEdit={() => setDialog({ receiver })} />
          ))}
        </ul>
      </section>
      <RoutesPanel />
      <HeartbeatPanel />
      {dialog !== null && (
        <ReceiverDialog
          key={dialog.receiver?.own?.id ?? 'new'}
          kinds={list.kinds}
          receiver={dialog.receiver}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  );
}
