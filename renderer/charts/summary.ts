// What a graph says to somebody who cannot see it.
import { formatClock, formatValue } from '../../shared/units/index.ts';
import type { Unit } from '../../shared/units/index.ts';
import { marksWithin } from './overlay.ts';
import type { ChartMark } from './overlay.ts';
import { figuresOf } from './series.ts';
import type { Picture } from './source.ts';

const MOST = 4;

/** "CPU load: now 12 %, highest 40 %"; the four first series of several, and the alerts in the time that is shown. */
export function summaryOf(title: string, picture: Picture, marks: readonly ChartMark[], unit: Unit): string {
  const { series, sides } = picture.data;
  const parts = series.slice(0, MOST).map((one) => {
    const { now, max } = figuresOf(one.values);
    const side = one.direction === null ? '' : ` ${sides[one.direction]}`;
    return `${one.name}${side} now ${formatValue(now, unit)}, highest ${formatValue(max, unit)}`;
  });
  const more = series.length > MOST ? `; and ${series.length - MOST} more` : '';
  const alerts = marksWithin(marks, picture.fromMs, picture.toMs).map(
    (mark) => ` Alert: ${mark.words}, ${markTimes(mark)}.`,
  );
  return `${title}: ${parts.length === 0 ? 'no data' : parts.join('; ')}${more}.${alerts.join('')}`;
}

/** "14:02 – 14:10", "since 14:02". */
export const markTimes = ({ fromMs, toMs }: ChartMark): string =>
  toMs === null ? `since ${formatClock(fromMs)}` : `${formatClock(fromMs)} – ${formatClock(toMs)}`;
