// A graph's picture as the rows of a CSV file, in full precision: one row a point in time, one column a series.
import type { ChartData } from '../charts/series.ts';

export function chartRows({ series, sides, startMs, stepMs, steps }: ChartData): string[][] {
  const head = series.map(({ name, direction }) => (direction === null ? name : `${name} ${sides[direction]}`));
  return [
    ['Time', ...head],
    ...Array.from({ length: steps }, (_, step) => [
      new Date(startMs + step * stepMs).toISOString(),
      ...series.map(({ values }) => {
        const value = values[step] ?? null;
        return value === null ? '' : String(value);
      }),
    ]),
  ];
}
