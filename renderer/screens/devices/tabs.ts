// The tabs of the devices, as the URL names them.
export const DEVICES_TABS = ['watched', 'found', 'targets', 'senders'] as const;
export type DevicesTab = (typeof DEVICES_TABS)[number];
