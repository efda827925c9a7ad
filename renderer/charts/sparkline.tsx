// A line without axes for table rows: gaps stay gaps, zero is the floor.
import { memo } from 'react';
import type { ReactNode } from 'react';

type Props = {
  readonly values: readonly (number | null)[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
  /** A fixed upper end, such as 100 for percent. */
  readonly max?: number;
};

/** The path of a sparkline in a box of width x height; '' where there is nothing to draw. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number, max?: number): string {
  const present = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (present.length === 0 || values.length < 2) return '';
  const top = max ?? present.reduce((highest, value) => Math.max(highest, value), 0);
  const y = (value: number): string =>
    (height - 1 - (top > 0 ? Math.min(1, value / top) : 0) * (height - 2)).toFixed(1);
  let path = '';
  let down = false;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      down = false;
      return;
    }
    const x = ((index / (values.length - 1)) * width).toFixed(1);
    path += `${down ? 'L' : 'M'}${x} ${y(value)}`;
    // A lone point gets a dash of its own, or it would not show.
    if (!down && (values[index + 1] ?? null) === null) path += index === values.length - 1 ? 'h-1' : 'h1';
    down = true;
  });
  return path;
}

export const Sparkline = memo(function Sparkline({ values, label, width = 96, height = 20, max }: Props): ReactNode {
  const path = sparkPath(values, width, height, max);
  return (
    <svg
      className="lw-spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {path !== '' && <path d={path} fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinejoin="round" />}
    </svg>
  );
});
