// The texts of warnings and infos that come with a result.
import { positionAt } from './errors.ts';
import { formatGeneral } from './numbers.ts';
import { quote } from './parser/strings.ts';

export function formatPosition(text: string, offset: number): string {
  if (text === '') return `(1:${offset + 1})`;
  const { line, column } = positionAt(text, offset);
  return `(${line}:${column})`;
}

export function invalidQuantile(q: number): string {
  return `quantile value should be between 0 and 1, got ${formatGeneral(q)}`;
}

export function badBucketLabel(metric: string, le: string): string {
  return `bucket label "le" is missing or has a malformed value of ${quote(le)}${forMetric(metric)}`;
}

export function forcedMonotonicity(metric: string): string {
  const page = 'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';
  return `input to histogram_quantile needed to be fixed for monotonicity (see ${page})${forMetric(metric)}`;
}

export function possibleNonCounter(metric: string): string {
  return `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quote(metric)}`;
}

export const INEFFECTIVE_SORT = 'sort is ineffective for range queries since results are always ordered by labels';

function forMetric(metric: string): string {
  return metric === '' ? '' : ` for metric name ${quote(metric)}`;
}
