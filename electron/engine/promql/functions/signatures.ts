// The functions of the language by name: what they take, what they return, and whether they are experimental.
import type { ValueType } from '../ast.ts';

export type Signature = {
  readonly args: readonly ValueType[];
  /** How many of the last args may be left out. */
  readonly optional: number;
  /** The last arg may repeat. */
  readonly repeats: boolean;
  readonly returns: ValueType;
  readonly experimental: boolean;
};

type Options = { optional?: number; repeats?: boolean; experimental?: boolean };

function signature(args: readonly ValueType[], returns: ValueType, options: Options = {}): Signature {
  return { args, returns, optional: 0, repeats: false, experimental: false, ...options };
}

const named = (names: string, value: Signature): [string, Signature][] => names.split(' ').map((name) => [name, value]);

const experimental = true;

export const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...named(
    'abs acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sqrt tan tanh ' +
      'absent sort sort_desc timestamp histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar',
    signature(['vector'], 'vector'),
  ),
  ...named(
    'day_of_month day_of_week day_of_year days_in_month hour minute month year',
    signature(['vector'], 'vector', { optional: 1 }),
  ),
  ...named(
    'absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time ' +
      'max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time',
    signature(['matrix'], 'vector'),
  ),
  ...named('pi time', signature([], 'scalar')),
  ...named('clamp_max clamp_min', signature(['vector', 'scalar'], 'vector')),
  ...named('clamp', signature(['vector', 'scalar', 'scalar'], 'vector')),
  ...named('round', signature(['vector', 'scalar'], 'vector', { optional: 1 })),
  ...named('scalar', signature(['vector'], 'scalar')),
  ...named('vector', signature(['scalar'], 'vector')),
  ...named('predict_linear', signature(['matrix', 'scalar'], 'vector')),
  ...named('quantile_over_time', signature(['scalar', 'matrix'], 'vector')),
  ...named('histogram_quantile', signature(['scalar', 'vector'], 'vector')),
  ...named('histogram_fraction', signature(['scalar', 'scalar', 'vector'], 'vector')),
  ...named('label_replace', signature(['vector', 'string', 'string', 'string', 'string'], 'vector')),
  ...named('label_join', signature(['vector', 'string', 'string', 'string'], 'vector', { optional: 1, repeats: true })),
  ...named(
    'first_over_time mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
    signature(['matrix'], 'vector', { experimental }),
  ),
  ...named('double_exponential_smoothing', signature(['matrix', 'scalar', 'scalar'], 'vector', { experimental })),
  ...named(
    'sort_by_label sort_by_label_desc',
    signature(['vector', 'string'], 'vector', { optional: 1, repeats: true, experimental }),
  ),
  ...named('info', signature(['vector', 'vector'], 'vector', { optional: 1, experimental })),
  ...named('histogram_quantiles', signature(['vector', 'string', 'scalar'], 'vector', { repeats: true, experimental })),
  ...named('start_timestamp', signature(['vector'], 'vector', { experimental })),
  ...named('start end step range', signature([], 'scalar', { experimental })),
  ...named('max_of min_of', signature(['scalar', 'scalar'], 'scalar', { experimental })),
]);
