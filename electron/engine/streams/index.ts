// Streams from the engine to its pages.
export { NotificationFeed } from './notification-feed.ts';
export { TickHub } from './tick-hub.ts';
