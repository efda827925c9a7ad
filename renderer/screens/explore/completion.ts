// What the editor offers while a query is typed: Prometheus's own completion, fed over our contract.
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { newCompleteStrategy } from '@prometheus-io/codemirror-promql';
import type { CompleteStrategy, PrometheusClient } from '@prometheus-io/codemirror-promql';
import { EqlRegex, Neq, NeqRegex } from '@prometheus-io/lezer-promql';
import type { QueryClient } from '@tanstack/react-query';
import type { Catalogue, EngineClient } from '../../../shared/contract/index.ts';
import { quoted } from '../../panels/selector.ts';

const FRESH_MS = 30_000;
const MOST_VALUES = 2_000;
const VALUES_KEY = ['explore', 'completion'] as const;

export type Span = { readonly startMs: number; readonly endMs: number };

export type CompletionSource = {
  readonly queries: QueryClient;
  readonly engine: EngineClient;
  /** The time in which what is offered has samples. */
  readonly span: () => Span;
};

export const catalogueQuery = ({ engine, span }: Omit<CompletionSource, 'queries'>) => ({
  queryKey: ['explore', 'metrics'],
  queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<Catalogue> =>
    engine.explore.metrics(span(), { signal }),
  staleTime: FRESH_MS,
});

export function createCompletion(source: CompletionSource): CompleteStrategy {
  const inner = newCompleteStrategy({ remote: new EngineCompletion(source) });
  return {
    async promQL(context: CompletionContext): Promise<CompletionResult | null> {
      if (!context.explicit && !isInvited(context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos)))
        return null;
      const [found, known] = await Promise.all([
        inner.promQL(context),
        source.queries.fetchQuery(catalogueQuery(source)).catch(() => undefined),
      ]);
      if (found === null || known === undefined) return found;
      const names = new Set(known.functions);
      // What the engine refuses is not offered: the language's experimental parts, and native histograms.
      const options = found.options.filter(
        ({ label, type, detail }) =>
          !((type === 'function' && detail !== 'snippet') || detail === 'aggregation') || names.has(label),
      );
      return { ...found, options };
    },
  };
}

/**
 * After a name, a quote or an opening sign somebody looks for something; after a closing one the query may be whole, and
 * Enter must run it and not put a chosen operator behind it.
 */
const isInvited = (before: string): boolean => /[\w:"'({,]/.test(before);

type Matchers = Parameters<PrometheusClient['labelValues']>[2];

/** Answers are kept for half a minute; a question that is followed by another one is let go. */
class EngineCompletion implements PrometheusClient {
  readonly #source: CompletionSource;

  constructor(source: CompletionSource) {
    this.#source = source;
  }

  labelNames(metricName = ''): Promise<string[]> {
    const selector = selectorText(metricName);
    return this.#ask(['names', selector], (span, signal) =>
      this.#source.engine.explore.labelNames({ selector, ...span, limit: MOST_VALUES }, { signal }),
    );
  }

  labelValues(label: string, metricName = '', matchers: Matchers = []): Promise<string[]> {
    const selector = selectorText(metricName, matchers, label);
    return this.#ask(['values', label, selector], (span, signal) =>
      this.#source.engine.explore.labelValues({ label, selector, ...span, limit: MOST_VALUES }, { signal }),
    );
  }

  async metricMetadata(): ReturnType<PrometheusClient['metricMetadata']> {
    const { metrics } = await this.#catalogue();
    return Object.fromEntries(
      metrics.map(({ name, type, help, unit }) => [
        name,
        [{ type, help: unit === '' ? help : `${help} (${unit})`.trim() }],
      ]),
    );
  }

  async metricNames(): Promise<string[]> {
    return (await this.#catalogue()).metrics.map(({ name }) => name);
  }

  /** Part of Prometheus's client, and not asked for by its completion. */
  series(): Promise<Map<string, string>[]> {
    return Promise.resolve([]);
  }

  flags(): Promise<Record<string, string>> {
    return Promise.resolve({});
  }

  #catalogue(): Promise<Catalogue> {
    return this.#source.queries.fetchQuery(catalogueQuery(this.#source)).catch(() => NOTHING);
  }

  async #ask(key: readonly string[], pull: (span: Span, signal: AbortSignal) => Promise<string[]>): Promise<string[]> {
    const { queries, span } = this.#source;
    await queries.cancelQueries({
      queryKey: VALUES_KEY,
      predicate: ({ queryKey }) => queryKey.slice(VALUES_KEY.length).join('\n') !== key.join('\n'),
    });
    return (
      queries
        .fetchQuery({
          queryKey: [...VALUES_KEY, ...key],
          queryFn: ({ signal }) => pull(span(), signal),
          staleTime: FRESH_MS,
          gcTime: FRESH_MS,
        })
        // Nothing to offer is no reason to disturb whoever types.
        .catch(() => [])
    );
  }
}

const NOTHING: Catalogue = { metrics: [], total: 0, functions: [] };

const SIGNS: ReadonlyMap<number, string> = new Map([
  [Neq, '!='],
  [EqlRegex, '=~'],
  [NeqRegex, '!~'],
]);
const signOf = (type: number): string => SIGNS.get(type) ?? '=';

const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * The selector that narrows what is offered: without the label that is being typed, and of the others only those that
 * demand something.
 */
function selectorText(metricName: string, matchers: Matchers = [], without = ''): string {
  const isPlain = PLAIN_METRIC.test(metricName);
  const parts = [
    ...(metricName === '' || isPlain ? [] : [quoted(metricName)]),
    ...matchers
      .filter(({ name, value }) => name !== without && name !== '' && value !== '')
      .map(({ type, name, value }) => `${PLAIN_METRIC.test(name) ? name : quoted(name)}${signOf(type)}"${value}"`),
  ];
  const braces = parts.length === 0 ? '' : `{${parts.join(',')}}`;
  return isPlain ? metricName + braces : braces;
}
