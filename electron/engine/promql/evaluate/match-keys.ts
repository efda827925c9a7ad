// The part of a series' labels that vector matching compares, as a key.
import { METRIC_NAME, type Labels } from '../../../../shared/model/labels.ts';
import type { VectorMatching } from '../ast.ts';
import { keyOfValues, keyWithout } from './label-sets.ts';
import type { StepSeries } from './values.ts';

export function matchKey(matching: VectorMatching): (labels: Labels) => string {
  if (matching.on) return (labels) => keyOfValues(labels, matching.labels);
  const ignored = new Set([METRIC_NAME, ...matching.labels]);
  return (labels) => keyWithout(labels, ignored);
}

export function groupByKey(series: readonly StepSeries[], key: (labels: Labels) => string): Map<string, StepSeries[]> {
  const groups = new Map<string, StepSeries[]>();
  for (const one of series) {
    const own = key(one.labels);
    const group = groups.get(own);
    if (group === undefined) groups.set(own, [one]);
    else group.push(one);
  }
  return groups;
}

/** 1 at each step where at least one of the series has a value. */
export function anyPresent(series: readonly StepSeries[], steps: number): Uint8Array {
  const [first, ...others] = series;
  if (first === undefined) return new Uint8Array(steps);
  if (others.length === 0) return first.present;
  const any = first.present.slice();
  for (const other of others) for (let i = 0; i < steps; i++) if (other.present[i] === 1) any[i] = 1;
  return any;
}
