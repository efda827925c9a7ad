// Customers: sessions, queues and peers that routers tell of, with tier, state, totals and latency.
export { type SubscribersSection, subscribersSectionSchema } from './config.ts';
export { storedCustomers } from './stored.ts';
export { createSubscribers, type SubscribersOptions, type SubscribersService } from './subscribers.ts';
