// The metric name in a series' labels as they are stored.
import { flatOf } from '../labels-key.ts';

/** `labelsKey` is the flat pairs as JSON; empty for a series without a name or a forgotten one. */
export function metricNameOf(labelsKey: string | undefined): string {
  if (labelsKey === undefined) return '';
  const flat = flatOf(labelsKey) ?? [];
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === '__name__') return flat[i + 1] ?? '';
  return '';
}
