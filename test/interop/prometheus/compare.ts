// Whether two answers of the query API are equal: the same series, values to 12 digits.

const RELATIVE = 1e-12;

type Series = {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
};

export type QueryData = { readonly resultType: string; readonly result: unknown };

/** One line on the first difference; undefined when there is none. */
export function difference(ours: QueryData, theirs: QueryData, ordered: boolean): string | undefined {
  if (ours.resultType !== theirs.resultType) return `the type is ${ours.resultType}, not ${theirs.resultType}`;
  if (theirs.resultType === 'scalar' || theirs.resultType === 'string') {
    return pointDifference(ours.result as [number, string], theirs.result as [number, string]);
  }
  const a = keyed(ours.result as Series[]);
  const b = keyed(theirs.result as Series[]);
  for (const [key] of b) if (!a.has(key)) return `the series ${key} is missing`;
  for (const [key] of a) if (!b.has(key)) return `there is a series ${key}`;
  if (a.size !== (ours.result as Series[]).length) return 'a series is there twice';
  if (ordered && [...a.keys()].join() !== [...b.keys()].join()) return 'the order is another';
  for (const [key, one] of b) {
    const what = pointsDifference(pointsOf(a.get(key)), pointsOf(one));
    if (what !== undefined) return `${key}: ${what}`;
  }
  return undefined;
}

const pointsOf = (series: Series | undefined): [number, string][] =>
  series?.values ?? (series?.value === undefined ? [] : [series.value]);

function keyed(all: readonly Series[]): Map<string, Series> {
  return new Map(
    all.map((one) => [JSON.stringify(Object.entries(one.metric).toSorted(([a], [b]) => (a < b ? -1 : 1))), one]),
  );
}

function pointsDifference(ours: [number, string][], theirs: [number, string][]): string | undefined {
  if (ours.length !== theirs.length) return `${ours.length} points, not ${theirs.length}`;
  for (const [i, point] of theirs.entries()) {
    const what = pointDifference(ours[i] ?? [0, ''], point);
    if (what !== undefined) return what;
  }
  return undefined;
}

function pointDifference([timeA, a]: [number, string], [timeB, b]: [number, string]): string | undefined {
  if (timeA !== timeB) return `at ${timeA}, not ${timeB}`;
  if (a === b) return undefined;
  const [x, y] = [Number(a), Number(b)];
  const near = Math.abs(x - y) <= RELATIVE * Math.max(Math.abs(x), Math.abs(y));
  return near ? undefined : `${a}, not ${b}, at ${timeA}`;
}
