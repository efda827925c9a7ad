// Which metrics an expression reads, so that it can be asked anew when one of them arrives.
import { METRIC_NAME } from '../../../../shared/model/labels.ts';
import { compileMatcher, extractSelectors, parseQuery } from '../../promql/index.ts';

export type ReadsMetric = (name: string) => boolean;

/** Of an expression that parses. */
export function readMetrics(expr: string): ReadsMetric {
  const names = new Set<string>();
  const tests: ReadsMetric[] = [];
  for (const { matchers } of extractSelectors(parseQuery(expr), { startMs: 0, endMs: 0 })) {
    const named = matchers.filter(({ name }) => name === METRIC_NAME);
    const exact = named.find(({ op }) => op === '=');
    if (exact !== undefined) names.add(exact.value);
    else {
      const compiled = named.map((matcher) => compileMatcher(matcher));
      tests.push((name) => compiled.every((test) => test(name)));
    }
  }
  return (name) => names.has(name) || tests.some((test) => test(name));
}
