// The arithmetic and comparisons of two numbers.
import { isComparison, type ArithmeticOp, type BinaryOp, type ComparisonOp, type SetOp } from '../ast.ts';
import { pow } from '../numbers.ts';

export const ARITHMETIC: Readonly<Record<ArithmeticOp, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  // The sign of the dividend, in JavaScript as in Go.
  '%': (a, b) => a % b,
  '^': pow,
  atan2: Math.atan2,
};

export const COMPARISONS: Readonly<Record<ComparisonOp, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A binary operation on one pair of numbers: the value, and whether a comparison keeps it. */
export type PairOperation = {
  readonly changesMeaning: boolean;
  value(left: number, right: number): number;
  keeps(left: number, right: number): boolean;
};

const always = (): boolean => true;

export function pairOperation(op: Exclude<BinaryOp, SetOp>, bool: boolean): PairOperation {
  if (!isComparison(op)) return { changesMeaning: true, value: ARITHMETIC[op as ArithmeticOp], keeps: always };
  const compare = COMPARISONS[op];
  if (bool) return { changesMeaning: true, value: (a, b) => (compare(a, b) ? 1 : 0), keeps: always };
  return { changesMeaning: false, value: (a) => a, keeps: compare };
}
