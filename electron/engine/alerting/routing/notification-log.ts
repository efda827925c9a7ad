// What each way out was told of each group last: whether it has to be told again.

export type LogEntry = {
  /** Fingerprints. */
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
  readonly atMs: number;
};

/** Alertmanager's data.retention. */
export const LOG_RETENTION_MS = 120 * 3_600_000;

export type Reason = 'first' | 'firing' | 'all-resolved' | 'resolved' | 'repeat';

const isSubset = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].every((each) => b.has(each));

/** Why the group has to be told now; undefined when nothing is new. */
export function reasonToNotify(
  entry: LogEntry | undefined,
  now: Omit<LogEntry, 'atMs'> & { readonly atMs: number },
  settings: { readonly sendResolved: boolean; readonly repeatIntervalMs: number },
): Reason | undefined {
  if (entry === undefined || now.atMs - entry.atMs > LOG_RETENTION_MS) return now.firing.size > 0 ? 'first' : undefined;
  if (!isSubset(now.firing, entry.firing)) return 'firing';
  // Also where the resolved are not sent: what fires must go from the log.
  if (now.firing.size === 0) return entry.firing.size > 0 ? 'all-resolved' : undefined;
  if (settings.sendResolved && !isSubset(now.resolved, entry.resolved)) return 'resolved';
  return now.atMs - entry.atMs > settings.repeatIntervalMs ? 'repeat' : undefined;
}
