// Every function that can be evaluated, by name.
import type { RangeFunction } from '../evaluate/range-functions.ts';
import { HISTOGRAM_FUNCTIONS } from './histogram.ts';
import type { ScalarFunction, VectorFunction } from './invocation.ts';
import { LABEL_FUNCTIONS } from './labels.ts';
import { MATH_FUNCTIONS } from './math.ts';
import { OVER_TIME_FUNCTIONS } from './over-time.ts';
import { RATE_FUNCTIONS } from './rate.ts';
import { SHAPE_FUNCTIONS, SHAPE_SCALARS } from './shape.ts';
import { TIME_FUNCTIONS, TIME_SCALARS } from './time.ts';
import { TREND_FUNCTIONS, TREND_RANGE_FUNCTIONS } from './trend.ts';

/** Functions of one range vector, evaluated window by window. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map(
  Object.entries({ ...RATE_FUNCTIONS, ...OVER_TIME_FUNCTIONS, ...TREND_RANGE_FUNCTIONS }),
);

export const VECTOR_FUNCTIONS: ReadonlyMap<string, VectorFunction> = new Map(
  Object.entries({
    ...MATH_FUNCTIONS,
    ...TIME_FUNCTIONS,
    ...LABEL_FUNCTIONS,
    ...HISTOGRAM_FUNCTIONS,
    ...SHAPE_FUNCTIONS,
    ...TREND_FUNCTIONS,
  }),
);

export const SCALAR_FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map(
  Object.entries({ ...SHAPE_SCALARS, ...TIME_SCALARS }),
);
