// Prometheus durations ("1h30m", "15s", "0") as milliseconds.

const UNIT_MS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Milliseconds of a Prometheus duration, or undefined when the text is none (units descend, each at most once). */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : PATTERN.exec(text);
  if (match === null) return undefined;
  let total = 0;
  Object.values(UNIT_MS).forEach((unitMs, index) => {
    total += Number(match[index + 1] ?? 0) * unitMs;
  });
  return Number.isSafeInteger(total) ? total : undefined;
}

/** The shortest exact text, as Prometheus prints it: 5400000 -> "1h30m". */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = Math.abs(Math.round(durationMs));
  let text = durationMs < 0 ? '-' : '';
  for (const [unit, unitMs] of Object.entries(UNIT_MS)) {
    // A year or a week is only used when nothing is left over, so that "400d" does not become "1y35d".
    if ((unit === 'y' || unit === 'w') && rest % unitMs !== 0) continue;
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text;
}
