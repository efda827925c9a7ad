// The whole way from a query's text to a checked syntax tree.
import type { Expr } from './ast.ts';
import { checkExpr, depthOf } from './check.ts';
import { parseError, QueryError } from './errors.ts';
import type { ParseOptions } from './parser/options.ts';
import { MAX_DEPTH, parseTokens } from './parser/parser.ts';
import type { LabelMatcher } from './storage.ts';

/** Throws QueryError('bad_data') with the position of what is wrong. */
export function parseQuery(text: string, options: ParseOptions = {}): Expr {
  const expr = parseTokens(text, options);
  if (depthOf(expr) > MAX_DEPTH) throw parseError(text, 0, 'expression is nested too deeply');
  checkExpr(text, expr, options);
  return expr;
}

/** The matchers of an instant selector without modifiers, as match[] parameters are written. */
export function parseSelector(text: string): LabelMatcher[] {
  const expr = parseQuery(text);
  if (expr.type !== 'vector-selector' || expr.offset !== undefined || expr.at !== undefined) {
    throw new QueryError('bad_data', 'expected type instant vector selector');
  }
  return [...expr.matchers];
}
