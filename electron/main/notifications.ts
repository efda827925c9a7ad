// The engine's notifications on the desktop; a click opens the window where the news is.
import type { Notification as DesktopNotification, NotificationConstructorOptions } from 'electron';
import type { EngineToShell } from '../../shared/model/shell-messages.ts';

type EngineNotification = Extract<EngineToShell, { type: 'notification' }>['notification'];

/** More than that at a time tells nobody anything. */
const SHOWN_AT_ONCE = 8;

export type Notifier = { show(notification: EngineNotification): void };

export function createNotifier(options: {
  create(options: NotificationConstructorOptions): DesktopNotification;
  supported(): boolean;
  icon: string;
  open(route: string): void;
}): Notifier {
  // Kept until closed: one that is collected as garbage loses its click.
  const shown = new Map<string, DesktopNotification>();
  return {
    show: ({ id, title, body, severity, resolved, route }) => {
      if (!options.supported()) return;
      shown.get(id)?.close();
      const [oldest] = shown;
      if (oldest !== undefined && shown.size >= SHOWN_AT_ONCE) oldest[1].close();
      const notification = options.create({
        title,
        body,
        icon: options.icon,
        silent: resolved || severity === 'info',
        urgency: severity === 'critical' && !resolved ? 'critical' : 'normal',
      });
      const forget = (): void => {
        if (shown.get(id) === notification) shown.delete(id);
      };
      notification.on('click', () => {
        forget();
        options.open(route);
      });
      notification.on('close', forget);
      notification.on('failed', forget);
      shown.set(id, notification);
      notification.show();
    },
  };
}
