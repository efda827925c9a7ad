// What a function sees of the query that calls it.
import type { CallExpr } from '../ast.ts';
import type { QueryContext } from '../evaluate/context.ts';
import type { Grid, RangeSource, StepSeries } from '../evaluate/values.ts';

export interface Invocation {
  readonly call: CallExpr;
  readonly context: QueryContext;
  readonly grid: Grid;
  /** The value of an argument, by its place. */
  vector(index: number): readonly StepSeries[];
  scalar(index: number): Float64Array;
  text(index: number): string;
  range(index: number): RangeSource;
  /** The times in seconds of the samples that an argument selects, where it is a bare selector. */
  sampleTimes(index: number): readonly StepSeries[] | undefined;
}

export type VectorFunction = (invocation: Invocation) => readonly StepSeries[];
export type ScalarFunction = (invocation: Invocation) => Float64Array;

/** Where an argument stands in the query's text. */
export function argStart(invocation: Invocation, index: number): number {
  return (invocation.call.args[index] ?? invocation.call).span.start;
}

/** A series without labels that has a value at every step. */
export function unlabelled(labels: StepSeries['labels'], values: Float64Array): StepSeries {
  return { labels, dropName: false, values, present: new Uint8Array(values.length).fill(1) };
}
