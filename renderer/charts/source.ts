// Where a chart's pictures come from: pulled by the chart when it is told that there is a new one, past React.
import type { ChartData } from './series.ts';

export type Picture = {
  readonly data: ChartData;
  /** The ends of the time axis, Unix ms. */
  readonly fromMs: number;
  readonly toMs: number;
};

export type ChartSource = {
  readonly current: () => Picture;
  /** Called once for each new picture, in an animation frame; the returned function ends it. */
  readonly subscribe: (draw: () => void) => () => void;
};
