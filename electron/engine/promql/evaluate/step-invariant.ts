// Finds the parts of a query that have the same value at every step, so that they are evaluated once.
import { childrenOf, type Expr } from '../ast.ts';

/** Functions whose value depends on the evaluation time whatever their arguments. */
const TIME_DEPENDENT: ReadonlySet<string> = new Set([
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'time',
  'timestamp',
  'year',
]);

export function findStepInvariant(root: Expr): ReadonlySet<Expr> {
  const found = new Set<Expr>();
  const visit = (expr: Expr): boolean => {
    const children = childrenOf(expr).map(visit);
    let invariant = children.every(Boolean);
    if (expr.type === 'vector-selector' || expr.type === 'subquery') invariant = expr.at !== undefined;
    if (expr.type === 'call') invariant &&= !TIME_DEPENDENT.has(expr.func);
    if (invariant) found.add(expr);
    return invariant;
  };
  visit(root);
  return found;
}
