// The heartbeat: a URL that is asked while rules are evaluated, so that somebody else notices when this program does not run.
import { Button, PasswordInput, Select } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { HeartbeatForm, HeartbeatShown } from '../../../../shared/contract/index.ts';
import { formatSpan } from '../../../../shared/units/index.ts';
import { failureOf } from '../../../app/data/failure.ts';
import { Failed, Loading } from '../../../components/states.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';
import { useChange, useHeartbeat } from '../use-alerting.ts';

const EVERY_MS = [60_000, 300_000, 900_000, 3_600_000];

export function HeartbeatPanel(): ReactNode {
  const heartbeat = useHeartbeat();
  return (
    <section className="lw-panel" aria-label="Heartbeat" data-testid="heartbeat">
      <div className="lw-panel-head">
        <h2>Heartbeat</h2>
      </div>
      <p className="lw-dim">
        Who watches the watcher: a URL of a service such as healthchecks.io or a cron monitor, asked for as long as
        rules are evaluated. When it is asked no more, that service raises the alarm.
      </p>
      {heartbeat.data === undefined ? (
        heartbeat.isError ? (
          <Failed
            what="The heartbeat could not be loaded"
            error={heartbeat.error}
            onRetry={() => void heartbeat.refetch()}
          />
        ) : (
          <Loading height={60} />
        )
      ) : (
        <Heartbeat heartbeat={heartbeat.data} />
      )}
    </section>
  );
}

function Heartbeat({ heartbeat }: { readonly heartbeat: HeartbeatShown }): ReactNode {
  const { setBy, origin, trouble, lastSentAtMs } = heartbeat;
  const [url, setUrl] = useState('');
  const [intervalMs, setInterval] = useState(heartbeat.intervalMs);
  const change = useChange(
    (engine, form: HeartbeatForm) => engine.heartbeat.change(form),
    () => setUrl(''),
  );
  const isUrl = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  return (
    <>
      {setBy !== null && (
        <p className="lw-row" role="status">
          <StatusMark state={trouble !== null ? 'offline' : lastSentAtMs === null ? 'unknown' : 'online'} silent />
          <span>
            {trouble ?? (
              <>
                Sent to {origin} every {formatSpan(heartbeat.intervalMs)}
                {lastSentAtMs === null ? ', the first is on its way' : ', last '}
                {lastSentAtMs !== null && <Ago atMs={lastSentAtMs} />}.
              </>
            )}
          </span>
          {setBy === 'file' && (
            <span className="lw-tag" title="From the config file: change it there, and reload.">
              provisioned
            </span>
          )}
        </p>
      )}
      {setBy !== 'file' && (
        <form
          className="lw-heartbeat"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (url === '' ? setBy === null : !isUrl) return;
            change.mutate({ ...(url !== '' && { url }), intervalMs });
          }}
        >
          <PasswordInput
            label="URL"
            autoComplete="off"
            placeholder={setBy === null ? 'https://hc-ping.com/…' : 'kept; type to replace it'}
            value={url}
            error={url !== '' && !isUrl ? 'A URL begins with http:// or https://.' : undefined}
            onChange={(event) => setUrl(event.target.value.trim())}
          />
          <Select
            label="Every"
            allowDeselect={false}
            data={[...new Set([...EVERY_MS, heartbeat.intervalMs])].map((ms) => ({
              value: String(ms),
              label: formatSpan(ms),
            }))}
            value={String(intervalMs)}
            onChange={(value) => setInterval(Number(value ?? intervalMs))}
          />
          <Button
            type="submit"
            loading={change.isPending}
            disabled={
              setBy === null ? !isUrl : (url !== '' && !isUrl) || (url === '' && intervalMs === heartbeat.intervalMs)
            }
          >
            {setBy === null ? 'Send heartbeats' : 'Save'}
          </Button>
          {setBy === 'window' && (
            <Button variant="subtle" onClick={() => change.mutate({ url: null, intervalMs })}>
              Stop
            </Button>
          )}
        </form>
      )}
      {change.isError && <p role="alert">{failureOf(change.error).message}</p>}
    </>
  );
}
