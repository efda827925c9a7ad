// A query's syntax tree as /api/v1/parse_query shows it, in the shape that Prometheus's own page draws.
import {
  type BinaryExpr,
  type DurationExpr,
  type Expr,
  formatFixed,
  type LabelMatcher,
  SIGNATURES,
  type TimeModifiers,
  typeOf,
  type VectorSelector,
} from '../../../promql/index.ts';

export function syntaxTree(expr: Expr): object {
  switch (expr.type) {
    case 'number':
      return { type: 'numberLiteral', val: formatFixed(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'paren':
      return { type: 'parenExpr', expr: syntaxTree(expr.expr) };
    case 'unary':
      // A sign before a number is part of it.
      if (expr.expr.type === 'number') {
        const { value } = expr.expr;
        return { type: 'numberLiteral', val: formatFixed(expr.op === '-' ? -value : value) };
      }
      return { type: 'unaryExpr', op: expr.op, expr: syntaxTree(expr.expr) };
    case 'binary':
      return {
        type: 'binaryExpr',
        op: expr.op,
        lhs: syntaxTree(expr.left),
        rhs: syntaxTree(expr.right),
        matching: matching(expr),
        bool: expr.bool,
      };
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.op,
        expr: syntaxTree(expr.expr),
        param: expr.param === undefined ? null : syntaxTree(expr.param),
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'call': {
      const signature = SIGNATURES.get(expr.func);
      return {
        type: 'call',
        func: {
          name: expr.func,
          argTypes: signature?.args ?? [],
          variadic: signature?.repeats === true ? -1 : (signature?.optional ?? 0),
          returnType: signature?.returns ?? 'none',
        },
        args: expr.args.map(syntaxTree),
      };
    }
    case 'vector-selector':
      return { type: 'vectorSelector', ...selector(expr) };
    case 'matrix-selector':
      return { type: 'matrixSelector', ...selector(expr.selector), range: milliseconds(expr.range) };
    case 'subquery':
      return {
        type: 'subquery',
        expr: syntaxTree(expr.expr),
        range: milliseconds(expr.range),
        step: milliseconds(expr.step),
        ...modifiers(expr),
      };
  }
}

const selector = (vector: VectorSelector): object => ({
  name: vector.name,
  matchers: vector.matchers.map(({ name, op, value }: LabelMatcher) => ({ name, value, type: op })),
  ...modifiers(vector),
  anchored: vector.mode === 'anchored',
  smoothed: vector.mode === 'smoothed',
});

const modifiers = ({ offset, at }: TimeModifiers): object => ({
  offset: milliseconds(offset),
  timestamp: at !== undefined && 'timeMs' in at ? at.timeMs : null,
  startOrEnd: at !== undefined && 'bound' in at ? at.bound : null,
});

function matching({ left, right, matching: written }: BinaryExpr): object | null {
  if (written === undefined || typeOf(left) !== 'vector' || typeOf(right) !== 'vector') return null;
  return {
    card: written.cardinality,
    labels: written.labels,
    on: written.on,
    include: written.include,
    fillValues: { lhs: written.fillLeft ?? null, rhs: written.fillRight ?? null },
  };
}

/** 0 where none is written; the stable language has literals only. */
function milliseconds(duration: DurationExpr | undefined): number {
  if (duration?.kind === 'unary') {
    const value = milliseconds(duration.operand);
    return duration.op === '-' ? -value : value;
  }
  return duration?.kind === 'literal' ? Math.round(duration.seconds * 1_000) : 0;
}
