// The tokens by which a Prometheus reads /metrics.
import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PushStatus } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { KeyList } from './key-list.tsx';
import { MadeKey } from './made-key.tsx';
import { NewKey } from './new-key.tsx';

type Props = { readonly metrics: PushStatus['metrics']; readonly url: string };

const WORDS = {
  file: 'One comes from the file http.metrics_token_file.',
  environment: 'One comes from the variable LINEWARDEN_METRICS_TOKEN.',
} as const;

export function MetricsPanel({ metrics, url }: Props): ReactNode {
  const engine = useEngine();
  const [made, setMade] = useState<string | null>(null);
  const close = (): void => setMade(null);
  return (
    <section className="lw-panel" aria-label="Tokens of /metrics">
      <div className="lw-panel-head">
        <h2>Tokens of /metrics</h2>
      </div>
      <div className="lw-form">
        <p className="lw-dim lw-push-note">
          A Prometheus reads what was pushed, and Linewarden&apos;s own metrics, at <code>{url}/metrics</code>.{' '}
          {metrics.provided.map((from) => WORDS[from]).join(' ')}
        </p>
        <KeyList
          keys={metrics.tokens}
          none="No token was made here yet."
          onRevoke={(id) => engine.push.revokeMetricsToken({ id })}
        />
        <NewKey
          what="token"
          isMain={false}
          hasOthers={metrics.tokens.length > 0}
          make={(overlapMs) => engine.push.rotateMetricsToken({ overlapMs })}
          onMade={setMade}
        />
      </div>
      <Modal
        opened={made !== null}
        closeOnClickOutside={false}
        onClose={close}
        title="The new token of /metrics"
        size={560}
      >
        {made !== null && (
          <MadeKey what="the token of /metrics" secret={made} usage={scrapeLines(url)} onDone={close} />
        )}
      </Modal>
    </section>
  );
}

const scrapeLines = (url: string): string[] => [
  'scrape_configs:',
  '  - job_name: linewarden',
  ...(url.startsWith('https:') ? ['    scheme: https'] : []),
  '    authorization: {credentials: TOKEN}',
  `    static_configs: [{targets: ['${url.replace(/^https?:\/\//, '')}']}]`,
];
