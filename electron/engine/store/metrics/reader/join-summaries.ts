// Puts a series' buckets together from pieces of stored and of computed ones. Counts and times, which the series of a scrape
// share, are joined once for all of them.
import type { SummaryField, SummarySeries } from '../../../promql/index.ts';
import type { StoredSummary } from '../codec/summary-block.ts';

/** Buckets [from, to) of the columns, as buckets `at` and on of the answer. */
export type SummaryPiece = {
  readonly columns: StoredSummary;
  readonly from: number;
  readonly to: number;
  readonly at: number;
};

type ColumnName = Exclude<keyof StoredSummary, 'endsStale'>;

const SHARED: { readonly [Field in SummaryField]?: ColumnName } = { first: 'firstTimes', last: 'lastTimes' };
const OWN: { readonly [Field in SummaryField]: ColumnName } = {
  first: 'firstValues',
  last: 'lastValues',
  sum: 'sums',
  min: 'mins',
  max: 'maxs',
  corrections: 'corrections',
};

type Joined = Omit<SummarySeries, 'labels'>;

type SharedColumns = Pick<Joined, 'counts' | 'firstTimes' | 'lastTimes'> & { readonly isEmpty: boolean };

export class SummaryJoiner {
  readonly #buckets: number;
  readonly #shared: readonly ColumnName[];
  readonly #own: readonly ColumnName[];
  readonly #numbers = new Map<Float64Array, number>();
  readonly #known = new Map<string, SharedColumns>();

  constructor(buckets: number, fields: readonly SummaryField[]) {
    this.#buckets = buckets;
    this.#shared = ['counts', ...fields.flatMap((field) => SHARED[field] ?? [])];
    this.#own = fields.map((field) => OWN[field]);
  }

  /** Pieces ascend and do not overlap; buckets between them are empty. Undefined when there is neither a sample nor a marker. */
  join(pieces: readonly SummaryPiece[]): Joined | undefined {
    const shared = this.#sharedOf(pieces);
    const endsStale = this.#endsStale(pieces);
    if (shared.isEmpty && endsStale === undefined) return undefined;
    const own: { [Name in ColumnName]?: Float64Array } = {};
    for (const name of this.#own) own[name] = this.#column(pieces, name);
    const { isEmpty: _, ...columns } = shared;
    return { ...columns, ...own, ...(endsStale && { endsStale }) };
  }

  #sharedOf(pieces: readonly SummaryPiece[]): SharedColumns {
    let key = '';
    for (const { columns, from, to, at } of pieces) {
      let number = this.#numbers.get(columns.counts);
      if (number === undefined) this.#numbers.set(columns.counts, (number = this.#numbers.size));
      key += `${number}:${from}-${to}@${at},`;
    }
    let known = this.#known.get(key);
    if (known === undefined) {
      const made: { [Name in ColumnName]?: Float64Array } = {};
      for (const name of this.#shared) made[name] = this.#column(pieces, name);
      const counts = made.counts ?? new Float64Array(this.#buckets);
      known = { ...made, counts, isEmpty: counts.every((count) => count === 0) };
      this.#known.set(key, known);
    }
    return known;
  }

  #column(pieces: readonly SummaryPiece[], name: ColumnName): Float64Array {
    const [only] = pieces;
    if (pieces.length === 1 && only !== undefined && only.to - only.from === this.#buckets) {
      const column = only.columns[name];
      if (column !== undefined) return column.subarray(only.from, only.to);
    }
    const out = new Float64Array(this.#buckets);
    for (const { columns, from, to, at } of pieces) {
      const column = columns[name];
      if (column !== undefined) out.set(column.subarray(from, to), at);
    }
    return out;
  }

  #endsStale(pieces: readonly SummaryPiece[]): Uint8Array | undefined {
    let out: Uint8Array | undefined;
    for (const { columns, from, to, at } of pieces) {
      const marks = columns.endsStale?.subarray(from, to);
      if (marks?.includes(1) !== true) continue;
      out ??= new Uint8Array(this.#buckets);
      out.set(marks, at);
    }
    return out;
  }
}
