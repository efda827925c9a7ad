// A query looked at without being run: what is wrong with it and where, or what it is and what it selects.
import type { QueryCheck } from '../../../../../shared/contract/index.ts';
import { type Expr, parseQuery, QueryError, typeOf } from '../../../promql/index.ts';
import { type UnitOf, unitOfQuery } from './units.ts';

const MAX_SELECTORS = 100;

type Selector = Extract<QueryCheck, { ok: true }>['selectors'][number];

export function checkQuery(query: string, unitOf: UnitOf): QueryCheck {
  try {
    const expr = parseQuery(query);
    return {
      ok: true,
      type: typeOf(expr),
      unit: unitOfQuery(expr, unitOf),
      selectors: selectorsOf(expr).slice(0, MAX_SELECTORS),
    };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { ok: false, message: error.reason, offset: error.position?.offset ?? 0 };
  }
}

function selectorsOf(root: Expr): Selector[] {
  const found: Selector[] = [];
  const visit = (expr: Expr, func: string): void => {
    switch (expr.type) {
      case 'number':
      case 'string':
        return;
      case 'vector-selector':
        if (expr.name !== '') {
          found.push({ metric: expr.name, func, start: expr.span.start, end: expr.span.start + expr.name.length });
        }
        return;
      case 'matrix-selector':
        return visit(expr.selector, func);
      case 'call':
        for (const arg of expr.args) visit(arg, arg.type === 'matrix-selector' ? expr.func : '');
        return;
      case 'binary':
        visit(expr.left, '');
        return visit(expr.right, '');
      case 'aggregate':
        if (expr.param !== undefined) visit(expr.param, '');
        return visit(expr.expr, '');
      case 'paren':
      case 'unary':
      case 'subquery':
        return visit(expr.expr, '');
    }
  };
  visit(root, '');
  return found;
}
