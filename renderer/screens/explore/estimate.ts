// Whether a query would read so much that it is asked about first, in what words, and what would read less.
import { plural } from '../../../shared/units/index.ts';
import type { QueryEstimate } from '../../../shared/contract/index.ts';

/**
 * Samples that queries may read without a word. The engine reads some ten million a second, refuses more than twice as
 * many in one query, and answers nobody else meanwhile.
 */
export const DEFAULT_MOST_SAMPLES = 10_000_000;
export const MOST_SAMPLES = [100_000, 1_000_000, DEFAULT_MOST_SAMPLES] as const;
/** Each series costs something however few its samples are. */
const MOST_SERIES = 20_000;

export const together = (estimates: readonly (QueryEstimate | null)[]): QueryEstimate => ({
  series: estimates.reduce((sum, one) => sum + (one?.series ?? 0), 0),
  samples: estimates.reduce((sum, one) => sum + (one?.samples ?? 0), 0),
});

export const isVeryMuch = ({ series, samples }: QueryEstimate, mostSamples: number): boolean =>
  samples > mostSamples || series > MOST_SERIES;

/** Whether it is worth while to ask in another way: for half of the samples at most. */
export const readsMuchLess = (less: QueryEstimate, whole: QueryEstimate): boolean =>
  less.samples > 0 && less.samples <= whole.samples / 2;

/** "52 million", "9,000", "1.2 billion": two digits that are sure, no more. */
export function aboutCount(count: number): string {
  const rough = Number(count.toPrecision(2));
  if (rough >= 1e9) return `${rough / 1e9} billion`;
  if (rough >= 1e6) return `${rough / 1e6} million`;
  return rough.toLocaleString('en');
}

export const estimateWords = ({ series, samples }: QueryEstimate): string =>
  `This would read about ${aboutCount(samples)} samples of ${plural(series, 'series', 'series').replace(/^\d+/, aboutCount(series))}.`;
