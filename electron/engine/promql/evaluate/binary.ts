// Binary operations where at least one side is a scalar.
import { isSetOp, type BinaryExpr } from '../ast.ts';
import type { QueryContext } from './context.ts';
import { pairOperation } from './operators.ts';
import { mergeSameLabels, withoutName } from './results.ts';
import { evaluateSetOperation } from './set-operations.ts';
import { isAnyPresent, type StepSeries, type StepValue } from './values.ts';
import { evaluateVectorMatching } from './vector-matching.ts';

export function evaluateBinary(context: QueryContext, expr: BinaryExpr, left: StepValue, right: StepValue): StepValue {
  const { op, matching } = expr;
  if (left.type === 'string' || right.type === 'string') throw new TypeError('a string has no binary operations');
  if (left.type === 'vector' && right.type === 'vector') {
    const rules = matching ?? { cardinality: 'one-to-one', on: false, labels: [], include: [] };
    if (isSetOp(op))
      return { type: 'vector', series: evaluateSetOperation(context, op, rules, left.series, right.series) };
    const operation = pairOperation(op, expr.bool);
    return {
      type: 'vector',
      series: evaluateVectorMatching(context, operation, expr.bool, rules, left.series, right.series),
    };
  }
  if (isSetOp(op)) throw new TypeError(`${op} needs two vectors`);
  const operation = pairOperation(op, expr.bool);
  if (left.type === 'scalar' && right.type === 'scalar') {
    const values = context.column(left.values.length);
    for (let i = 0; i < values.length; i++) values[i] = operation.value(left.values[i] ?? 0, right.values[i] ?? 0);
    return { type: 'scalar', values };
  }
  const vectorLeft = left.type === 'vector';
  const vector = left.type === 'vector' ? left.series : right.type === 'vector' ? right.series : [];
  const scalar = left.type === 'scalar' ? left.values : right.type === 'scalar' ? right.values : new Float64Array();
  const result: StepSeries[] = [];
  for (const series of vector) {
    const values = context.column(scalar.length);
    const present = new Uint8Array(scalar.length);
    for (let i = 0; i < values.length; i++) {
      if (series.present[i] !== 1) continue;
      const own = series.values[i] ?? 0;
      const other = scalar[i] ?? 0;
      const a = vectorLeft ? own : other;
      const b = vectorLeft ? other : own;
      if (!operation.keeps(a, b)) continue;
      // A comparison keeps the vector's value whichever side it is on.
      values[i] = operation.changesMeaning ? operation.value(a, b) : own;
      present[i] = 1;
    }
    if (!isAnyPresent(present)) continue;
    const named = operation.changesMeaning
      ? withoutName(context, series.labels)
      : { labels: series.labels, dropName: series.dropName };
    result.push({ ...named, values, present });
  }
  return { type: 'vector', series: operation.changesMeaning ? mergeSameLabels(result) : result };
}
