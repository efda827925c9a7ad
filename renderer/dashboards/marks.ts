// A dashboard's annotations: alerts that have fired, as marks on the time axes.
import type { Alert } from '../../shared/contract/index.ts';
import type { Dashboard } from '../../shared/model/dashboard.ts';
import type { ChartMark } from '../charts/overlay.ts';
import type { Choices } from './panel-of.ts';

const MOST_MARKS = 200;
/** The labels that say what `$instance` does. */
const INSTANCE_LABELS = ['routerboard_name', 'instance', 'device'];

/** Oldest first, of the newest 200; with instances chosen, only alerts that name one of them. */
export function dashboardMarks(
  annotations: Dashboard['annotations'],
  alerts: readonly Alert[],
  choices: Choices,
): ChartMark[] {
  if (annotations.length === 0) return [];
  const instances = choices.get('instance')?.values ?? null;
  const isMeant = ({ name, labels }: Alert): boolean =>
    annotations.some(({ names }) => names === undefined || names.includes(name)) &&
    (instances === null || INSTANCE_LABELS.some((label) => instances.includes(labels[label] ?? '')));
  return alerts
    .filter((alert) => alert.firedAtMs !== null && isMeant(alert))
    .map((alert) => ({
      id: `${alert.fingerprint} ${alert.firedAtMs}`,
      fromMs: alert.firedAtMs ?? alert.activeAtMs,
      toMs: alert.resolvedAtMs,
      words: alert.annotations['summary'] ?? alert.name,
    }))
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .slice(-MOST_MARKS);
}
