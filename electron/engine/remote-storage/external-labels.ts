// The labels that name this installation: on series over there, not on those here. As with Prometheus's remote read, queries get
// them as matchers and answers lose them, unless a query speaks of them itself.
import { Labels } from '../../../shared/model/labels.ts';
import { type Expr, extractSelectors, type LabelMatcher, parseQuery, printExpr } from '../promql/index.ts';

export type ExternalLabels = Readonly<Record<string, string>>;

/** A query as the cluster is asked, and the labels that its answer loses. */
export type AskedQuery = { readonly text: string; readonly strips: ExternalLabels };

/** Throws QueryError. */
export function askedQuery(query: string, external: ExternalLabels): AskedQuery {
  const root = parseQuery(query);
  const selected = extractSelectors(root, { startMs: 0, endMs: 0, stepMs: 1 });
  const named = new Set(selected.flatMap(({ matchers }) => matchers.map(({ name }) => name)));
  const strips = Object.fromEntries(Object.entries(external).filter(([name]) => !named.has(name)));
  return { text: printExpr(withMatchers(root, external)), strips };
}

/** The same for the matchers of one series selector. */
export const askedMatchers = (matchers: readonly LabelMatcher[], external: ExternalLabels): LabelMatcher[] => [
  ...Object.entries(external)
    .filter(([name]) => !matchers.some((matcher) => matcher.name === name))
    .map(([name, value]): LabelMatcher => ({ name, op: '=', value })),
  ...matchers,
];

function withMatchers(expr: Expr, external: ExternalLabels): Expr {
  const inside = <E extends Expr>(inner: E): E => withMatchers(inner, external) as E;
  switch (expr.type) {
    case 'number':
    case 'string':
      return expr;
    case 'vector-selector':
      return { ...expr, matchers: askedMatchers(expr.matchers, external) };
    case 'matrix-selector':
      return { ...expr, selector: inside(expr.selector) };
    case 'paren':
    case 'unary':
    case 'subquery':
      return { ...expr, expr: inside(expr.expr) };
    case 'binary':
      return { ...expr, left: inside(expr.left), right: inside(expr.right) };
    case 'aggregate':
      return { ...expr, expr: inside(expr.expr), param: expr.param && inside(expr.param) };
    case 'call':
      return { ...expr, args: expr.args.map(inside) };
  }
}

export function stripped(metric: Readonly<Record<string, string>>, strips: ExternalLabels): Labels {
  return Labels.fromPairs(Object.entries(metric).filter(([name, value]) => strips[name] !== value));
}
