// A receiver's name as Alertmanager tells it: quoted as a regular expression that matches it alone.

/** As regexp.QuoteMeta. */
export const quoteMeta = (name: string): string => name.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
