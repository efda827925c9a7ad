// Which series and times a query reads, without reading them.
import { childrenOf, type Expr } from './ast.ts';
import { lookTimes, positiveDurationMs, type Bounds } from './evaluate/durations.ts';
import { subqueryGrid } from './evaluate/subquery.ts';
import { DEFAULT_LOOKBACK_MS } from './evaluator.ts';
import type { LabelMatcher } from './storage.ts';

export type SelectedRange = {
  readonly matchers: readonly LabelMatcher[];
  /** Samples with minTimeMs < t <= maxTimeMs are read. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
};

export type ExtractOptions = {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs?: number;
  readonly lookbackMs?: number;
  readonly defaultSubqueryStepMs?: number;
};

/** Each selector of the query, left to right, with the times it reads when the query runs from startMs to endMs. */
export function extractSelectors(root: Expr, options: ExtractOptions): SelectedRange[] {
  const query: Bounds = { startMs: options.startMs, endMs: options.endMs, stepMs: options.stepMs ?? 0 };
  const lookbackMs = options.lookbackMs ?? DEFAULT_LOOKBACK_MS;
  const result: SelectedRange[] = [];
  const visit = (expr: Expr, startMs: number, endMs: number): void => {
    const grid = { startMs, stepMs: endMs - startMs, steps: 2 };
    if (expr.type === 'vector-selector' || expr.type === 'matrix-selector') {
      const selector = expr.type === 'matrix-selector' ? expr.selector : expr;
      const spanMs = expr.type === 'matrix-selector' ? positiveDurationMs(expr.range, query) : lookbackMs;
      const { firstMs, lastMs } = lookTimes(selector, query, grid);
      result.push({ matchers: selector.matchers, minTimeMs: firstMs - spanMs, maxTimeMs: lastMs });
    } else if (expr.type === 'subquery') {
      const { firstMs, lastMs } = lookTimes(expr, query, grid);
      const stepMs =
        expr.step === undefined ? (options.defaultSubqueryStepMs ?? 60_000) : positiveDurationMs(expr.step, query);
      const inner = subqueryGrid(firstMs, lastMs, positiveDurationMs(expr.range, query), stepMs);
      const lastStep = inner.startMs + Math.max(0, inner.steps - 1) * inner.stepMs;
      visit(expr.expr, inner.startMs, lastStep);
    } else {
      for (const child of childrenOf(expr)) visit(child, startMs, endMs);
    }
  };
  visit(root, options.startMs, options.endMs);
  return result;
}
