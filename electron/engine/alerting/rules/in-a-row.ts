// Flap control as operators of checks know it: bad so many times in a row, good so many times in a row. Rule files have no
// field for it, so annotations say it, which Prometheus takes as they are.

export const BAD_IN_A_ROW = 'bad_in_a_row';
export const GOOD_IN_A_ROW = 'good_in_a_row';

export const MAX_IN_A_ROW = 1_000;

/** 1 where it is absent, undefined where it is no number from 1 to 1000. */
export function inARow(text: string | undefined): number | undefined {
  if (text === undefined) return 1;
  const count = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return count >= 1 && count <= MAX_IN_A_ROW ? count : undefined;
}
