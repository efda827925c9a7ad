import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunningGroup } from '../../../electron/engine/alerting/rules/group.ts';
import { scheduleGroup } from '../../../electron/engine/alerting/rules/scheduler.ts';

const DAY = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a group with an interval that no timer can hold is evaluated once an interval, and asks for nothing meanwhile', async () => {
  const evaluated: number[] = [];
  let looks = 0;
  const group = { key: 'a;b', evaluate: async (ts: number) => void evaluated.push(ts) } as unknown as RunningGroup;
  const clock = {
    now: () => {
      looks++;
      return Date.now();
    },
    monotonic: () => performance.now(),
  };
  const startMs = Date.now();
  const scheduled = scheduleGroup({ group, intervalMs: 40 * DAY, clock, onLate: () => {}, onEvaluated: () => {} });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBeLessThan(10);
  await vi.advanceTimersByTimeAsync(40 * DAY);
  expect(evaluated).toHaveLength(1);
  expect(evaluated[0]).toBeGreaterThan(startMs);
  await scheduled.stop();
});
