// Queries as calls to reader threads.
import { Labels } from '../../../../shared/model/labels.ts';
import type { LabelMatcher, QueryOutcome } from '../../promql/index.ts';
import type { JsonPiece, QueryLimits, Selectors } from './protocol.ts';
import { unpackOutcome } from './reader/wire-outcome.ts';
import type { Answered, LimitedCall, QueryLanes } from './query-lanes.ts';
import type { Reader } from './supervised-reader.ts';
import type {
  Cardinality,
  JsonAnswer,
  JsonOptions,
  MetricQueries,
  QueryEstimate,
  QueryOptions,
  StoredSamples,
} from './types.ts';

export class ReaderQueries implements MetricQueries {
  readonly #lanes: QueryLanes;

  constructor(lanes: QueryLanes) {
    this.#lanes = lanes;
  }

  async instant(query: string, timeMs: number, options: QueryOptions = {}): Promise<QueryOutcome> {
    const { answer } = await this.#lanes.query(options, (limits) => ({ kind: 'instant', query, timeMs, ...limits }));
    return unpackOutcome(answer);
  }

  async range(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: QueryOptions = {},
  ): Promise<QueryOutcome> {
    const range = { kind: 'range', query, startMs, endMs, stepMs } as const;
    const { answer } = await this.#lanes.query(options, (limits) => ({ ...range, ...limits }));
    return unpackOutcome(answer);
  }

  async instantJson(query: string, timeMs: number, options: JsonOptions = {}): Promise<JsonAnswer> {
    const wanted = { kind: 'instantJson', query, timeMs, ...wishOf(options) } as const;
    return jsonOf(await this.#lanes.query(options, (limits) => ({ ...wanted, ...limits })));
  }

  async rangeJson(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: JsonOptions = {},
  ): Promise<JsonAnswer> {
    const wanted = { kind: 'rangeJson', query, startMs, endMs, stepMs, ...wishOf(options) } as const;
    return jsonOf(await this.#lanes.query(options, (limits) => ({ ...wanted, ...limits })));
  }

  estimate(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: QueryOptions = {},
  ): Promise<QueryEstimate> {
    const range = { kind: 'estimate', query, startMs, endMs, stepMs } as const;
    return this.#answer(options, (limits) => ({ ...range, ...limits }));
  }

  cardinality(limit: number): Promise<Cardinality> {
    return this.#answer({}, (limits) => ({ kind: 'cardinality', limit, ...limits }));
  }

  async series(
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
    limit: number,
  ): Promise<Labels[]> {
    const wanted = { kind: 'series', selectors, startMs, endMs, limit } as const;
    const flat = await this.#answer({}, (limits) => ({ ...wanted, ...limits }));
    return flat.map((one) => Labels.fromSortedFlat(one));
  }

  async labelNames(selectors: Selectors, startMs: number, endMs: number): Promise<string[]> {
    const wanted = { kind: 'labelNames', selectors, startMs, endMs } as const;
    const names = await this.#answer({}, (limits) => ({ ...wanted, ...limits }));
    return [...names];
  }

  async labelValues(name: string, selectors: Selectors, startMs: number, endMs: number): Promise<string[]> {
    const wanted = { kind: 'labelValues', name, selectors, startMs, endMs } as const;
    const values = await this.#answer({}, (limits) => ({ ...wanted, ...limits }));
    return [...values];
  }

  /** Ids of the series that match one of the lists, whether they have samples or not. */
  seriesIds(selectors: Selectors): Promise<Float64Array<ArrayBuffer>> {
    return this.#answer({}, (limits) => ({ kind: 'seriesIds', selectors, ...limits }));
  }

  samples(afterId: number, minTimeMs: number, maxTimeMs: number, maxSamples: number): Promise<StoredSamples> {
    const wanted = { kind: 'samples', afterId, minTimeMs, maxTimeMs, maxSamples } as const;
    return this.#answer({}, (limits) => ({ ...wanted, ...limits }));
  }

  async #answer<C extends LimitedCall>(
    options: QueryOptions,
    callOf: (limits: QueryLimits) => C,
  ): Promise<Answered<C>['answer']> {
    return (await this.#lanes.query(options, callOf)).answer;
  }
}

function jsonOf({ answer: { bytes, answer }, reader }: { answer: JsonPiece; reader: Reader }): JsonAnswer {
  return { first: bytes, rest: answer === undefined ? undefined : pieces(answer, reader) };
}

/** What follows, from the thread that holds it. */
async function* pieces(answer: number, reader: Reader): AsyncGenerator<Uint8Array> {
  let next: number | undefined = answer;
  try {
    while (next !== undefined) {
      const piece: JsonPiece = await reader.call({ kind: 'nextPiece', answer: next });
      next = piece.answer;
      yield piece.bytes;
    }
  } finally {
    // A reader that is gone holds nothing.
    if (next !== undefined) await reader.call({ kind: 'dropAnswer', answer: next }).catch(() => undefined);
  }
}

const wishOf = ({ limit = 0, stats = false }: JsonOptions) => ({ limit, stats });
