// The syntax tree of a PromQL expression.
import type { LabelMatcher } from './storage.ts';

/** Offsets into the query text, end exclusive. */
export type Span = { readonly start: number; readonly end: number };

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type SetOp = 'and' | 'or' | 'unless';
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp;

const AGGREGATES = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'quantile',
  'count_values',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
] as const;
export type AggregateOp = (typeof AGGREGATES)[number];
export const AGGREGATE_OPS: ReadonlySet<string> = new Set(AGGREGATES);

export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

export type VectorMatching = {
  readonly cardinality: Cardinality;
  /** on(...) when true, ignoring(...) or nothing when false. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** The labels of group_left / group_right, copied from the "one" side. */
  readonly include: readonly string[];
  /** Experimental: the value of a side that has no partner. */
  readonly fillLeft?: number | undefined;
  readonly fillRight?: number | undefined;
};

/** A duration: written out, or an experimental expression over step() and range(). */
export type DurationExpr =
  | { readonly kind: 'literal'; readonly seconds: number; readonly asNumber: boolean }
  | { readonly kind: 'call'; readonly name: 'step' | 'range' }
  | { readonly kind: 'pair'; readonly name: 'min_of' | 'max_of'; readonly args: readonly [DurationExpr, DurationExpr] }
  | { readonly kind: 'unary'; readonly op: '+' | '-'; readonly operand: DurationExpr }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/' | '%' | '^';
      readonly left: DurationExpr;
      readonly right: DurationExpr;
    }
  | { readonly kind: 'paren'; readonly inner: DurationExpr };

export type AtModifier = { readonly timeMs: number } | { readonly bound: 'start' | 'end' };

/** What `offset` and `@` set on a selector or subquery. */
export type TimeModifiers = {
  readonly offset?: DurationExpr | undefined;
  readonly at?: AtModifier | undefined;
};

/** Experimental: how a range selector treats the samples at its bounds. */
export type RangeMode = 'anchored' | 'smoothed';

export type NumberLiteral = {
  readonly type: 'number';
  readonly value: number;
  readonly asDuration: boolean;
  readonly span: Span;
};
export type StringLiteral = { readonly type: 'string'; readonly value: string; readonly span: Span };
export type ParenExpr = { readonly type: 'paren'; readonly expr: Expr; readonly span: Span };
export type UnaryExpr = { readonly type: 'unary'; readonly op: '+' | '-'; readonly expr: Expr; readonly span: Span };

export type BinaryExpr = {
  readonly type: 'binary';
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  /** Present for vector-to-vector operations and wherever on/ignoring is written. */
  readonly matching?: VectorMatching | undefined;
  readonly span: Span;
};

export type AggregateExpr = {
  readonly type: 'aggregate';
  readonly op: AggregateOp;
  readonly expr: Expr;
  readonly param?: Expr | undefined;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly span: Span;
};

export type CallExpr = {
  readonly type: 'call';
  readonly func: string;
  readonly args: readonly Expr[];
  readonly span: Span;
};

export type VectorSelector = TimeModifiers & {
  readonly type: 'vector-selector';
  /** The metric name before the braces, '' when there is none. */
  readonly name: string;
  /** All matchers, those of the name last. */
  readonly matchers: readonly LabelMatcher[];
  readonly mode?: RangeMode | undefined;
  readonly span: Span;
};

export type MatrixSelector = {
  readonly type: 'matrix-selector';
  readonly selector: VectorSelector;
  readonly range: DurationExpr;
  readonly span: Span;
};

export type SubqueryExpr = TimeModifiers & {
  readonly type: 'subquery';
  readonly expr: Expr;
  readonly range: DurationExpr;
  /** Undefined: the default step. */
  readonly step?: DurationExpr | undefined;
  readonly span: Span;
};

export type Expr =
  | NumberLiteral
  | StringLiteral
  | ParenExpr
  | UnaryExpr
  | BinaryExpr
  | AggregateExpr
  | CallExpr
  | VectorSelector
  | MatrixSelector
  | SubqueryExpr;

export const COMPARISON_OPS: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['==', '!=', '<', '<=', '>', '>=']);
export const SET_OPS: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['and', 'or', 'unless']);

export function isComparison(op: BinaryOp): op is ComparisonOp {
  return COMPARISON_OPS.has(op);
}

export function isSetOp(op: BinaryOp): op is SetOp {
  return SET_OPS.has(op);
}

/** The expression inside any parentheses. */
export function unwrapParens(expr: Expr): Expr {
  let inner = expr;
  while (inner.type === 'paren') inner = inner.expr;
  return inner;
}

/** Direct subexpressions, left to right. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case 'number':
    case 'string':
    case 'vector-selector':
      return [];
    case 'paren':
    case 'unary':
    case 'subquery':
      return [expr.expr];
    case 'binary':
      return [expr.left, expr.right];
    case 'aggregate':
      return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
    case 'call':
      return expr.args;
    case 'matrix-selector':
      return [expr.selector];
  }
}
