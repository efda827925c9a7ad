import { describe, expect, it } from 'vitest';
import { parseDateSeconds } from '../../../electron/engine/collectors/routeros/dates.ts';

describe('dates', () => {
  // date -u -d '2026-11-20 12:00:00' +%s
  it.each([
    ['nov/20/2026 12:00:00', 1_795_176_000],
    ['Nov/20/2026 12:00:00', 1_795_176_000],
    ['2026-11-20 12:00:00', 1_795_176_000],
    ['2026-11-20T12:00:00Z', 1_795_176_000],
    ['2026-11-20', 1_795_132_800],
    ['feb/29/2024', 1_709_164_800],
  ])('%s', (text, seconds) => expect(parseDateSeconds(text)).toBe(seconds));

  it.each([undefined, '', 'never', '12:00:00', 'foo/20/2026', 'nov/20', 'nov/31/2026', '2026-13-01', '2026-02-30'])(
    'not %s',
    (text) => expect(parseDateSeconds(text)).toBeUndefined(),
  );
});
