// The metrics that there are, with what their sources say of them.
import type { Metric, MetricLabels } from '../../../../../shared/contract/index.ts';
import type { Labels } from '../../../../../shared/model/labels.ts';
import type { MetricMetadata } from '../../../sources/index.ts';
import { ownMetric } from './own-metrics.ts';

const MAX_VALUES = 50;
const SUFFIX = /_(?:total|bucket|sum|count|created)$/;

/** What the source of a metric says: by its own name, or by its family's (Prometheus's `x` for `x_total`, `x_bucket`, ...). */
export function describeMetric(name: string, metadata: MetricMetadata): Metric {
  const own = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  const family = name.replace(SUFFIX, '');
  const told = own ?? (Object.hasOwn(metadata, family) ? metadata[family] : undefined);
  const first = told?.[0];
  if (first === undefined) return { name, ...(ownMetric(name) ?? guess(name)) };
  const type = told?.every((one) => one.type === first.type) === true ? first.type : 'unknown';
  return { name, type: partType(name, type), help: first.help, unit: first.unit };
}

/** The parts of a histogram and a summary are counters each. */
const partType = (name: string, type: string): string =>
  (type === 'histogram' || type === 'summary') && SUFFIX.test(name) ? 'counter' : type;

const guess = (name: string): Omit<Metric, 'name'> => ({
  type: /_(?:total|bucket|sum|count)$/.test(name) ? 'counter' : 'unknown',
  help: '',
  unit: '',
});

/** Labels by name, their values by how many series have them, the most frequent first. */
export function countLabels(found: readonly Labels[], isTruncated: boolean): MetricLabels {
  const counts = new Map<string, Map<string, number>>();
  for (const labels of found) {
    for (const [name, value] of labels.entries()) {
      if (name === '__name__') continue;
      const values = counts.get(name) ?? new Map<string, number>();
      values.set(value, (values.get(value) ?? 0) + 1);
      counts.set(name, values);
    }
  }
  const labels = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    series: found.length,
    truncated: isTruncated,
    labels: labels.map(([name, values]) => ({
      name,
      distinct: values.size,
      values: [...values]
        .map(([value, series]) => ({ value, series }))
        .toSorted((a, b) => b.series - a.series || (a.value < b.value ? -1 : 1))
        .slice(0, MAX_VALUES),
    })),
  };
}
