// The tabs of a device's page, as the URL names them.
export const DEVICE_TABS = ['summary', 'interfaces', 'sessions', 'queues', 'traffic', 'collectors', 'alerts'] as const;
export type DeviceTab = (typeof DEVICE_TABS)[number];
