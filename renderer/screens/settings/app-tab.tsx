// This app: where it keeps things, how it looks, whether it may notify, and the sample network.
import { Button, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { NO_VALUE, plural } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { isDesktop } from '../../app/connection/transport.ts';
import { failureOf } from '../../app/data/failure.ts';
import { useSystemInfo } from '../../app/data/queries.ts';
import { Failed, Loading } from '../../components/states.tsx';
import { Since } from '../../components/times.tsx';
import { DesktopShell } from './desktop-shell.tsx';

export function AppTab(): ReactNode {
  return (
    <div className="lw-app">
      <About />
      <div className="lw-stack">
        <Theme />
        <DesktopShell />
        <Notifications />
        <Lab />
      </div>
    </div>
  );
}

function About(): ReactNode {
  const info = useSystemInfo();
  return (
    <section className="lw-panel" aria-label="This app">
      <div className="lw-panel-head">
        <h2>This app</h2>
      </div>
      {info.data === undefined &&
        (info.isError ? (
          <Failed what="This could not be loaded" error={info.error} onRetry={() => void info.refetch()} />
        ) : (
          <Loading height={200} />
        ))}
      {info.data !== undefined && (
        <dl className="lw-facts" data-testid="app-facts">
          <dt>Version</dt>
          <dd>{info.data.version}</dd>
          <dt>Runs</dt>
          <dd>{info.data.mode === 'desktop' ? 'in the desktop app' : 'as a server, this is its page'}</dd>
          <dt>On</dt>
          <dd>
            {info.data.hostname}, {info.data.platform}
          </dd>
          <dt>Running for</dt>
          <dd>
            <Since atMs={info.data.startedAtMs} />
          </dd>
          <dt>Data</dt>
          <dd className="lw-mono">{info.data.dataDir}</dd>
          <dt>Config file</dt>
          <dd className="lw-mono">{info.data.configFile ?? 'none'}</dd>
          <dt>Listens on</dt>
          <dd className="lw-mono">{info.data.listen ?? 'no address'}</dd>
          <dt>NetFlow on</dt>
          <dd className="lw-mono">{info.data.flowListen.join(', ') || NO_VALUE}</dd>
          <dt>Keeps samples</dt>
          <dd>{plural(info.data.retentionDays, 'day')}</dd>
        </dl>
      )}
    </section>
  );
}

const SCHEMES: readonly { readonly value: MantineColorScheme; readonly label: string }[] = [
  { value: 'auto', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

function Theme(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className="lw-panel" aria-label="Theme">
      <div className="lw-panel-head">
        <h2>Theme</h2>
      </div>
      <SegmentedControl
        aria-label="Theme"
        data={[...SCHEMES]}
        value={colorScheme}
        onChange={setColorScheme}
        transitionDuration={0}
      />
    </section>
  );
}

const PERMISSION_WORDS: Readonly<Record<NotificationPermission | 'none' | 'desktop', string>> = {
  desktop: 'The desktop app shows them by the system.',
  granted: 'This browser shows them while the page is in the background.',
  denied: 'This browser was told not to show them. Allow them in its site settings.',
  default: 'This browser has not been asked yet.',
  none: 'This browser cannot show them.',
};

function Notifications(): ReactNode {
  const initial = isDesktop() ? 'desktop' : 'Notification' in window ? Notification.permission : 'none';
  const [permission, setPermission] = useState<keyof typeof PERMISSION_WORDS>(initial);
  return (
    <section className="lw-panel" aria-label="Desktop notifications">
      <div className="lw-panel-head">
        <h2>Desktop notifications</h2>
      </div>
      <p className="lw-dim">{PERMISSION_WORDS[permission]}</p>
      {permission === 'default' && (
        <Button style={{ marginTop: 8 }} onClick={() => void Notification.requestPermission().then(setPermission)}>
          Allow notifications
        </Button>
      )}
    </section>
  );
}

function Lab(): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const info = useSystemInfo();
  const running = info.data?.labRunning ?? false;
  const toggle = useMutation({
    mutationFn: async () => {
      if (running) await engine.lab.stop();
      else await engine.lab.start();
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <section className="lw-panel" aria-label="Sample network">
      <div className="lw-panel-head">
        <h2>Sample network</h2>
      </div>
      <p className="lw-dim">
        {running
          ? 'It runs on this machine. Its devices are marked as samples and leave when it stops.'
          : 'Simulated routers and flows on this machine, to try things on.'}
      </p>
      {toggle.isError && <p role="alert">{failureOf(toggle.error).message}</p>}
      <Button
        style={{ marginTop: 8 }}
        loading={toggle.isPending}
        disabled={info.data === undefined}
        onClick={() => toggle.mutate()}
        data-testid="lab-toggle"
      >
        {running ? 'Stop the sample network' : 'Start the sample network'}
      </Button>
    </section>
  );
}
