// Shows a message in every window that is open, and in browsers that were allowed to notify.
import { z } from 'zod';
import { notificationOf } from '../notification.ts';
import type { ReceiverKind } from '../receiver-kind.ts';

const schema = z.strictObject({ send_resolved: z.boolean().default(true) });

export const windowReceiver: ReceiverKind<z.output<typeof schema>> = {
  kind: 'window',
  title: 'This window',
  description:
    'A notice in every open window and browser tab. Nothing is kept for one that is closed; Alerts lists all.',
  schema,
  fields: [{ name: 'send_resolved', label: 'Tell when it is over', type: 'boolean' }],
  sendsResolved: (settings) => settings.send_resolved,
  send(_settings, message, { publish, deviceOf }) {
    publish(notificationOf(message, deviceOf), 'window');
    return Promise.resolve();
  },
};
