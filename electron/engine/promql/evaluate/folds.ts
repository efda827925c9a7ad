// The running state of each aggregation: a column with one slot a step, to which series are added one by one.
import type { AggregateOp } from '../ast.ts';

export type Fold = {
  /** Adds a series' values where it has any, and counts them. */
  add(values: Float64Array, present: Uint8Array): void;
  /** Leaves the result in the values column at each step that has a count. */
  finish(): void;
};

type CreateFold = (result: Float64Array, counts: Uint32Array) => Fold;

function nothing(): void {
  // Some folds are finished as they go.
}

/** Kahan-Neumaier: what the sum has lost of its low digits, and of the value's. */
function lost(sum: number, value: number, total: number): number {
  return Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
}

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity;

const sumFold: CreateFold = (result, counts) => {
  const compensations = new Float64Array(result.length);
  return {
    add: (values, present) => {
      for (let i = 0; i < present.length; i++) {
        if (present[i] !== 1) continue;
        counts[i] = counts[i]! + 1;
        const value = values[i]!;
        const sum = result[i]!;
        const total = sum + value;
        compensations[i] = isInfinite(total) ? 0 : compensations[i]! + lost(sum, value, total);
        result[i] = total;
      }
    },
    finish: () => {
      for (let i = 0; i < result.length; i++) result[i] = result[i]! + compensations[i]!;
    },
  };
};

/** A sum divided at the end, or from where the sum overflows a running mean. */
const averageFold: CreateFold = (result, counts) => {
  const compensations = new Float64Array(result.length);
  const running = new Uint8Array(result.length);
  const addAt = (i: number, value: number): void => {
    const count = counts[i]!;
    if (running[i] !== 1) {
      const sum = result[i]!;
      const total = sum + value;
      // The first value is taken as it is: an infinity alone is no overflow.
      if (count === 1 || !isInfinite(total)) {
        compensations[i] = isInfinite(total) ? 0 : compensations[i]! + lost(sum, value, total);
        result[i] = total;
        return;
      }
      running[i] = 1;
      result[i] = sum / (count - 1);
      compensations[i] = compensations[i]! / (count - 1);
    }
    const kept = (count - 1) / count;
    const mean = result[i]! * kept;
    const share = value / count;
    const total = mean + share;
    compensations[i] = isInfinite(total) ? 0 : compensations[i]! * kept + lost(mean, share, total);
    result[i] = total;
  };
  return {
    add: (values, present) => {
      for (let i = 0; i < present.length; i++) {
        if (present[i] !== 1) continue;
        counts[i] = counts[i]! + 1;
        addAt(i, values[i]!);
      }
    },
    finish: () => {
      for (let i = 0; i < result.length; i++) {
        const divisor = running[i] === 1 ? 1 : counts[i]!;
        if (counts[i]! > 0) result[i] = result[i]! / divisor + compensations[i]! / divisor;
      }
    },
  };
};

/** Any number is preferred to NaN. */
const minFold: CreateFold = (result, counts) => ({
  add: (values, present) => {
    for (let i = 0; i < present.length; i++) {
      if (present[i] !== 1) continue;
      const value = values[i]!;
      const best = result[i]!;
      if (counts[i] === 0 || value < best || Number.isNaN(best)) result[i] = value;
      counts[i] = counts[i]! + 1;
    }
  },
  finish: nothing,
});

const maxFold: CreateFold = (result, counts) => ({
  add: (values, present) => {
    for (let i = 0; i < present.length; i++) {
      if (present[i] !== 1) continue;
      const value = values[i]!;
      const best = result[i]!;
      if (counts[i] === 0 || value > best || Number.isNaN(best)) result[i] = value;
      counts[i] = counts[i]! + 1;
    }
  },
  finish: nothing,
});

/** Welford's algorithm. */
function varianceFold(root: boolean): CreateFold {
  return (result, counts) => {
    const means = new Float64Array(result.length);
    return {
      add: (values, present) => {
        for (let i = 0; i < present.length; i++) {
          if (present[i] !== 1) continue;
          const value = values[i]!;
          const count = counts[i]! + 1;
          counts[i] = count;
          if (count === 1) {
            means[i] = value;
            if (!Number.isFinite(value)) result[i] = Number.NaN;
            continue;
          }
          const mean = means[i]!;
          const difference = value - mean;
          const next = mean + difference / count;
          means[i] = next;
          result[i] = result[i]! + difference * (value - next);
        }
      },
      finish: () => {
        for (let i = 0; i < result.length; i++) {
          const variance = result[i]! / counts[i]!;
          if (counts[i]! > 0) result[i] = root ? Math.sqrt(variance) : variance;
        }
      },
    };
  };
}

/** Only counts; `of` makes the result of a count. */
function countFold(of: (count: number) => number): CreateFold {
  return (result, counts) => ({
    add: (_, present) => {
      for (let i = 0; i < present.length; i++) if (present[i] === 1) counts[i] = counts[i]! + 1;
    },
    finish: () => {
      for (let i = 0; i < result.length; i++) result[i] = of(counts[i]!);
    },
  });
}

export const FOLDS: Readonly<Partial<Record<AggregateOp, CreateFold>>> = {
  sum: sumFold,
  avg: averageFold,
  min: minFold,
  max: maxFold,
  stddev: varianceFold(true),
  stdvar: varianceFold(false),
  count: countFold((count) => count),
  group: countFold(() => 1),
};
