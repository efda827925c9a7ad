// PromQL: parse -> type-check -> evaluate over a Storage. Pure.
export type * from './ast.ts';
export { AGGREGATE_OPS } from './ast.ts';
export type * from './result.ts';
export type * from './storage.ts';
export { typeOf } from './check.ts';
export { QueryError, tooManySamples, type QueryErrorType, type QueryPosition } from './errors.ts';
export {
  createEvaluator,
  DEFAULT_LOOKBACK_MS,
  DEFAULT_MAX_SAMPLES,
  MAX_STEPS,
  type EvaluatorOptions,
  type QueryEvaluator,
  type RunOptions,
} from './evaluator.ts';
export { extractSelectors, type ExtractOptions, type SelectedRange } from './extract.ts';
export { SIGNATURES, type Signature } from './functions/signatures.ts';
export { compileMatcher } from './matchers.ts';
export { formatExponential, formatFixed, formatValue } from './numbers.ts';
export { parseQuery, parseSelector } from './parse.ts';
export type { ParseOptions } from './parser/options.ts';
export { compileAnchored, expandTemplate, literalsOf, patternProblem } from './regex.ts';
export { prettyExpr } from './pretty.ts';
export { printExpr, printMatchers } from './print.ts';
