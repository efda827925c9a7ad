// The same query with its time pinned by @, which must then give the same answer at every evaluation time.
import { childrenOf, type Expr } from '../../electron/engine/promql/ast.ts';

const TIME_DEPENDENT = new Set(
  (
    'day_of_month day_of_week day_of_year days_in_month hour minute month year predict_linear time timestamp ' +
    'start end step range start_timestamp'
  ).split(' '),
);

export function dependsOnTime(expr: Expr): boolean {
  return (expr.type === 'call' && TIME_DEPENDENT.has(expr.func)) || childrenOf(expr).some(dependsOnTime);
}

const BOUNDS = new Set(['start', 'end', 'step', 'range']);

/** True where the query's bounds matter, so that it is another query over another range. */
export function readsBounds(expr: Expr): boolean {
  if (expr.type === 'call' && BOUNDS.has(expr.func)) return true;
  if ('at' in expr && expr.at !== undefined && 'bound' in expr.at) return true;
  return JSON.stringify(expr).includes('"kind":"call"') || childrenOf(expr).some(readsBounds);
}

/** @ on every selector and subquery that lacks one, except below a subquery that has it. */
export function pinTime(expr: Expr, timeMs: number): Expr {
  const pin = (inner: Expr): Expr => pinTime(inner, timeMs);
  switch (expr.type) {
    case 'number':
    case 'string':
      return expr;
    case 'paren':
    case 'unary':
      return { ...expr, expr: pin(expr.expr) };
    case 'binary':
      return { ...expr, left: pin(expr.left), right: pin(expr.right) };
    case 'aggregate':
      return { ...expr, expr: pin(expr.expr), param: expr.param === undefined ? undefined : pin(expr.param) };
    case 'call':
      return { ...expr, args: expr.args.map(pin) };
    case 'vector-selector':
      return { ...expr, at: expr.at ?? { timeMs } };
    case 'matrix-selector':
      return { ...expr, selector: { ...expr.selector, at: expr.selector.at ?? { timeMs } } };
    case 'subquery':
      return expr.at === undefined ? { ...expr, at: { timeMs } } : expr;
  }
}
