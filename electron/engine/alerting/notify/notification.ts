// Turns what one evaluation changed into notifications: all alerts of a rule that fire at once are one.
import type { Notification } from '../../../../shared/contract/index.ts';
import type { AlertRow, Transitions } from './alert-log.ts';

export type DeviceOf = (labels: Readonly<Record<string, string>>) => string | undefined;

const MAX_LINES = 5;

/** At most two: one for what fires, one for what is resolved. */
export function notificationsOf({ fired, resolved }: Transitions, atMs: number, deviceOf: DeviceOf): Notification[] {
  return [...about(fired, false, atMs, deviceOf), ...about(resolved, true, atMs, deviceOf)];
}

function about(rows: readonly AlertRow[], resolved: boolean, atMs: number, deviceOf: DeviceOf): Notification[] {
  const [first] = rows;
  if (first === undefined) return [];
  const single = rows.length === 1;
  const title = single ? summaryOf(first) : `${first.name}: ${rows.length} alerts`;
  const devices = new Set(rows.map(({ labels }) => deviceOf(labels)));
  const [device] = devices;
  return [
    {
      id: `${first.fingerprint}-${atMs}-${resolved ? 'resolved' : 'firing'}`,
      title: resolved ? `Resolved: ${title}` : title,
      body: single ? (first.annotations['description'] ?? '') : lines(rows),
      severity: rows.map(severityOf).toSorted((a, b) => RANK[b] - RANK[a])[0] ?? 'warning',
      resolved,
      atMs,
      route: devices.size === 1 && device !== undefined ? `/devices/${encodeURIComponent(device)}` : '/alerts',
    },
  ];
}

const summaryOf = ({ name, annotations }: AlertRow): string => annotations['summary'] || name;

function lines(rows: readonly AlertRow[]): string {
  const shown = rows.slice(0, MAX_LINES).map(summaryOf);
  const more = rows.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

type Severity = Notification['severity'];

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  page: 'critical',
  emergency: 'critical',
  error: 'critical',
  warning: 'warning',
  info: 'info',
  none: 'info',
};

/** By the label that rules of this ecosystem carry; without one it is a warning. */
const severityOf = ({ labels }: AlertRow): Severity => WORDS[labels['severity']?.toLowerCase() ?? ''] ?? 'warning';
