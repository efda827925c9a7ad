// The tabs of the subscribers' screen, as the URL names them.
export const SUBSCRIBER_TABS = ['list', 'tiers'] as const;
export type SubscriberTab = (typeof SUBSCRIBER_TABS)[number];
