// What one graph is fed with: its queries pulled on the window's beat, its picture handed to the canvas, and to React
// only what React has to show anew: that it loads or failed, or that its set of series has changed.
import { QueryObserver, keepPreviousData } from '@tanstack/react-query';
import type { QueryClient, QueryObserverResult } from '@tanstack/react-query';
import type { Graph } from '../../../shared/contract/index.ts';
import { sameShape } from '../../charts/series.ts';
import type { ChartShape } from '../../charts/series.ts';
import { watchSight } from '../../charts/sight.ts';
import type { ChartSource, Picture } from '../../charts/source.ts';
import { drawnData } from '../../panels/drawn.ts';
import { lookbackMsFor, refreshMsFor, stepFor, stepsAt } from '../../panels/step.ts';
import type { Steps } from '../../panels/step.ts';
import { joinTail, tailOf } from '../../panels/tail.ts';
import type { Held } from '../../panels/tail.ts';
import type { Panel } from '../../panels/types.ts';
import type { EngineConnection } from '../connection/connection.ts';
import { durationOf, rangeKey } from '../time-range/range.ts';
import type { TimeRange } from '../time-range/range.ts';
import { beat } from './beat.ts';
import type { Beating } from './beat.ts';
import { gate } from './gate.ts';

export type GraphOptions = {
  readonly panel: Panel;
  readonly intervalMs: number;
  /** The interval in force while the device is watched. */
  readonly watchedMs?: number | undefined;
  readonly range: TimeRange;
  /** Points, about; as many as a wide graph shows when absent. */
  readonly maxPoints?: number | undefined;
  /** The shortest step, ms. */
  readonly leastStepMs?: number | undefined;
};

export type GraphState = {
  /** Null until something has been loaded. */
  readonly shape: ChartShape | null;
  /** Another range's picture, until this one's is here. */
  readonly placeholder: boolean;
  /** The last pull failed, whether there is a picture or not. */
  readonly failed: boolean;
  readonly error: unknown;
};

type Pulled = Held & Picture;
type Asked = GraphOptions & { readonly stepMs: number; readonly exprs: readonly string[] };

const LOADING: GraphState = { shape: null, placeholder: false, failed: false, error: null };
const NOTHING: Picture = {
  data: { startMs: 0, stepMs: 1, steps: 0, series: [], sides: { in: 'in', out: 'out' }, notes: [] },
  fromMs: 0,
  toMs: 1,
};

export class GraphFeed {
  readonly #client: QueryClient;
  readonly #connection: EngineConnection;
  readonly #observer: QueryObserver<Pulled>;
  readonly #draws = new Set<() => void>();
  readonly #renders = new Set<() => void>();
  #asked: Asked;
  #inSight: boolean;
  #state: GraphState = LOADING;
  #drawn: Picture | undefined;

  constructor(client: QueryClient, connection: EngineConnection, options: GraphOptions) {
    this.#client = client;
    this.#connection = connection;
    this.#asked = askedOf(options);
    // One that may turn out to be absent has no place on the page yet that could be out of sight.
    this.#inSight = options.panel.optional === true;
    this.#observer = new QueryObserver(client, this.#options());
    this.#take(this.#observer.getCurrentResult());
  }

  /** The newest picture for the canvas, and word of each new one. */
  readonly source: ChartSource = {
    current: () => this.#observer.getCurrentResult().data ?? this.#drawn ?? NOTHING,
    subscribe: (draw) => {
      this.#draws.add(draw);
      return () => this.#draws.delete(draw);
    },
  };

  readonly state = (): GraphState => this.#state;

  readonly subscribe = (render: () => void): (() => void) => {
    this.#renders.add(render);
    return () => this.#renders.delete(render);
  };

  /** Pulls as long as it is started; the returned function stops it. */
  start(): () => void {
    const unsubscribe = this.#observer.subscribe((result) => {
      this.#take(result);
      beat.ask(this.#beating);
    });
    const leave = beat.join(this.#beating);
    this.#take(this.#observer.getCurrentResult());
    return () => {
      leave();
      unsubscribe();
    };
  }

