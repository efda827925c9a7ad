// The unit that a query's values are in, as far as it can be told from metric names and from what is done with them.
import type { CallExpr, BinaryExpr, Expr } from '../../../promql/index.ts';
import type { Unit } from '../../../../../shared/units/index.ts';

/** `epoch` counts seconds since 1970: only a difference of two is a time span. */
type Base = 'one' | 'ratio' | 'byte' | 'second' | 'epoch' | 'celsius' | 'volt' | 'watt' | 'rpm';

/**
 * What is measured, whether per second, and what the values were multiplied by: a bit is an eighth of a byte, a percent a
 * hundredth of the whole. For the buckets of a histogram also what they are buckets of.
 */
type Dimension = { readonly base: Base; readonly factor: number; readonly rate: boolean; readonly bucketsOf?: Base };

/** A metric's unit as its source tells it, '' where it does not. */
export type UnitOf = (metric: string) => string;

const ENDINGS: readonly (readonly [RegExp, Base])[] = [
  [/(?:timestamp|boot_time|start_time|expiry|modification_time|node_time)(?:_seconds)?$/, 'epoch'],
  [/(?:_|^)(?:bytes?|octets)$/i, 'byte'],
  [/(?:_|^)seconds$/, 'second'],
  [/(?:_|^)ratio$/, 'ratio'],
  [/(?:_|^)celsius$/, 'celsius'],
  [/(?:_|^)volts$/, 'volt'],
  [/(?:_|^)watts$/, 'watt'],
  [/(?:_|^)rpm$/, 'rpm'],
];
const KEEPING_FUNCTIONS = new Set(
  (
    'increase delta idelta avg_over_time min_over_time max_over_time sum_over_time last_over_time quantile_over_time ' +
    'stddev_over_time predict_linear abs ceil floor round clamp clamp_min clamp_max sort sort_desc scalar ' +
    'label_replace label_join'
  ).split(' '),
);
const RATES = new Set(['rate', 'irate', 'deriv']);
const KEEPING_AGGREGATES = new Set(['sum', 'avg', 'min', 'max', 'topk', 'bottomk', 'quantile', 'stddev']);
const PLAIN: Readonly<Partial<Record<Base, Unit>>> = {
  byte: 'bytes',
  second: 'seconds',
  epoch: 'count',
  celsius: 'celsius',
  volt: 'volts',
  watt: 'watts',
  rpm: 'rpm',
};
const PER_SECOND: Readonly<Partial<Record<Base, Unit>>> = { one: 'perSecond', byte: 'Bps' };
const COUNT: Dimension = { base: 'one', factor: 1, rate: false };

/** Null where it cannot be told, or the parts have different units. */
export function unitOfQuery(expr: Expr, unitOf: UnitOf): Unit | null {
  const found = dimensionOf(expr, unitOf);
  return found === undefined ? null : shown(found);
}

function shown({ base, factor, rate }: Dimension): Unit | null {
  if (base === 'byte' && factor === 8) return rate ? 'bps' : null;
  const isShare = (base === 'ratio' && !rate) || (base === 'second' && rate);
  if (isShare) return factor === 100 ? 'percent' : factor === 1 ? 'count' : null;
  if (base === 'one' && !rate) return 'count';
  if (factor !== 1) return null;
  return (rate ? PER_SECOND : PLAIN)[base] ?? null;
}

function dimensionOf(expr: Expr, unitOf: UnitOf): Dimension | undefined {
  switch (expr.type) {
    case 'number':
      return COUNT;
    case 'string':
      return undefined;
    case 'paren':
    case 'unary':
    case 'subquery':
      return dimensionOf(expr.expr, unitOf);
    case 'matrix-selector':
      return dimensionOf(expr.selector, unitOf);
    case 'vector-selector':
      return metricDimension(expr.name, unitOf(expr.name));
    case 'aggregate':
      if (KEEPING_AGGREGATES.has(expr.op)) return dimensionOf(expr.expr, unitOf);
      return expr.op.startsWith('count') || expr.op === 'group' ? COUNT : undefined;
    case 'call':
      return callDimension(expr, unitOf);
    case 'binary':
      return binaryDimension(expr, unitOf);
  }
}

