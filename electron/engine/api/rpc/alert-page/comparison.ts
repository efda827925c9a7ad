// What of an alert's expression is drawn, and the line that it crosses: the side of a comparison that is not a number.
import type { AlertPage } from '../../../../../shared/contract/index.ts';
import { type Expr, parseQuery, printExpr } from '../../../promql/index.ts';

type Threshold = NonNullable<AlertPage['threshold']>;
export type Comparison = { readonly query: string; readonly threshold: Threshold | null };

const FLIPPED: Readonly<Record<Threshold['op'], Threshold['op']>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
};

const isComparison = (op: string): op is Threshold['op'] => op in FLIPPED;

/** Throws QueryError where the text is no expression. */
export const comparisonOf = (text: string): Comparison => comparisonIn(parseQuery(text));

function comparisonIn(expr: Expr): Comparison {
  const whole = (): Comparison => ({ query: printExpr(expr), threshold: null });
  if (expr.type === 'paren') return comparisonIn(expr.expr);
  if (expr.type !== 'binary') return whole();
  const { op, left, right } = expr;
  // These let the left side's samples through, or not.
  if (op === 'and' || op === 'unless') return comparisonIn(left);
  // Of 0 and 1 that `bool` makes there is nothing to see.
  if (!isComparison(op) || expr.bool) return whole();
  const [leftValue, rightValue] = [constantOf(left), constantOf(right)];
  if (leftValue !== undefined && rightValue !== undefined) return whole();
  if (rightValue !== undefined) return { query: printExpr(left), threshold: { op, value: rightValue } };
  if (leftValue !== undefined) return { query: printExpr(right), threshold: { op: FLIPPED[op], value: leftValue } };
  return { query: printExpr(left), threshold: null };
}

/** The value of what is made of numbers alone; undefined where it is not, or is none that can be drawn. */
function constantOf(expr: Expr): number | undefined {
  const value = fold(expr);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

function fold(expr: Expr): number | undefined {
  if (expr.type === 'number') return expr.value;
  if (expr.type === 'paren') return fold(expr.expr);
  if (expr.type === 'unary') {
    const value = fold(expr.expr);
    return value === undefined || expr.op === '+' ? value : -value;
  }
  if (expr.type !== 'binary') return undefined;
  const [a, b] = [fold(expr.left), fold(expr.right)];
  if (a === undefined || b === undefined) return undefined;
  return ARITHMETIC[expr.op]?.(a, b);
}