  ask(options: GraphOptions): void {
    const asked = askedOf(options);
    if (keyOf(asked) === keyOf(this.#asked) && asked.panel === this.#asked.panel) return;
    this.#asked = asked;
    this.#observer.setOptions(this.#options());
    this.#take(this.#observer.getCurrentResult());
  }

  /** Rests while the element is out of sight, until the returned function is called. */
  watch(element: Element): () => void {
    const unwatch = watchSight(element, (inSight) => this.#setInSight(inSight));
    return () => {
      unwatch();
      this.#setInSight(this.#asked.panel.optional === true);
    };
  }

  retry(): void {
    void this.#observer.refetch();
  }

  readonly #beating: Beating = {
    everyMs: () => (this.#inSight && this.#asked.range.kind === 'last' ? refreshMsFor(this.#asked.stepMs) : null),
    pull: () => this.#observer.refetch({ cancelRefetch: false }),
    draw: () => {
      const picture = this.source.current();
      if (!this.#inSight || picture === this.#drawn) return;
      this.#drawn = picture;
      for (const draw of this.#draws) draw();
    },
  };

  #options(): ConstructorParameters<typeof QueryObserver<Pulled>>[1] {
    const asked = this.#asked;
    return {
      queryKey: keyOf(asked),
      queryFn: ({ signal }) => this.#pull(asked, signal),
      enabled: this.#inSight,
      placeholderData: keepPreviousData,
      // Pictures are large and always new: there is nothing to share.
      structuralSharing: false,
    };
  }

  async #pull(asked: Asked, signal: AbortSignal): Promise<Pulled> {
    const { panel, range, intervalMs } = asked;
    const key = keyOf(asked);
    const held = this.#client.getQueryData<Pulled>(key);
    // What somebody asked to be refreshed is asked for in full.
    const whole = range.kind === 'between' || this.#client.getQueryState(key)?.isInvalidated === true;
    const nowMs = this.#connection.now();
    const wanted = stepsAt(range, nowMs, asked.stepMs);
    const tail = whole ? null : tailOf(held, wanted, intervalMs, nowMs);
    const joined = tail === null ? null : joinAll(held, await this.#range(asked, tail, signal), wanted);
    const graphs = joined ?? (await this.#range(asked, wanted, signal));
    return {
      steps: wanted,
      graphs,
      fullAtMs: joined === null ? nowMs : (held?.fullAtMs ?? nowMs),
      data: drawnData(panel, panel.queries(asked), graphs),
      fromMs: range.kind === 'between' ? range.fromMs : wanted.startMs,
      toMs: range.kind === 'between' ? range.toMs : wanted.endMs,
    };
  }

  #range({ exprs, stepMs, intervalMs }: Asked, steps: Steps, signal: AbortSignal): Promise<Graph[]> {
    const { metrics } = this.#connection.client;
    const lookbackMs = lookbackMsFor(stepMs, intervalMs);
    return Promise.all(
      exprs.map((query) => gate.run(() => metrics.range({ query, ...steps, lookbackMs }, { signal }), signal)),
    );
  }

  #setInSight(inSight: boolean): void {
    if (this.#inSight === inSight) return;
    this.#inSight = inSight;
    this.#observer.setOptions(this.#options());
    if (inSight) beat.ask(this.#beating);
  }

  #take(result: QueryObserverResult<Pulled>): void {
    const { data } = result;
    const before = this.#state;
    const shape = data === undefined ? null : sameShape(before.shape, data.data.series);
    const { isPlaceholderData: placeholder, isError: failed, error } = result;
    if (
      shape === before.shape &&
      placeholder === before.placeholder &&
      failed === before.failed &&
      error === before.error
    )
      return;
    this.#state = { shape, placeholder, failed, error };
    for (const render of this.#renders) render();
  }
}

function askedOf(options: GraphOptions): Asked {
  const { intervalMs, watchedMs, maxPoints, leastStepMs = 0 } = options;
  const stepMs = Math.max(stepFor(durationOf(options.range), maxPoints), leastStepMs);
  const exprs = options.panel.queries({ stepMs, intervalMs, watchedMs }).map((query) => query.expr);
  return { ...options, stepMs, exprs };
}

const keyOf = ({ exprs, range, stepMs }: Asked): string[] => ['graph', rangeKey(range), String(stepMs), ...exprs];

function joinAll(held: Held | undefined, tails: readonly Graph[], wanted: Steps): Graph[] | null {
  const graphs: Graph[] = [];
  for (const [index, tail] of tails.entries()) {
    const before = held?.graphs[index];
    const joined = before === undefined ? null : joinTail(before, tail, wanted);
    if (joined === null) return null;
    graphs.push(joined);
  }
  return graphs;
}
