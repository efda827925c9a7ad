// Queries made by choosing: a selector of a metric and some of its labels, and what is usually asked of its kind.
import type { Metric } from '../../../shared/contract/index.ts';
import { quoted } from '../../panels/selector.ts';

export type Chosen = ReadonlyMap<string, string>;

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function selectorOf(metric: string, chosen: Chosen): string {
  const isPlain = METRIC.test(metric);
  const matchers = [
    ...(isPlain ? [] : [quoted(metric)]),
    ...[...chosen].map(([label, value]) => `${LABEL.test(label) ? label : quoted(label)}=${quoted(value)}`),
  ];
  return `${isPlain ? metric : ''}${matchers.length === 0 ? '' : `{${matchers.join(', ')}}`}`;
}

export type Quick = { readonly words: string; readonly expr: string };

/** What is asked most of a metric of this kind; the first is the one to begin with. */
export function quickQueries({ name, type }: Pick<Metric, 'name' | 'type'>, chosen: Chosen): Quick[] {
  const selector = selectorOf(name, chosen);
  if (name.endsWith('_bucket')) {
    const by = (quantile: number): string => `histogram_quantile(${quantile}, sum by (le) (rate(${selector}[5m])))`;
    return [
      { words: '95th percentile', expr: by(0.95) },
      { words: 'Median', expr: by(0.5) },
      { words: 'Rate per bucket', expr: `sum by (le) (rate(${selector}[5m]))` },
    ];
  }
  if (type === 'counter') {
    return [
      { words: 'Rate', expr: `rate(${selector}[5m])` },
      { words: 'Sum of the rates', expr: `sum(rate(${selector}[5m]))` },
      { words: 'Increase in 1 h', expr: `increase(${selector}[1h])` },
    ];
  }
  return [
    { words: 'Value', expr: selector },
    { words: 'Average', expr: `avg(${selector})` },
    { words: 'Highest in 1 h', expr: `max_over_time(${selector}[1h])` },
  ];
}
