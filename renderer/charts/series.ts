// What a chart is given, and the plain arithmetic on it: columns to plot, figures for the legend.
export type ChartSeries = {
  readonly id: string;
  readonly name: string;
  /** `out` is drawn below the axis and shares the colour of the `in` series of the same name. */
  readonly direction: 'in' | 'out' | null;
  /** What is left over, always grey. */
  readonly other: boolean;
  readonly values: readonly (number | null)[];
};

export type Sides = { readonly in: string; readonly out: string };

export type ChartData = {
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly series: readonly ChartSeries[];
  /** What the two sides of the axis are called: in and out, or read and written. */
  readonly sides: Sides;
  /** The engine's warnings about the answer. */
  readonly notes: readonly string[];
};

export type Figures = {
  readonly now: number | null;
  readonly avg: number | null;
  readonly max: number | null;
  readonly p95: number | null;
};

/** `now` is the last value, null when the series has ended in a gap; p95 by nearest rank. */
export function figuresOf(values: readonly (number | null)[]): Figures {
  const present = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (present.length === 0) return { now: null, avg: null, max: null, p95: null };
  const sorted = Float64Array.from(present).toSorted();
  // The last step may not have been scraped yet: the one before it still counts as now.
  const now = values.at(-1) ?? values.at(-2) ?? null;
  return {
    now,
    avg: present.reduce((sum, value) => sum + value, 0) / present.length,
    max: sorted.at(-1) ?? null,
    p95: sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? null,
  };
}

export type Columns = {
  /** Unix ms of each step, then one column a series, out ones negated, stacked ones summed. */
  readonly columns: [number[], ...(number | null)[][]];
  /** For stacked series: the column that each one's area ends on, or null for the axis. */
  readonly floors: readonly (number | null)[];
};

/** A step where every series of a side has no value stays a gap; elsewhere a missing one counts as nothing. */
export function columnsOf(data: ChartData, stacked: boolean): Columns {
  const xs = Array.from({ length: data.steps }, (_, step) => data.startMs + step * data.stepMs);
  if (!stacked) {
    const columns = data.series.map((series) => xs.map((_, step) => signed(series, series.values[step] ?? null)));
    return { columns: [xs, ...columns], floors: data.series.map(() => null) };
  }
  const sides = { up: newSide(data, false), down: newSide(data, true) };
  const floors: (number | null)[] = [];
  const columns = data.series.map((series, index) => {
    const side = series.direction === 'out' ? sides.down : sides.up;
    floors.push(side.top);
    side.top = index + 1;
    return xs.map((_, step) => {
      if (side.present[step] !== 1) return null;
      const sum = (side.sums[step] ?? 0) + (signed(series, series.values[step] ?? 0) ?? 0);
      side.sums[step] = sum;
      return sum;
    });
  });
  return { columns: [xs, ...columns], floors };
}

const signed = (series: ChartSeries, value: number | null): number | null => {
  if (value === null || !Number.isFinite(value)) return null;
  return series.direction === 'out' && value !== 0 ? -value : value;
};

function newSide(data: ChartData, out: boolean): { sums: Float64Array; present: Uint8Array; top: number | null } {
  const present = new Uint8Array(data.steps);
  for (const series of data.series) {
    if ((series.direction === 'out') !== out) continue;
    for (let step = 0; step < data.steps; step++) {
      const value = series.values[step];
      if (value !== null && value !== undefined) present[step] = 1;
    }
  }
  return { sums: new Float64Array(data.steps), present, top: null };
}

/** Unix ms of the newest value of any series, or null where there is none. */
export function newestMs(data: ChartData): number | null {
  for (let step = data.steps - 1; step >= 0; step--) {
    if (data.series.some((series) => (series.values[step] ?? null) !== null)) return data.startMs + step * data.stepMs;
  }
  return null;
}
