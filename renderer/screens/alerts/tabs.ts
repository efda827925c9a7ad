// The tabs of the alerts screen, as the URL names them.
export const ALERT_TABS = ['now', 'rules', 'packs'] as const;
