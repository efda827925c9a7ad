// When alerts fired: a lane for each kind of alert with the times while any of them did, and the newest ones by themselves.
import type { AlertHistory, AlertHistoryQuery } from '../../../../shared/contract/index.ts';
import type { AlertRow } from '../../store/state/index.ts';

export type HistoryOptions = {
  /** Those that fire or were resolved at sinceMs or later, the newest first, at most so many. */
  readonly since: (sinceMs: number, limit: number) => readonly AlertRow[];
  readonly deviceOf: (labels: Readonly<Record<string, string>>) => string | undefined;
};

const MAX_ROWS = 10_000;
const MAX_ENTRIES = 1_000;
const MAX_LANES = 50;
const MAX_SPANS = 500;

type Lane = AlertHistory['lanes'][number];
type Span = Lane['spans'][number];

export function alertHistory({ since, deviceOf }: HistoryOptions, query: AlertHistoryQuery): AlertHistory {
  const rows = since(query.startMs, MAX_ROWS + 1);
  const fired = rows
    .slice(0, MAX_ROWS)
    .filter(({ firedAtMs }) => firedAtMs !== null && firedAtMs <= query.endMs)
    .filter(({ labels }) => query.deviceId === undefined || deviceOf(labels) === query.deviceId);
  const lanes = [...Map.groupBy(fired, ({ name }) => name)].map(([name, ofName]) => laneOf(name, ofName));
  return {
    lanes: lanes.toSorted((a, b) => newestOf(b) - newestOf(a)).slice(0, MAX_LANES),
    entries: fired.slice(0, MAX_ENTRIES).map((row) => ({
      fingerprint: row.fingerprint,
      name: row.name,
      summary: row.annotations['summary'] ?? row.name,
      severity: row.labels['severity'] ?? '',
      labels: row.labels,
      deviceId: deviceOf(row.labels) ?? null,
      activeAtMs: row.activeAtMs,
      firedAtMs: row.firedAtMs ?? row.activeAtMs,
      resolvedAtMs: row.resolvedAtMs,
    })),
    total: fired.length,
    isCut: rows.length > MAX_ROWS,
  };
}

const newestOf = ({ spans }: Lane): number => spans.at(-1)?.fromMs ?? 0;

function laneOf(name: string, rows: readonly AlertRow[]): Lane {
  const spans: Span[] = [];
  for (const row of rows.toSorted((a, b) => (a.firedAtMs ?? 0) - (b.firedAtMs ?? 0))) {
    const fromMs = row.firedAtMs ?? row.activeAtMs;
    const last = spans.at(-1);
    if (last === undefined || (last.toMs !== null && last.toMs < fromMs)) {
      const { fingerprint, activeAtMs, resolvedAtMs } = row;
      spans.push({ fromMs, toMs: resolvedAtMs, alerts: 1, fingerprint, activeAtMs });
      continue;
    }
    last.alerts++;
    last.toMs = last.toMs === null || row.resolvedAtMs === null ? null : Math.max(last.toMs, row.resolvedAtMs);
  }
  return { name, severity: rows[0]?.labels['severity'] ?? '', times: rows.length, spans: spans.slice(-MAX_SPANS) };
}
