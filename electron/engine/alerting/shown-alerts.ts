// Our own alerts as the window lists them: those that fire, those that pend, and the last that were resolved.
import type { Alert } from '../../../shared/contract/index.ts';
import type { AlertLog, AlertRow } from './notify/alert-log.ts';
import { fingerprint } from './rules/identity.ts';
import type { RunningRule } from './rules/group.ts';

export function shownAlerts(
  log: AlertLog,
  rules: readonly RunningRule[],
  nowMs: number,
  deviceOf: (labels: AlertRow['labels']) => string | undefined,
): Alert[] {
  const shown = new Map<string, Alert>();
  const add = (rows: readonly AlertRow[], state: Alert['state']): void => {
    for (const row of rows) {
      if (!shown.has(row.fingerprint)) shown.set(row.fingerprint, alertOf(row, state, deviceOf(row.labels)));
    }
  };
  add(log.firing(), 'firing');
  add(rules.flatMap(pendingOf), 'pending');
  add(log.resolved(nowMs), 'resolved');
  return [...shown.values()];
}

const pendingOf = ({ key, rule, alerts }: RunningRule): AlertRow[] =>
  [...alerts.values()]
    .filter(({ state }) => state === 'pending')
    .map((alert) => ({
      ...alert,
      fingerprint: fingerprint(alert.labels),
      ruleKey: key,
      name: rule.name,
      expr: rule.expr,
      labels: alert.labels.toRecord(),
      annotations: { ...alert.annotations },
    }));

const alertOf = (row: AlertRow, state: Alert['state'], deviceId: string | undefined): Alert => ({
  fingerprint: row.fingerprint,
  state,
  name: row.name,
  labels: row.labels,
  annotations: row.annotations,
  value: sendable(row.value),
  activeAtMs: row.activeAtMs,
  firedAtMs: row.firedAtMs,
  resolvedAtMs: row.resolvedAtMs,
  expr: row.expr,
  deviceId: deviceId ?? null,
});

/** JSON has no numbers for these; a rule may well fire on +Inf. */
function sendable(value: number): Alert['value'] {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
