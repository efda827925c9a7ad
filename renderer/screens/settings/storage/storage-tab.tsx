// Storage: how much there is and will be, how long it is kept, what takes the room, and the deletion of what need not be there.
import type { ReactNode } from 'react';
import { Failed, Loading } from '../../../components/states.tsx';
import { RemotePanel } from './remote-panel.tsx';
import { RetentionPanel } from './retention-panel.tsx';
import { ReportPanel } from './report-panel.tsx';
import { SetAside } from './set-aside.tsx';
import { StoredPanel } from './stored-panel.tsx';
import './storage.css';
import { useStorageStatus } from './use-storage.ts';

export function StorageTab(): ReactNode {
  const status = useStorageStatus();
  if (status.data === undefined) {
    return status.isError ? (
      <Failed
        what="What is stored could not be read"
        error={status.error}
        sinceMs={status.errorUpdatedAt}
        onRetry={() => void status.refetch()}
      />
    ) : (
      <Loading height={320} />
    );
  }
  return (
    <div className="lw-stack" data-testid="storage">
      {status.data.setAside.length > 0 && <SetAside files={status.data.setAside} />}
      <StoredPanel status={status.data} />
      <RetentionPanel status={status.data} />
      <RemotePanel />
      <ReportPanel totalBytes={status.data.totalBytes - status.data.flows.bytes} />
    </div>
  );
}
