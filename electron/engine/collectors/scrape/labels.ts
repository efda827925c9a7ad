// Joins what a target says of a series with what we know of the target, as Prometheus's honor_labels defines it.
import { Labels } from '../../../../shared/model/labels.ts';
import type { ExposedLabels } from './exposition/index.ts';

/**
 * honor_labels false: the target's labels win, and an exposed label of the same name becomes `exported_<name>`.
 * honor_labels true: the exposed label wins, even an empty one, which then means "none".
 */
export function seriesLabels(
  exposed: ExposedLabels,
  target: Readonly<Record<string, string>>,
  honorLabels: boolean,
): Labels {
  const merged = new Map<string, string>();
  for (let i = 0; i < exposed.length; i += 2) merged.set(exposed[i] ?? '', exposed[i + 1] ?? '');
  if (honorLabels) {
    for (const [name, value] of Object.entries(target)) if (!merged.has(name)) merged.set(name, value);
    return Labels.fromPairs(merged);
  }
  const conflicts: [string, string][] = [];
  for (const [name, value] of Object.entries(target)) {
    const exposedValue = merged.get(name) ?? '';
    if (exposedValue !== '') conflicts.push([name, exposedValue]);
    merged.set(name, value);
  }
  // The shorter names first: `x` takes `exported_x` before an `exported_x` of the target's own is moved on.
  conflicts.sort(([a], [b]) => a.length - b.length);
  for (const [name, value] of conflicts) {
    let free = `exported_${name}`;
    while ((merged.get(free) ?? '') !== '') free = `exported_${free}`;
    merged.set(free, value);
  }
  return Labels.fromPairs(merged);
}
