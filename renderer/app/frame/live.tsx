// What runs as long as the window is open: ticks, reconnects, notifications.
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { EngineClient, Notification as EngineNotification } from '../../../shared/contract/index.ts';
import { useConnection, useConnectionState, useStream } from '../connection/context.tsx';
import { isDesktop } from '../connection/transport.ts';
import { beat } from '../data/beat.ts';
import { ChangePulls } from '../data/change-pulls.ts';
import { invalidateChanged } from '../data/queries.ts';

const openNotifications = (client: EngineClient, signal: AbortSignal) =>
  client.system.notifications(undefined, { signal });

/** Notifications of the system are the desktop shell's business; a browser shows them itself, if it was allowed to. */
function showOutside({ id, title, body, route }: EngineNotification, open: (route: string) => void): void {
  if (isDesktop() || document.visibilityState === 'visible') return;
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const shown = new Notification(title, { body, tag: id });
  shown.addEventListener('click', () => {
    window.focus();
    open(route);
    shown.close();
  });
}

export function Live(): ReactNode {
  const connection = useConnection();
  const state = useConnectionState();
  const queries = useQueryClient();
  const router = useRouter();
  const open = (route: string): void => router.history.push(route.startsWith('/') ? route : `/${route}`);

  const pulls = useRef<ChangePulls>(null);
  useEffect(() => {
    const created = new ChangePulls((changed) => invalidateChanged(queries, changed));
    pulls.current = created;
    return () => created.stop();
  }, [queries]);
  useEffect(() => connection.onTick((tick) => pulls.current?.note(tick.changed)), [connection]);

  useStream(openNotifications, (notice) => {
    showOutside(notice, open);
    notifications.show({
      id: notice.id,
      title: notice.title,
      message: notice.body,
      autoClose: notice.severity === 'critical' && !notice.resolved ? 15_000 : 6_000,
      onClick: () => open(notice.route),
      closeButtonProps: { 'aria-label': 'Dismiss' },
      'data-severity': notice.resolved ? 'resolved' : notice.severity,
    });
  });

  // Graphs rest while nobody can see them.
  useEffect(() => {
    const seen = (): void => {
      if (!document.hidden) beat.now();
    };
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, []);

  // Whatever was shown before a break is pulled anew after it.
  const opens = useRef(0);
  useEffect(() => {
    if (state.phase !== 'open') return;
    opens.current++;
    if (opens.current > 1) void queries.invalidateQueries();
  }, [state, queries]);
  return null;
}
