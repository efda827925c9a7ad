// Evaluates a syntax tree over a grid of steps.
import type { Labels } from '../../../../shared/model/labels.ts';
import {
  unwrapParens,
  type AggregateExpr,
  type CallExpr,
  type Expr,
  type MatrixSelector,
  type SubqueryExpr,
} from '../ast.ts';
import { possibleNonCounter } from '../annotations.ts';
import { executionError } from '../errors.ts';
import { BUCKET_FUNCTIONS } from '../functions/bucket-functions.ts';
import { RANGE_FUNCTIONS, SCALAR_FUNCTIONS, VECTOR_FUNCTIONS } from '../functions/index.ts';
import type { Invocation } from '../functions/invocation.ts';
import { evaluateFold } from './aggregate.ts';
import { evaluateBinary } from './binary.ts';
import type { QueryContext } from './context.ts';
import { evaluateCountValues, evaluateQuantile } from './distribution.ts';
import { lookTimes, positiveDurationMs } from './durations.ts';
import { applyRangeFunction } from './range-functions.ts';
import { countLimit, evaluateRank } from './rank.ts';
import { mergeSameLabels, withoutName } from './results.ts';
import { evaluateSegments, informOfSummaries, type SummarisedReach } from './reach.ts';
import { evaluateInstantSelector, segmentsOfRange, selectRange } from './selectors.ts';
import { findStepInvariant } from './step-invariant.ts';
import { compressSeries, subqueryGrid } from './subquery.ts';
import { answerExactly, answerWidened } from './summarised.ts';
import { sizeOf, type Grid, type RangeSource, type StepSeries, type StepValue } from './values.ts';

export class Evaluation {
  readonly #context: QueryContext;
  readonly #invariant: ReadonlySet<Expr>;

  constructor(context: QueryContext, root: Expr) {
    this.#context = context;
    this.#invariant = findStepInvariant(root);
  }

  evaluate(expr: Expr, grid: Grid): StepValue {
    const before = this.#context.liveSamples;
    const value =
      grid.steps > 1 && this.#invariant.has(expr)
        ? this.#repeat(this.#dispatch(expr, { ...grid, steps: 1 }), grid.steps)
        : this.#dispatch(expr, grid);
    // The operands are used up; only the result is still held.
    this.#context.release(before + sizeOf(value));
    return value;
  }

