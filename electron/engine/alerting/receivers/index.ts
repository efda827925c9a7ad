// Where alerts are told: the kinds of receivers, and what one has to be.
export { notificationOf } from './notification.ts';
export type {
  NotificationTarget,
  ReceiverContext,
  ReceiverField,
  ReceiverKind,
  RenderTemplate,
} from './receiver-kind.ts';
export { receiverGlobals } from './global.ts';
export { RECEIVER_KINDS, receiverKind, receiverSchemas } from './registry.ts';
