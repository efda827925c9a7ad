// The tabs of the settings, as the URL names them.
export const SETTINGS_TABS = ['routers', 'targets', 'profiles', 'push', 'mqtt', 'storage', 'app'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];
