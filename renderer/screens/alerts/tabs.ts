// The tabs of the alerts screen, as the URL names them.
export const ALERT_TABS = ['now', 'history', 'rules', 'packs', 'receivers', 'silences', 'maintenance'] as const;
