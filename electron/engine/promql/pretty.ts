// Prints an expression as Prometheus formats it: what is longer than a line is broken at its parentheses and operators.
import type { Expr } from './ast.ts';
import { printAggregateHead, printExpr, printMatching, printSubqueryTail } from './print.ts';

const MAX_LINE_BYTES = 100;
const encoder = new TextEncoder();

const indent = (level: number): string => '  '.repeat(level);

export function prettyExpr(expr: Expr, level = 0): string {
  const flat = printExpr(expr);
  if (encoder.encode(flat).length <= MAX_LINE_BYTES) return indent(level) + flat;
  const close = `\n${indent(level)})`;
  switch (expr.type) {
    case 'aggregate': {
      const inner = [expr.param, expr.expr].filter((one) => one !== undefined);
      return `${indent(level)}${printAggregateHead(expr)}(\n${list(inner, level + 1)}${close}`;
    }
    case 'call':
      return `${indent(level)}${expr.func}(\n${list(expr.args, level + 1)}${close}`;
    case 'paren':
      return `${indent(level)}(\n${prettyExpr(expr.expr, level + 1)}${close}`;
    case 'binary': {
      const operator = `${indent(level)}${expr.op}${printMatching(expr)}`;
      return `${prettyExpr(expr.left, level + 1)}\n${operator}\n${prettyExpr(expr.right, level + 1)}`;
    }
    case 'unary':
      return `${indent(level)}${expr.op}${prettyExpr(expr.expr, level).trim()}`;
    case 'subquery':
      return prettyExpr(expr.expr, level) + printSubqueryTail(expr);
    case 'number':
    case 'string':
    case 'vector-selector':
    case 'matrix-selector':
      return indent(level) + flat;
  }
}

const list = (parts: readonly Expr[], level: number): string =>
  parts.map((part) => prettyExpr(part, level)).join(',\n');
