// honor_labels and the schedule, as Prometheus defines them.
import { describe, expect, it } from 'vitest';
import { seriesLabels } from '../../../electron/engine/collectors/scrape/labels.ts';
import {
  nextScrapeMs,
  scrapeOffsetMs,
  scrapeTimestampMs,
} from '../../../electron/engine/collectors/scrape/schedule.ts';

const target = { job: 'node', instance: 'h:1' };
const merged = (exposed: Record<string, string>, honor: boolean, labels: Record<string, string> = target) =>
  seriesLabels(['__name__', 'm', ...Object.entries(exposed).flat()], labels, honor).toRecord();

describe('honor_labels', () => {
  it('false: our labels win, theirs become exported_', () => {
    expect(merged({ job: 'x', a: 'b' }, false)).toEqual({
      __name__: 'm',
      a: 'b',
      job: 'node',
      instance: 'h:1',
      exported_job: 'x',
    });
  });

  it('false: a taken exported_ gets another exported_', () => {
    expect(merged({ job: 'x', exported_job: 'y' }, false)).toEqual({
      __name__: 'm',
      job: 'node',
      instance: 'h:1',
      exported_job: 'y',
      exported_exported_job: 'x',
    });
  });

  it('false: when both are ours, the shorter name is moved first', () => {
    expect(merged({ job: 'x', exported_job: 'y' }, false, { job: 'node', exported_job: 'z' })).toEqual({
      __name__: 'm',
      job: 'node',
      exported_job: 'z',
      exported_exported_job: 'x',
      exported_exported_exported_job: 'y',
    });
  });

  it('true: theirs win, and an empty one means none', () => {
    expect(merged({ job: 'x', instance: '' }, true)).toEqual({ __name__: 'm', job: 'x' });
    expect(merged({ a: 'b' }, true)).toEqual({ __name__: 'm', a: 'b', job: 'node', instance: 'h:1' });
  });

  it('drops empty labels', () => {
    expect(merged({ a: '' }, false)).toEqual({ __name__: 'm', job: 'node', instance: 'h:1' });
  });
});

describe('the schedule', () => {
  it('puts each target at its own place within the interval, always the same', () => {
    const places = Array.from({ length: 200 }, (_, i) => scrapeOffsetMs(`target ${i}`, 15_000));
    expect(places.every((place) => place >= 0 && place < 15_000)).toBe(true);
    expect(new Set(places.map((place) => Math.floor(place / 1_500))).size).toBe(10);
    expect(scrapeOffsetMs('target 7', 15_000)).toBe(places[7]);
  });

  it('comes next at the offset plus whole intervals, strictly later', () => {
    expect(nextScrapeMs(1_000_000, 15_000, 4_000)).toBe(1_009_000);
    expect(nextScrapeMs(1_009_000, 15_000, 4_000)).toBe(1_024_000);
    expect(nextScrapeMs(1_008_999, 15_000, 4_000)).toBe(1_009_000);
  });

  it('stamps the scheduled time when the timer was on time, else the real one', () => {
    expect(scrapeTimestampMs(10_000, 10_015, 15_000)).toBe(10_000);
    expect(scrapeTimestampMs(10_000, 10_021, 15_000)).toBe(10_021);
    expect(scrapeTimestampMs(10_000, 10_011, 1_000)).toBe(10_011);
  });
});
