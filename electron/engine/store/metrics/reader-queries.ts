// Queries as calls to one reader thread.
import { Labels } from '../../../../shared/model/labels.ts';
import type { LabelMatcher, QueryOutcome } from '../../promql/index.ts';
import type { Selectors } from './protocol.ts';
import { unpackOutcome } from './reader/wire-outcome.ts';
import type { SupervisedReader } from './supervised-reader.ts';
import type { MetricQueries, QueryOptions } from './types.ts';

export class ReaderQueries implements MetricQueries {
  readonly #reader: SupervisedReader;

  constructor(reader: SupervisedReader) {
    this.#reader = reader;
  }

  async instant(query: string, timeMs: number, options: QueryOptions = {}): Promise<QueryOutcome> {
    const wire = await this.#reader.query(options, (limits) => ({ kind: 'instant', query, timeMs, ...limits }));
    return unpackOutcome(wire);
  }

  async range(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: QueryOptions = {},
  ): Promise<QueryOutcome> {
    const range = { kind: 'range', query, startMs, endMs, stepMs } as const;
    const wire = await this.#reader.query(options, (limits) => ({ ...range, ...limits }));
    return unpackOutcome(wire);
  }

  async series(
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
    limit: number,
  ): Promise<Labels[]> {
    const wanted = { kind: 'series', selectors, startMs, endMs, limit } as const;
    const flat = await this.#reader.query({}, (limits) => ({ ...wanted, ...limits }));
    return flat.map((one) => Labels.fromSortedFlat(one));
  }

  async labelNames(selectors: Selectors, startMs: number, endMs: number): Promise<string[]> {
    const wanted = { kind: 'labelNames', selectors, startMs, endMs } as const;
    const names = await this.#reader.query({}, (limits) => ({ ...wanted, ...limits }));
    return [...names];
  }

  async labelValues(name: string, selectors: Selectors, startMs: number, endMs: number): Promise<string[]> {
    const wanted = { kind: 'labelValues', name, selectors, startMs, endMs } as const;
    const values = await this.#reader.query({}, (limits) => ({ ...wanted, ...limits }));
    return [...values];
  }

  /** Ids of the series that match one of the lists, whether they have samples or not. */
  seriesIds(selectors: Selectors): Promise<Float64Array<ArrayBuffer>> {
    return this.#reader.query({}, (limits) => ({ kind: 'seriesIds', selectors, ...limits }));
  }
}
