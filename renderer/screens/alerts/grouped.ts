// Alerts of one rule together: three hundred targets that are down are one line and not three hundred.
import type { Alert } from '../../../shared/contract/index.ts';

export type AlertGroup<T> = { readonly name: string; readonly alerts: readonly T[] };

/** The newest moment of an alert: resolved, fired, or active. Unix ms. */
export const sinceOf = (alert: Pick<Alert, 'resolvedAtMs' | 'firedAtMs' | 'activeAtMs'>): number =>
  alert.resolvedAtMs ?? alert.firedAtMs ?? alert.activeAtMs;

/** By rule, the newest alert first; the group of the newest one leads. */
export function byRule<T extends Pick<Alert, 'name' | 'resolvedAtMs' | 'firedAtMs' | 'activeAtMs'>>(
  alerts: readonly T[],
): AlertGroup<T>[] {
  const newestFirst = alerts.toSorted((a, b) => sinceOf(b) - sinceOf(a));
  return [...Map.groupBy(newestFirst, ({ name }) => name)].map(([name, group]) => ({ name, alerts: group }));
}
