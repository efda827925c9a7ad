// The keys of one client: made, changed with an overlap, revoked.
import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PushClient } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { KeyList } from './key-list.tsx';
import { MadeKey } from './made-key.tsx';
import { NewKey } from './new-key.tsx';

type Props = { readonly client: PushClient | undefined; readonly url: string; readonly onClose: () => void };

export function ClientKeys({ client, url, onClose }: Props): ReactNode {
  const [made, setMade] = useState<string | null>(null);
  const close = (): void => {
    setMade(null);
    onClose();
  };
  return (
    <Modal
      opened={client !== undefined}
      // A key that is shown once is not to be lost by a click beside it.
      closeOnClickOutside={made === null}
      onClose={close}
      title={made === null ? `Keys of ${client?.id ?? ''}` : `The new key of ${client?.id ?? ''}`}
      size={560}
    >
      {client !== undefined &&
        (made === null ? (
          <Keys client={client} onMade={setMade} />
        ) : (
          <MadeKey what={`the key of ${client.id}`} secret={made} usage={curlLines(url, client.id)} onDone={close} />
        ))}
    </Modal>
  );
}

function Keys({ client, onMade }: { readonly client: PushClient; readonly onMade: (key: string) => void }): ReactNode {
  const engine = useEngine();
  const { id, keys } = client;
  return (
    <div className="lw-form">
      <KeyList
        keys={keys}
        none="It has no valid key, and cannot send."
        onRevoke={(keyId) => engine.push.revokeKey({ id, keyId })}
      />
      <NewKey
        what="key"
        hasOthers={keys.length > 0}
        make={(overlapMs) => engine.push.rotateKey({ id, overlapMs })}
        onMade={onMade}
      />
      <p className="lw-label lw-push-note">
        Give the client its new key while the old one still holds; then nothing is refused in between.
      </p>
    </div>
  );
}

export const curlLines = (url: string, id: string): string[] => [
  `curl -X POST ${url}/api/v1/clients/${encodeURIComponent(id)}/metrics \\`,
  `  -H "Authorization: Bearer $API_KEY" \\`,
  '  -H "Content-Type: application/json" \\',
  `  -d '{"headless": true, "metrics": {"bytes_sent": 1000}}'`,
];
