// Which tier answers which part of a question's time.
import { describe, expect, it } from 'vitest';
import { segmentsOf } from '../../../../../electron/engine/store/flows/query/segments.ts';

const HOUR = 3_600;

describe('the tiers of a question', () => {
  it('are minutes alone where storing began in the middle of a ten-minute bucket', () => {
    // Storing began at 20:05: the bucket 20:00 holds nothing that the minutes do not.
    const from = 20 * HOUR + 300;
    const coverage = [
      { tier: '1m', fromS: from, untilS: 20 * HOUR + 1_200 },
      { tier: '10m', fromS: 20 * HOUR, untilS: 20 * HOUR + 1_200 },
    ] as const;
    expect(segmentsOf(coverage, 19 * HOUR, 20 * HOUR + 1_200, '1m')).toEqual([
      { tier: '1m', startS: from, endS: 20 * HOUR + 1_200 },
    ]);
  });

  it('go on with ten minutes where the minutes are gone', () => {
    const coverage = [
      { tier: '1m', fromS: 20 * HOUR, untilS: 21 * HOUR },
      { tier: '10m', fromS: 10 * HOUR, untilS: 21 * HOUR },
    ] as const;
    expect(segmentsOf(coverage, 19 * HOUR, 21 * HOUR, '1m')).toEqual([
      { tier: '10m', startS: 19 * HOUR, endS: 20 * HOUR },
      { tier: '1m', startS: 20 * HOUR, endS: 21 * HOUR },
    ]);
  });

  it('are none where the asked time is after the last flow, though a ten-minute bucket reaches into it', () => {
    // The last flow was at 20:30; the bucket of ten minutes is 20:30 to 20:40.
    const coverage = [
      { tier: '1m', fromS: 19 * HOUR, untilS: 20 * HOUR + 1_860 },
      { tier: '10m', fromS: 19 * HOUR, untilS: 20 * HOUR + 2_400 },
    ] as const;
    expect(segmentsOf(coverage, 20 * HOUR + 1_980, 20 * HOUR + 2_580, '1m')).toEqual([]);
    expect(segmentsOf(coverage, 20 * HOUR + 1_200, 20 * HOUR + 2_580, '1m')).toEqual([
      { tier: '1m', startS: 20 * HOUR + 1_200, endS: 20 * HOUR + 1_860 },
    ]);
    expect(segmentsOf(coverage, 20 * HOUR + 1_980, 21 * HOUR, '10m')).toEqual([]);
  });

  it('are ten minutes where the newest minutes were lost', () => {
    const coverage = [
      { tier: '1m', fromS: 18 * HOUR, untilS: 19 * HOUR },
      { tier: '10m', fromS: 18 * HOUR, untilS: 21 * HOUR },
    ] as const;
    expect(segmentsOf(coverage, 20 * HOUR, 20 * HOUR + 600, '1m')).toEqual([
      { tier: '10m', startS: 20 * HOUR, endS: 20 * HOUR + 600 },
    ]);
  });
});
