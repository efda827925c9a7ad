// The Explore screen's part of the contract: queries told with their figures, and what helps to write them.
import type { Catalogue, MetricLabels, QueryCheck, QueryEstimate } from '../../../../../shared/contract/index.ts';
import { AGGREGATE_OPS, type LabelMatcher, parseQuery, parseSelector, prettyExpr } from '../../../promql/index.ts';
import { SIGNATURES } from '../../../promql/index.ts';
import type { MetricMetadata } from '../../../sources/index.ts';
import type { MetricQueries, QueryOptions } from '../../../store/metrics/index.ts';
import { exploredGraph, exploredTable } from './answers.ts';
import { countLabels, describeMetric } from './catalogue.ts';
import { checkQuery } from './check.ts';

const TIMEOUT_MS = 30_000;
const MAX_METRICS = 20_000;
/** Series that a metric's labels are counted over. */
const MAX_SERIES = 20_000;
/** Aggregations of the language that are experimental and refused here. */
const REFUSED_AGGREGATES = new Set(['limitk', 'limit_ratio']);

export const FUNCTIONS: readonly string[] = [
  ...[...SIGNATURES].filter(([, { experimental }]) => !experimental).map(([name]) => name),
  ...[...AGGREGATE_OPS].filter((name) => !REFUSED_AGGREGATES.has(name)),
].toSorted();

export type ExploreServices = {
  readonly queries: MetricQueries;
  readonly metadata: () => MetricMetadata;
};

type Span = { readonly startMs: number; readonly endMs: number };
type Grid = Span & { readonly query: string; readonly stepMs: number };
type Signal = AbortSignal | undefined;

const optionsOf = (signal: Signal): QueryOptions => ({ timeoutMs: TIMEOUT_MS, ...(signal && { signal }) });

export function createExplore({ queries, metadata }: ExploreServices) {
  const unitOf = (metric: string): string => describeMetric(metric, metadata()).unit;
  return {
    check: (query: string): QueryCheck => checkQuery(query, unitOf),
    format: (query: string): { query: string } => ({ query: prettyExpr(parseQuery(query)) }),

    async estimate({ query, startMs, endMs, stepMs }: Grid, signal: Signal): Promise<QueryEstimate> {
      const { series, samples } = await queries.estimate(query, startMs, endMs, stepMs, optionsOf(signal));
      return { series, samples };
    },

    async graph(input: Grid & { readonly limit: number }, signal: Signal) {
      const { query, startMs, endMs, stepMs, limit } = input;
      const beganMs = performance.now();
      const outcome = await queries.range(query, startMs, endMs, stepMs, optionsOf(signal));
      return exploredGraph(outcome, input, limit, performance.now() - beganMs);
    },

    async table(
      { query, timeMs, limit }: { readonly query: string; readonly timeMs: number; readonly limit: number },
      signal: Signal,
    ) {
      const beganMs = performance.now();
      const outcome = await queries.instant(query, timeMs, optionsOf(signal));
      return exploredTable(outcome, limit, performance.now() - beganMs);
    },

    async metrics({ startMs, endMs }: Span): Promise<Catalogue> {
      const names = await queries.labelValues('__name__', [], startMs, endMs);
      const known = metadata();
      return {
        metrics: names.slice(0, MAX_METRICS).map((name) => describeMetric(name, known)),
        total: names.length,
        functions: [...FUNCTIONS],
      };
    },

    async metricLabels({ metric, startMs, endMs }: Span & { readonly metric: string }): Promise<MetricLabels> {
      const named: LabelMatcher = { name: '__name__', op: '=', value: metric };
      // One more than is counted tells whether there are more.
      const found = await queries.series([[named]], startMs, endMs, MAX_SERIES + 1);
      return countLabels(found.slice(0, MAX_SERIES), found.length > MAX_SERIES);
    },

    async labelNames({
      selector,
      startMs,
      endMs,
      limit,
    }: Span & { readonly selector: string; readonly limit: number }) {
      return (await queries.labelNames(selectorsOf(selector), startMs, endMs)).slice(0, limit);
    },

    async labelValues(
      input: Span & { readonly label: string; readonly selector: string; readonly limit: number },
    ): Promise<string[]> {
      const { label, selector, startMs, endMs, limit } = input;
      return (await queries.labelValues(label, selectorsOf(selector), startMs, endMs)).slice(0, limit);
    },
  };
}

const selectorsOf = (selector: string): LabelMatcher[][] => (selector === '' ? [] : [parseSelector(selector)]);