function metricDimension(name: string, told: string): Dimension | undefined {
  if (name === '') return undefined;
  const own = measured(told) ?? measured(name.replace(/_total$/, ''));
  if (own !== undefined) return own;
  const [, histogram, part] = /^(.*)_(bucket|sum|count)$/.exec(name) ?? [];
  if (histogram === undefined) return COUNT;
  const of = measured(histogram) ?? COUNT;
  return part === 'bucket' ? { ...COUNT, bucketsOf: of.base } : part === 'sum' ? of : COUNT;
}

function measured(name: string): Dimension | undefined {
  if (/(?:_|^)bits?$/.test(name)) return { base: 'byte', factor: 8, rate: false };
  if (/(?:_|^)percent$/.test(name)) return { base: 'ratio', factor: 100, rate: false };
  const base = ENDINGS.find(([ending]) => ending.test(name))?.[1];
  return base === undefined ? undefined : { base, factor: 1, rate: false };
}

function callDimension({ func, args }: CallExpr, unitOf: UnitOf): Dimension | undefined {
  if (func === 'time' || func === 'timestamp') return { ...COUNT, base: 'epoch' };
  if (/^(?:count_over_time|present_over_time|changes|resets|absent|absent_over_time|sgn)$/.test(func)) return COUNT;
  if (func === 'vector') return COUNT;
  // The vector is the last argument where a quantile comes first, and the first elsewhere.
  const values = args.find((arg) => arg.type !== 'number' && arg.type !== 'string');
  const of = values === undefined ? undefined : dimensionOf(values, unitOf);
  if (of === undefined) return undefined;
  if (func === 'histogram_quantile') {
    return of.bucketsOf === undefined ? undefined : { ...COUNT, base: of.bucketsOf };
  }
  if (RATES.has(func)) return of.rate ? undefined : { ...of, rate: true };
  return KEEPING_FUNCTIONS.has(func) ? of : undefined;
}

function binaryDimension(expr: BinaryExpr, unitOf: UnitOf): Dimension | undefined {
  const left = dimensionOf(expr.left, unitOf);
  const right = dimensionOf(expr.right, unitOf);
  if (left === undefined || right === undefined) return undefined;
  switch (expr.op) {
    case '*':
      return times(left, factorOf(expr.right)) ?? times(right, factorOf(expr.left));
    case '/':
      return quotient(left, right, factorOf(expr.right));
    case '+':
    case '-':
      if (left.base === 'epoch' && right.base === 'epoch') return { ...COUNT, base: 'second' };
      return sum(left, right, expr);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return expr.bool ? COUNT : left;
    case 'and':
    case 'unless':
      return left;
    case 'or':
      return same(left, right) ? left : undefined;
    case '%':
    case '^':
    case 'atan2':
      return undefined;
  }
}

/** The value of a literal, in whatever parentheses. */
function factorOf(expr: Expr): number | undefined {
  if (expr.type === 'paren') return factorOf(expr.expr);
  return expr.type === 'number' ? expr.value : undefined;
}

const same = (a: Dimension, b: Dimension): boolean => a.base === b.base && a.rate === b.rate && a.factor === b.factor;

const times = (of: Dimension, factor: number | undefined): Dimension | undefined =>
  factor === undefined ? undefined : { ...of, factor: of.factor * factor };

function quotient(left: Dimension, right: Dimension, divisor: number | undefined): Dimension | undefined {
  if (divisor !== undefined) return times(left, 1 / divisor);
  const factor = left.factor / right.factor;
  if (left.base === right.base && left.rate === right.rate) return { base: 'ratio', factor, rate: false };
  // Seconds a second over requests a second: seconds a request.
  if (right.base === 'one' && right.rate === left.rate) return { base: left.base, factor, rate: false };
  return undefined;
}

/** A literal beside a value is of the value's unit: 1 - ratio, 100 - percent. */
function sum(left: Dimension, right: Dimension, expr: BinaryExpr): Dimension | undefined {
  if (factorOf(expr.left) !== undefined) return right;
  if (factorOf(expr.right) !== undefined || same(left, right)) return left;
  return undefined;
}
