// The running state of each aggregation, one slot a step.
import type { AggregateOp } from '../ast.ts';

export type Fold = {
  /** `count` is how many values the step has had, this one included. */
  add(step: number, value: number, count: number): void;
  /** Leaves the result in the values column. */
  finish(step: number, count: number): void;
};

function nothing(): void {
  // Some folds are finished as they go.
}

/** Kahan-Neumaier over columns: returns false, changing nothing, where the sum would overflow and that is not wanted. */
function addCompensated(
  sums: Float64Array,
  compensations: Float64Array,
  i: number,
  value: number,
  allowOverflow: boolean,
): boolean {
  const sum = sums[i] ?? 0;
  const total = sum + value;
  if (total === Infinity || total === -Infinity) {
    if (!allowOverflow) return false;
    compensations[i] = 0;
  } else {
    const compensation = compensations[i] ?? 0;
    compensations[i] =
      Math.abs(sum) >= Math.abs(value) ? compensation + (sum - total + value) : compensation + (value - total + sum);
  }
  sums[i] = total;
  return true;
}

function sumFold(values: Float64Array): Fold {
  const compensations = new Float64Array(values.length);
  return {
    add: (i, value) => addCompensated(values, compensations, i, value, true),
    finish: (i) => {
      values[i] = (values[i] ?? 0) + (compensations[i] ?? 0);
    },
  };
}

/** A sum divided at the end, or from where the sum overflows a running mean. */
function averageFold(values: Float64Array): Fold {
  const compensations = new Float64Array(values.length);
  const running = new Uint8Array(values.length);
  return {
    add: (i, value, count) => {
      if (running[i] !== 1) {
        // The first value is taken as it is: an infinity alone is no overflow.
        if (addCompensated(values, compensations, i, value, count === 1)) return;
        running[i] = 1;
        values[i] = (values[i] ?? 0) / (count - 1);
        compensations[i] = (compensations[i] ?? 0) / (count - 1);
      }
      const kept = (count - 1) / count;
      values[i] = (values[i] ?? 0) * kept;
      compensations[i] = (compensations[i] ?? 0) * kept;
      addCompensated(values, compensations, i, value / count, true);
    },
    finish: (i, count) => {
      const divisor = running[i] === 1 ? 1 : count;
      values[i] = (values[i] ?? 0) / divisor + (compensations[i] ?? 0) / divisor;
    },
  };
}

/** Any number is preferred to NaN. */
function extremeFold(values: Float64Array, better: (a: number, b: number) => boolean): Fold {
  return {
    add: (i, value, count) => {
      const best = values[i] ?? 0;
      if (count === 1 || better(value, best) || Number.isNaN(best)) values[i] = value;
    },
    finish: nothing,
  };
}

/** Welford's algorithm. */
function varianceFold(values: Float64Array, root: boolean): Fold {
  const means = new Float64Array(values.length);
  return {
    add: (i, value, count) => {
      if (count === 1 && !Number.isFinite(value)) values[i] = Number.NaN;
      const mean = means[i] ?? 0;
      const difference = value - mean;
      const next = count === 1 ? value : mean + difference / count;
      means[i] = next;
      if (count > 1) values[i] = (values[i] ?? 0) + difference * (value - next);
    },
    finish: (i, count) => {
      const variance = (values[i] ?? 0) / count;
      values[i] = root ? Math.sqrt(variance) : variance;
    },
  };
}

export const FOLDS: Readonly<Partial<Record<AggregateOp, (values: Float64Array) => Fold>>> = {
  sum: sumFold,
  avg: averageFold,
  min: (values) => extremeFold(values, (a, b) => a < b),
  max: (values) => extremeFold(values, (a, b) => a > b),
  stddev: (values) => varianceFold(values, true),
  stdvar: (values) => varianceFold(values, false),
  count: (values) => ({
    add: nothing,
    finish: (i, count) => {
      values[i] = count;
    },
  }),
  group: (values) => ({
    add: nothing,
    finish: (i) => {
      values[i] = 1;
    },
  }),
};
