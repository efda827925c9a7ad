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

/** The series of a chart without their values: as long as it is the same object, a plot and its legend stay. */
export type ChartShape = readonly Omit<ChartSeries, 'values'>[];

/** `before` where the series are the same ones in the same order, the series' own shape otherwise. */
export function sameShape(before: ChartShape | null, series: readonly ChartSeries[]): ChartShape {
  const same =
    before !== null &&
    before.length === series.length &&
    before.every((one, index) => {
      const other = series[index];
      return (
        one.id === other?.id &&
        one.name === other.name &&
        one.direction === other.direction &&
        one.other === other.other
      );
    });
  return same ? before : series.map(({ id, name, direction, other }) => ({ id, name, direction, other }));
}

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

let scratch = new Float64Array(512);

/** `now` is the last value, null when the series has ended in a gap; p95 by nearest rank. */
export function figuresOf(values: readonly (number | null)[]): Figures {
  if (scratch.length < values.length) scratch = new Float64Array(2 * values.length);
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    scratch[count++] = value;
    sum += value;
  }
  if (count === 0) return { now: null, avg: null, max: null, p95: null };
  // In place: a copy for each series of each picture would be thrown away at once.
  // oxlint-disable-next-line unicorn/no-array-sort
  const sorted = scratch.subarray(0, count).sort();
  return {
    // The last step may not have been scraped yet: the one before it still counts as now.
    now: values.at(-1) ?? values.at(-2) ?? null,
    avg: sum / count,
    max: sorted[count - 1] ?? null,
    p95: sorted[Math.max(0, Math.ceil(0.95 * count) - 1)] ?? null,
  };
}

export type Columns = {
  /** Unix ms of each step, then one column a series, out ones negated, stacked ones summed. */
  readonly columns: [number[], ...(number | null)[][]];
  /** For stacked series, and only for those: the column that each one's area ends on, or null for the axis. */
  readonly floors: readonly (number | null)[];
};

/** A step where every series of a side has no value stays a gap; elsewhere a missing one counts as nothing. */
export function columnsOf(data: ChartData, stacked: boolean): Columns {
  const { steps, startMs, stepMs } = data;
  const xs: number[] = [];
  for (let step = 0; step < steps; step++) xs.push(startMs + step * stepMs);
  if (!stacked) return { columns: [xs, ...data.series.map((series) => signedColumn(series, steps))], floors: [] };
  const sides = { up: newSide(data, false), down: newSide(data, true) };
  const floors: (number | null)[] = [];
  const columns = data.series.map((series, index) => {
    const side = series.direction === 'out' ? sides.down : sides.up;
    floors.push(side.top);
    side.top = index + 1;
    const own = signedColumn(series, steps);
    return own.map((value, step) => {
      if (side.present[step] !== 1) return null;
      const sum = (side.sums[step] ?? 0) + (value ?? 0);
      side.sums[step] = sum;
      return sum;
    });
  });
  return { columns: [xs, ...columns], floors };
}

/** One value a step, turned down for `out`; what is not a finite number is a gap. */
function signedColumn({ direction, values }: ChartSeries, steps: number): (number | null)[] {
  const column: (number | null)[] = [];
  for (let step = 0; step < steps; step++) {
    const value = values[step] ?? null;
    if (value === null || !Number.isFinite(value)) column.push(null);
    else column.push(direction === 'out' && value !== 0 ? -value : value);
  }
  return column;
}

/** Steps of a column between two gaps: no line shows them, so they are drawn as points. */
export function lonelySteps(column: readonly (number | null)[]): readonly number[] {
  const lonely: number[] = [];
  let before: number | null = null;
  for (let step = 0; step < column.length; step++) {
    const value = column[step] ?? null;
    if (value !== null && before === null && (column[step + 1] ?? null) === null) lonely.push(step);
    before = value;
  }
  return lonely;
}

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
