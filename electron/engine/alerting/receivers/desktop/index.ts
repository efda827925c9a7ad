// Shows a message as a notification of the desktop, which stays when the window is closed to the tray.
import { z } from 'zod';
import { DeliveryError } from '../../delivery/queue.ts';
import { notificationOf } from '../notification.ts';
import type { ReceiverKind } from '../receiver-kind.ts';

const schema = z.strictObject({ send_resolved: z.boolean().default(true) });

export const desktopReceiver: ReceiverKind<z.output<typeof schema>> = {
  kind: 'desktop',
  title: 'Desktop notification',
  description: 'A notification of the desktop that Linewarden runs on. A server without one cannot send it.',
  schema,
  fields: [{ name: 'send_resolved', label: 'Tell when it is over', type: 'boolean' }],
  sendsResolved: (settings) => settings.send_resolved,
  send(_settings, message, { publish, deviceOf }) {
    if (publish(notificationOf(message, deviceOf), 'desktop')) return Promise.resolve();
    const reason = 'There is no desktop here: Linewarden runs as a server.';
    return Promise.reject(new DeliveryError(reason, { isRetryable: false }));
  },
};
