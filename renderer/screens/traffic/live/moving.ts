// A picture that moves with the clock: its seconds come one by one, its time axis slides between them.
import type { FlowLive } from '../../../../shared/contract/index.ts';
import { sameShape } from '../../../charts/series.ts';
import type { ChartData, ChartSeries, ChartShape } from '../../../charts/series.ts';
import type { ChartSource, Picture } from '../../../charts/source.ts';
import { OTHER_ID } from '../drawing.ts';
import { rowId, rowWords } from '../words.ts';
import { NOBODY, steady } from './steady.ts';
import type { Steady } from './steady.ts';

const SECOND = 1_000;
/** The newest second is here before the right edge comes to it. */
const LAG_MS = 2_000;
const SHOWN_MS = 56_000;
const DRAWN = 6;
/** Thirty pictures a second are enough to look even. */
const FRAME_MS = 30;

const sums = (rows: readonly (readonly number[])[], length: number): number[] =>
  Array.from({ length }, (_, step) => rows.reduce((sum, row) => sum + (row[step] ?? 0), 0));

const bits = (values: readonly number[]): number[] => values.map((value) => value * 8);

export function dataOf(live: FlowLive, { ids }: Steady): ChartData {
  const rows = ids.flatMap((id) => live.rows.find(({ keys }) => rowId(keys) === id) ?? []);
  const steps = live.totalIn.length;
  const taken = new Set<string>();
  const named = rows.map((row) => {
    const words = rowWords(row.keys);
    const name =
      taken.has(words) || words === OTHER_ID
        ? `${words} (${row.keys.map(({ value, detail }) => detail || value).join(', ')})`
        : words;
    taken.add(name);
    return { row, name, id: rowId(row.keys) };
  });
  const side = (direction: 'in' | 'out'): ChartSeries[] => {
    const of = ({ seriesIn, seriesOut }: FlowLive['rows'][number]): readonly number[] =>
      direction === 'in' ? seriesIn : seriesOut;
    const all = direction === 'in' ? live.totalIn : live.totalOut;
    const shown = sums(rows.map(of), steps);
    return [
      ...named.map(({ row, name, id }) => ({
        id: `${id} ${direction}`,
        name,
        direction,
        other: false,
        values: bits(of(row)),
      })),
      {
        id: `${OTHER_ID} ${direction}`,
        name: OTHER_ID,
        direction,
        other: true,
        // By some keys a conversation counts for two: then the shown ones are more than all.
        values: bits(all.map((value, step) => Math.max(0, value - (shown[step] ?? 0)))),
      },
    ];
  };
  return {
    // A second's bytes are known at its end.
    startMs: live.atMs - (steps - 1) * SECOND,
    stepMs: SECOND,
    steps,
    series: [...side('in'), ...side('out')],
    sides: { in: 'in', out: 'out' },
    notes: [],
  };
}

export class MovingPicture {
  readonly #now: () => number;
  readonly #draws = new Set<() => void>();
  readonly #renders = new Set<() => void>();
  #steady = NOBODY;
  #data: ChartData | undefined;
  #shape: ChartShape | null = null;
  #live: FlowLive | null = null;
  #stoppedMs: number | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly source: ChartSource = {
    current: () => this.#picture(),
    subscribe: (draw) => {
      this.#draws.add(draw);
      return () => this.#draws.delete(draw);
    },
  };

  readonly live = (): FlowLive | null => this.#live;
  readonly shape = (): ChartShape | null => this.#shape;
  readonly subscribe = (render: () => void): (() => void) => {
    this.#renders.add(render);
    return () => this.#renders.delete(render);
  };

  /** A second more; nothing while it stands still. */
  take(live: FlowLive): void {
    if (this.#stoppedMs !== null) return;
    this.#steady = steady(this.#steady, live.rows, DRAWN, live.atMs);
    this.#data = dataOf(live, this.#steady);
    this.#shape = sameShape(this.#shape, this.#data.series);
    this.#live = live;
    for (const render of this.#renders) render();
  }

  stop(isStopped: boolean): void {
    this.#stoppedMs = isStopped ? this.#now() : null;
  }

  /** Draws until the returned function is called: evenly, or once a second for whoever wants no motion. */
  run(isEven: boolean): () => void {
    let frame = 0;
    let drawnMs = 0;
    const step = (atMs: number): void => {
      frame = requestAnimationFrame(step);
      if (atMs - drawnMs < (isEven ? FRAME_MS : SECOND) || this.#stoppedMs !== null) return;
      drawnMs = atMs;
      for (const draw of this.#draws) draw();
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }

  #picture(): Picture {
    const toMs = (this.#stoppedMs ?? this.#now()) - LAG_MS;
    const data = this.#data ?? { startMs: toMs, stepMs: SECOND, steps: 0, series: [], sides: SIDES, notes: [] };
    return { data, fromMs: toMs - SHOWN_MS, toMs };
  }
}

const SIDES = { in: 'in', out: 'out' };
