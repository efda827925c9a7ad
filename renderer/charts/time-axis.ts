// The time axis: clock times, the day where it begins, seconds only where the distance asks for them.
import { formatClock } from '../../shared/units/index.ts';

const DAY = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const dayText = (date: Date): string => `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`;

/** Texts of tick times (Unix ms) that lie `distanceMs` apart. */
export function timeTexts(ticks: readonly number[], distanceMs: number): string[] {
  return ticks.map((tick) => {
    const date = new Date(tick);
    if (distanceMs >= 28 * DAY) return `${MONTHS[date.getMonth()] ?? ''} ${date.getFullYear()}`;
    if (distanceMs >= DAY) return dayText(date);
    const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
    return midnight ? dayText(date) : formatClock(tick, distanceMs < 60_000);
  });
}
