// Queries as calls to one reader thread.
import { Labels } from '../../../../shared/model/labels.ts';
import type { LabelMatcher, QueryOutcome } from '../../promql/index.ts';
import type { JsonPiece, Selectors } from './protocol.ts';
import { unpackOutcome } from './reader/wire-outcome.ts';
import type { SupervisedReader } from './supervised-reader.ts';
import type { Cardinality, JsonAnswer, JsonOptions, MetricQueries, QueryEstimate, QueryOptions } from './types.ts';

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

  async instantJson(query: string, timeMs: number, options: JsonOptions = {}): Promise<JsonAnswer> {
    const wanted = { kind: 'instantJson', query, timeMs, ...wishOf(options) } as const;
    return this.#json(await this.#reader.query(options, (limits) => ({ ...wanted, ...limits })));
  }

  async rangeJson(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: JsonOptions = {},
  ): Promise<JsonAnswer> {
    const wanted = { kind: 'rangeJson', query, startMs, endMs, stepMs, ...wishOf(options) } as const;
    return this.#json(await this.#reader.query(options, (limits) => ({ ...wanted, ...limits })));
  }

  #json({ bytes, answer }: JsonPiece): JsonAnswer {
    return { first: bytes, rest: answer === undefined ? undefined : this.#pieces(answer) };
  }

  async *#pieces(answer: number): AsyncGenerator<Uint8Array> {
    let next: number | undefined = answer;
    try {
      while (next !== undefined) {
        const piece: JsonPiece = await (await this.#reader.running()).call({ kind: 'nextPiece', answer: next });
        next = piece.answer;
        yield piece.bytes;
      }
    } finally {
      if (next !== undefined) await this.#drop(next);
    }
  }

  async #drop(answer: number): Promise<void> {
    try {
      await (await this.#reader.running()).call({ kind: 'dropAnswer', answer });
    } catch {
      // A reader that is gone holds nothing.
    }
  }

  estimate(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: QueryOptions = {},
  ): Promise<QueryEstimate> {
    const range = { kind: 'estimate', query, startMs, endMs, stepMs } as const;
    return this.#reader.query(options, (limits) => ({ ...range, ...limits }));
  }

  cardinality(limit: number): Promise<Cardinality> {
    return this.#reader.query({}, (limits) => ({ kind: 'cardinality', limit, ...limits }));
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

const wishOf = ({ limit = 0, stats = false }: JsonOptions) => ({ limit, stats });