  /** A range vector: a selector's samples, or those that a subquery computes. */
  range(expr: Expr, grid: Grid, func: string | undefined, summarised?: SummarisedReach): RangeSource {
    const inner = unwrapParens(expr);
    if (inner.type === 'matrix-selector') return selectRange(this.#context, inner, grid, func, summarised);
    if (inner.type === 'subquery') return this.#subquery(inner, grid);
    throw new TypeError(`${inner.type} is no range vector`);
  }

  #dispatch(expr: Expr, grid: Grid): StepValue {
    switch (expr.type) {
      case 'number':
        return { type: 'scalar', values: this.#context.column(grid.steps).fill(expr.value) };
      case 'string':
        return { type: 'string', value: expr.value };
      case 'paren':
        return this.evaluate(expr.expr, grid);
      case 'unary':
        return expr.op === '+' ? this.evaluate(expr.expr, grid) : this.#negate(this.evaluate(expr.expr, grid), grid);
      case 'binary': {
        const left = this.evaluate(expr.left, grid);
        return evaluateBinary(this.#context, expr, left, this.evaluate(expr.right, grid));
      }
      case 'aggregate':
        return { type: 'vector', series: this.#aggregate(expr, grid) };
      case 'call':
        return this.#call(expr, grid);
      case 'vector-selector':
        return { type: 'vector', series: evaluateInstantSelector(this.#context, expr, grid) };
      case 'matrix-selector':
      case 'subquery':
        throw new TypeError('a range vector has no value at a step');
    }
  }

  #repeat(value: StepValue, steps: number): StepValue {
    if (value.type === 'string') return value;
    if (value.type === 'scalar') {
      return { type: 'scalar', values: this.#context.column(steps).fill(value.values[0] ?? 0) };
    }
    const series = value.series.map((one) => ({
      ...one,
      values: this.#context.column(steps).fill(one.values[0] ?? 0),
      present: new Uint8Array(steps).fill(one.present[0] ?? 0),
    }));
    return { type: 'vector', series };
  }

  #negate(value: StepValue, grid: Grid): StepValue {
    const context = this.#context;
    const negated = (values: Float64Array): Float64Array => {
      const result = context.column(grid.steps);
      for (let i = 0; i < result.length; i++) result[i] = -(values[i] ?? 0);
      return result;
    };
    if (value.type === 'scalar') return { type: 'scalar', values: negated(value.values) };
    if (value.type === 'string') throw new TypeError('a string has no negative');
    const series = value.series.map((one) => ({
      ...withoutName(context, one.labels),
      values: negated(one.values),
      present: one.present,
    }));
    return { type: 'vector', series: mergeSameLabels(series) };
  }

  #vector(expr: Expr, grid: Grid): readonly StepSeries[] {
    const value = this.evaluate(expr, grid);
    if (value.type !== 'vector') throw new TypeError(`expected a vector, got a ${value.type}`);
    return value.series;
  }

  #scalar(expr: Expr, grid: Grid): Float64Array {
    const value = this.evaluate(expr, grid);
    if (value.type !== 'scalar') throw new TypeError(`expected a scalar, got a ${value.type}`);
    return value.values;
  }

  #text(expr: Expr): string {
    const inner = unwrapParens(expr);
    if (inner.type !== 'string') throw new TypeError(`expected a string, got a ${inner.type}`);
    return inner.value;
  }

  #aggregate(expr: AggregateExpr, grid: Grid): readonly StepSeries[] {
    const context = this.#context;
    const { op, param } = expr;
    if (op === 'limitk' || op === 'limit_ratio')
      throw executionError(`experimental aggregation ${op} is not supported`);
    if (param === undefined) return evaluateFold(context, expr, this.#vector(expr.expr, grid), grid.steps);
    if (op === 'count_values') {
      return evaluateCountValues(context, expr, this.#vector(expr.expr, grid), this.#text(param), grid.steps);
    }
    const parameter = this.#scalar(param, grid);
    if (op === 'quantile') return evaluateQuantile(context, expr, this.#vector(expr.expr, grid), parameter);
    for (const k of parameter) countLimit(k);
    return evaluateRank(context, expr, this.#vector(expr.expr, grid), parameter);
  }

  /** A call over a range of samples runs once for each tier that its steps are read from. */
  #call(call: CallExpr, grid: Grid): StepValue {
    const ranged = call.args.map(unwrapParens).find((arg) => arg.type === 'matrix-selector');
    if (ranged === undefined) return this.#callOn(call, grid, undefined);
    const series = evaluateSegments(
      this.#context,
      segmentsOfRange(this.#context, ranged, grid, call.func),
      grid,
      (part, summarised) => {
        const answer = this.#callOnBuckets(call, ranged, part, summarised) ?? this.#callOn(call, part, summarised);
        return answer.type === 'vector' ? answer.series : [];
      },
    );
    return { type: 'vector', series };
  }

  #callOnBuckets(
    call: CallExpr,
    { selector, range }: MatrixSelector,
    grid: Grid,
    summarised: SummarisedReach | undefined,
  ): StepValue | undefined {
    const context = this.#context;
    const func = BUCKET_FUNCTIONS.get(call.func);
    const [first] = call.args;
    if (func === undefined || first === undefined || selector.mode !== undefined) return undefined;
    const look = lookTimes(selector, context.settings, grid);
    const rangeMs = positiveDurationMs(range, context.settings);
    const ends = { steps: grid.steps, firstEndMs: look.firstMs, endStepMs: look.stepMs, rangeMs };
    const question = { matchers: selector.matchers, ...ends };
    const before = context.liveSamples;
    const answer =
      summarised === undefined
        ? answerExactly(context, question, func)
        : answerWidened(context, question, func, summarised.resolutionMs);
    if (answer === undefined) {
      context.release(before);
      return undefined;
    }
    if (summarised !== undefined && answer.firstLabels !== undefined) {
      informOfSummaries(context, summarised, 'range', rangeMs, answer.rangeMs, selector.span.start);
    }
    this.#hintAtGauges(call, answer.firstLabels, first);
    const { series } = answer;
    return { type: 'vector', series: func.keepsName === true ? series : mergeSameLabels(series) };
  }

  #callOn(call: CallExpr, grid: Grid, summarised: SummarisedReach | undefined): StepValue {
    const rangeFunction = RANGE_FUNCTIONS.get(call.func);
    const [first] = call.args;
    if (rangeFunction !== undefined && first !== undefined) {
      const source = this.range(first, grid, call.func, summarised);
      this.#hintAtGauges(call, source.series[0]?.labels, first);
      return { type: 'vector', series: applyRangeFunction(this.#context, source, grid, rangeFunction) };
    }
    const invocation = this.#invocation(call, grid, summarised);
    const vectorFunction = VECTOR_FUNCTIONS.get(call.func);
    if (vectorFunction !== undefined) return { type: 'vector', series: vectorFunction(invocation) };
    const scalarFunction = SCALAR_FUNCTIONS.get(call.func);
    if (scalarFunction !== undefined) return { type: 'scalar', values: scalarFunction(invocation) };
    throw executionError(`experimental function ${call.func}() is not supported`);
  }

  #hintAtGauges({ func }: CallExpr, labels: Labels | undefined, argument: Expr): void {
    if (func !== 'rate' && func !== 'increase') return;
    const name = labels?.name ?? '';
    if (name !== '' && !/_(?:total|sum|count|bucket)$/.test(name)) {
      this.#context.info(possibleNonCounter(name), argument.span.start);
    }
  }

  #invocation(call: CallExpr, grid: Grid, summarised: SummarisedReach | undefined): Invocation {
    const context = this.#context;
    const arg = (index: number): Expr => {
      const found = call.args[index];
      if (found === undefined) throw new TypeError(`${call.func} has no argument ${index}`);
      return found;
    };
    return {
      call,
      context,
      grid,
      vector: (index) => this.#vector(arg(index), grid),
      scalar: (index) => this.#scalar(arg(index), grid),
      text: (index) => this.#text(arg(index)),
      range: (index) => this.range(arg(index), grid, call.func, summarised),
      sampleTimes: (index) => {
        const inner = unwrapParens(arg(index));
        return inner.type === 'vector-selector' ? evaluateInstantSelector(context, inner, grid, 'time') : undefined;
      },
    };
  }

  #subquery(expr: SubqueryExpr, grid: Grid): RangeSource {
    const { settings } = this.#context;
    const rangeMs = positiveDurationMs(expr.range, settings);
    const stepMs = expr.step === undefined ? settings.defaultSubqueryStepMs : positiveDurationMs(expr.step, settings);
    const look = lookTimes(expr, settings, grid);
    const inner = subqueryGrid(look.firstMs, look.lastMs, rangeMs, stepMs);
    const ends = { rangeMs, firstEndMs: look.firstMs, endStepMs: look.stepMs };
    if (inner.steps <= 0) return { ...ends, series: [] };
    return { ...ends, series: compressSeries(this.#context, this.#vector(expr.expr, inner), inner) };
  }
}
