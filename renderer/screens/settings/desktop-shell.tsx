// What only the desktop app has: staying in the tray, and how it keeps secrets.
import { Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ShellApi } from '../../../shared/model/shell-channels.ts';
import { desktopShell } from '../../app/connection/shell.ts';
import { failureOf } from '../../app/data/failure.ts';

export function DesktopShell(): ReactNode {
  const shell = desktopShell();
  return shell === undefined ? null : <ShellSettings shell={shell} />;
}

function ShellSettings({ shell }: { readonly shell: ShellApi }): ReactNode {
  const queries = useQueryClient();
  const info = useQuery({ queryKey: ['shell', 'info'], queryFn: () => shell.info() });
  const settings = useQuery({ queryKey: ['shell', 'settings'], queryFn: () => shell.settings() });
  const change = useMutation({
    mutationFn: (closeToTray: boolean) => shell.changeSettings({ closeToTray }),
    onSuccess: (next) => queries.setQueryData(['shell', 'settings'], next),
  });
  return (
    <section className="lw-panel" aria-label="Desktop app">
      <div className="lw-panel-head">
        <h2>Desktop app</h2>
      </div>
      <Switch
        size="xs"
        label="Keep watching when the window is closed"
        checked={settings.data?.closeToTray ?? false}
        disabled={settings.data === undefined || change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
        data-testid="close-to-tray"
      />
      {change.isError && <p role="alert">{failureOf(change.error).message}</p>}
      {info.data !== undefined && (
        <p className="lw-dim" style={{ marginTop: 8 }}>
          {info.data.warning === '' ? "Passwords are sealed by the system's keyring." : info.data.warning}
        </p>
      )}
    </section>
  );
}
