// How long silences usually last.
const HOUR_MS = 3_600_000;

export const DURATIONS = [
  { words: '30 min', ms: HOUR_MS / 2 },
  { words: '2 h', ms: 2 * HOUR_MS },
  { words: '8 h', ms: 8 * HOUR_MS },
  { words: '1 day', ms: 24 * HOUR_MS },
  { words: '1 week', ms: 168 * HOUR_MS },
] as const;
