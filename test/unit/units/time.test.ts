import { expect, test } from 'vitest';
import { formatAgo, formatClock, formatDay, formatExact, formatSpan, formatTime } from '../../../shared/units/index.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const at = (hours: number, minutes: number, seconds = 0, day = 20) =>
  new Date(2026, 10, day, hours, minutes, seconds).getTime();

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_000, '59 min'],
  [3_600_000, '1 h'],
  [11_520_000, '3 h 12 min'],
  [187_200_000, '2 d 4 h'],
  [86_400_000 * 400, '400 d'],
  [-5, '0 s'],
])('a span of %i ms reads %s', (ms, text) => {
  expect(plain(formatSpan(ms))).toBe(text);
});

test('a time ago is "now" within five seconds and ahead of the clock', () => {
  expect(formatAgo(10_000, 14_999)).toBe('now');
  expect(formatAgo(20_000, 10_000)).toBe('now');
  expect(plain(formatAgo(0, 360_000))).toBe('6 min ago');
});

test('the day is named only where it is not today, the year only where it is not this one', () => {
  expect(formatTime(at(14, 2, 11), at(18, 0))).toBe('14:02:11');
  expect(plain(formatTime(at(14, 2, 11, 18), at(18, 0)))).toBe('18 Nov 14:02:11');
  expect(plain(formatDay(new Date(2025, 0, 3).getTime(), at(1, 0)))).toBe('3 Jan 2025');
});

test('clock and exact time are padded', () => {
  expect(formatClock(at(7, 5))).toBe('07:05');
  expect(formatExact(at(7, 5, 9))).toBe('2026-11-20 07:05:09');
});
