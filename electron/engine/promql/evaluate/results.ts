// What operations do with the series that they make: drop names, and keep label sets unique at each step.
import type { Labels } from '../../../../shared/model/labels.ts';
import { executionError } from '../errors.ts';
import type { QueryContext } from './context.ts';
import { dropMetadata } from './label-sets.ts';
import type { StepSeries } from './values.ts';

export const SAME_LABELSET = 'vector cannot contain metrics with the same labelset';

/** The labels of a result whose metric name no longer holds: dropped now, or marked to be dropped at the end. */
export function withoutName(context: QueryContext, labels: Labels): { labels: Labels; dropName: boolean } {
  if (context.settings.delayedNameRemoval) return { labels, dropName: true };
  return { labels: dropMetadata(labels), dropName: false };
}

/**
 * Joins series that have come to have the same labels, as long as they never have a value at the same step; where they
 * do, the result would hold two values for one series and the query fails.
 */
export function mergeSameLabels(series: readonly StepSeries[], message = SAME_LABELSET): readonly StepSeries[] {
  if (series.length < 2) return series;
  const byKey = new Map<string, StepSeries>();
  let merged = false;
  for (const one of series) {
    const key = one.dropName ? `-${one.labels.key}` : one.labels.key;
    const earlier = byKey.get(key);
    if (earlier === undefined) {
      byKey.set(key, one);
    } else {
      byKey.set(key, join(earlier, one, message));
      merged = true;
    }
  }
  return merged ? [...byKey.values()] : series;
}

function join(a: StepSeries, b: StepSeries, message: string): StepSeries {
  const values = a.values.slice();
  const present = a.present.slice();
  for (let i = 0; i < present.length; i++) {
    if (b.present[i] !== 1) continue;
    if (present[i] === 1) throw executionError(message);
    present[i] = 1;
    values[i] = b.values[i] ?? 0;
  }
  return { labels: a.labels, dropName: a.dropName, values, present };
}

/** Delayed name removal: drops the names that were marked on the way. */
export function dropMarkedNames(series: readonly StepSeries[]): readonly StepSeries[] {
  if (!series.some((one) => one.dropName)) return series;
  const dropped = series.map((one) =>
    one.dropName ? { ...one, labels: dropMetadata(one.labels), dropName: false } : one,
  );
  return mergeSameLabels(dropped);
}
