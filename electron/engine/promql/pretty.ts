// Prints an expression as Prometheus formats it: matchers in order, and what is longer than a line broken into several.
import { compareUtf8 } from '../../../shared/model/labels.ts';
import type { Expr, VectorSelector } from './ast.ts';
import { printAggregateHead, printExpr, printMatchers, printMatching, printSubqueryTail } from './print.ts';

const MAX_LINE_BYTES = 100;
const encoder = new TextEncoder();

export const prettyExpr = (expr: Expr): string => print(ordered(expr), 0);

const indent = (level: number): string => '  '.repeat(level);

function print(expr: Expr, level: number): string {
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
      return `${indent(level)}(\n${print(expr.expr, level + 1)}${close}`;
    case 'binary': {
      const operator = `${indent(level)}${expr.op}${printMatching(expr)}`;
      return `${print(expr.left, level + 1)}\n${operator}\n${print(expr.right, level + 1)}`;
    }
    case 'unary':
      return `${indent(level)}${expr.op}${print(expr.expr, level).trim()}`;
    case 'subquery':
      return print(expr.expr, level) + printSubqueryTail(expr);
    case 'number':
    case 'string':
    case 'vector-selector':
    case 'matrix-selector':
      return indent(level) + flat;
  }
}

const list = (parts: readonly Expr[], level: number): string => parts.map((part) => print(part, level)).join(',\n');

/** The same expression with the matchers of each selector in the order of what is printed. */
function ordered(expr: Expr): Expr {
  switch (expr.type) {
    case 'number':
    case 'string':
      return expr;
    case 'paren':
    case 'unary':
    case 'subquery':
      return { ...expr, expr: ordered(expr.expr) };
    case 'binary':
      return { ...expr, left: ordered(expr.left), right: ordered(expr.right) };
    case 'aggregate':
      return { ...expr, expr: ordered(expr.expr), param: expr.param && ordered(expr.param) };
    case 'call':
      return { ...expr, args: expr.args.map(ordered) };
    case 'vector-selector':
      return orderedSelector(expr);
    case 'matrix-selector':
      return { ...expr, selector: orderedSelector(expr.selector) };
  }
}

function orderedSelector(selector: VectorSelector): VectorSelector {
  const { name, matchers } = selector;
  // A name before the braces has its matcher at the end.
  const inBraces = name === '' ? matchers : matchers.slice(0, -1);
  const sorted = inBraces.toSorted((a, b) => compareUtf8(printMatchers([a]), printMatchers([b])));
  return { ...selector, matchers: [...sorted, ...matchers.slice(inBraces.length)] };
}
