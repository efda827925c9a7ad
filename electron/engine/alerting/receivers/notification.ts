// What this computer shows of a message: a line, a text, and where in the window it leads.
import type { Notification } from '../../../../shared/contract/index.ts';
import type { Message, ToldAlert } from '../delivery/message.ts';
import type { ReceiverContext } from './receiver-kind.ts';

const MAX_LINES = 5;

/** One for the whole message, however many alerts it is about. */
export function notificationOf(message: Message, deviceOf: ReceiverContext['deviceOf']): Notification {
  const firing = message.alerts.filter((alert) => !isResolved(alert));
  const isOver = message.status === 'resolved';
  const [first] = message.alerts;
  const told = isOver ? message.alerts : firing;
  const [only] = message.alerts.length === 1 ? message.alerts : [];
  const title =
    told.length === 1 && told[0] !== undefined ? summaryOf(told[0]) : `${nameOf(message)}: ${told.length} alerts`;
  const devices = new Set(message.alerts.map(({ labels }) => deviceOf(labels)));
  const [device] = devices;
  return {
    id: `${first?.fingerprint ?? ''}-${message.atMs}-${message.status}`,
    title: isOver ? `Resolved: ${title}` : title,
    body: [only === undefined ? lines(message.alerts) : (only.annotations['description'] ?? ''), whatToDo(message)]
      .filter((text) => text !== '')
      .join('\n'),
    severity: told.map(severityOf).toSorted((a, b) => RANK[b] - RANK[a])[0] ?? 'warning',
    resolved: isOver,
    atMs: message.atMs,
    route: devices.size === 1 && device !== undefined ? `/devices/${encodeURIComponent(device)}` : '/alerts',
  };
}

/** Where all alerts say the same, and something is still wrong. */
function whatToDo({ status, commonAnnotations: { action = '' } }: Message): string {
  return status === 'resolved' || action === '' ? '' : `What to do: ${action}`;
}

/** What the alerts have in common, in the words that say most. */
const nameOf = ({ commonLabels, groupLabels }: Message): string =>
  commonLabels['alertname'] ?? (Object.values(groupLabels).join(' ') || 'Alerts');

const summaryOf = ({ labels, annotations }: ToldAlert): string =>
  annotations['summary'] || (labels['alertname'] ?? 'An alert');

const isResolved = ({ status }: ToldAlert): boolean => status === 'resolved';

/** Those that fire first. */
function lines(alerts: readonly ToldAlert[]): string {
  const sorted = [...alerts.filter((each) => !isResolved(each)), ...alerts.filter(isResolved)];
  const isMixed = alerts.some(isResolved) && !alerts.every(isResolved);
  const shown = sorted
    .slice(0, MAX_LINES)
    .map((alert) => (isMixed && isResolved(alert) ? `Resolved: ${summaryOf(alert)}` : summaryOf(alert)));
  const more = alerts.length - shown.length;
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
const severityOf = ({ labels }: ToldAlert): Severity => WORDS[labels['severity']?.toLowerCase() ?? ''] ?? 'warning';
