// Samples with start timestamps are read as those without: where that would change the answer, the eval is refused.
import { type Expr, childrenOf } from '../../electron/engine/promql/ast.ts';
import { compileMatcher, parseQuery } from '../../electron/engine/promql/index.ts';
import type { Labels } from '../../shared/model/labels.ts';
import { EXPERIMENTAL } from './experimental.ts';

/** Functions to which a start timestamp may mean a reset. A subquery's samples have none. */
const READ_START_TIMES = new Set(['rate', 'irate', 'increase']);

/** Why the query is refused over series of which some have start timestamps; undefined when it is not. */
export function refusedForStartTimes(query: string, series: readonly Labels[]): string | undefined {
  if (series.length === 0) return undefined;
  let expr: Expr;
  try {
    expr = parseQuery(query, EXPERIMENTAL);
  } catch {
    // What does not parse is told when it is run.
    return undefined;
  }
  const found = series.find((labels) => reads(expr, labels));
  return found && `refused: start timestamps are not supported: series ${found.key} has them`;
}

function reads(expr: Expr, labels: Labels): boolean {
  if (expr.type === 'call' && READ_START_TIMES.has(expr.func)) {
    const [argument] = expr.args;
    if (argument?.type === 'matrix-selector') {
      return argument.selector.matchers.every((matcher) => compileMatcher(matcher)(labels.get(matcher.name)));
    }
  }
  return childrenOf(expr).some((child) => reads(child, labels));
}
