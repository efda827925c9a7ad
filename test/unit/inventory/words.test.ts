import { describe, expect, it } from 'vitest';
import { clockTime } from '../../../electron/engine/inventory/index.ts';

describe('times of day', () => {
  // Months count from 0: this is the local 9 March 2026, 07:05.
  const atMs = new Date(2026, 2, 9, 7, 5, 59).getTime();

  it('the local time alone on the same local day', () => {
    expect(clockTime(atMs, new Date(2026, 2, 9, 23, 59).getTime())).toBe('07:05');
  });

  it('the local day with it on any other', () => {
    expect(clockTime(atMs, new Date(2026, 2, 10, 0, 0).getTime())).toBe('2026-03-09 07:05');
  });

  it('those of another zone when one is given', () => {
    // 23:30 UTC is 05:00 of the next day in India.
    const lateMs = Date.UTC(2026, 2, 9, 23, 30);
    expect(clockTime(lateMs, Date.UTC(2026, 2, 10, 20, 0), 'Asia/Kolkata')).toBe('2026-03-10 05:00');
    expect(clockTime(lateMs, Date.UTC(2026, 2, 9, 23, 59), 'UTC')).toBe('23:30');
  });
});
