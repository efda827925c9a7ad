// Runs a group at its slots until it is stopped; slots that pass during an evaluation or a sleep are skipped.
import type { Clock } from '../../clock.ts';
import type { RunningGroup, RunningRule } from './group.ts';
import { slotAt, slotOffsetMs } from './schedule.ts';

/** A longer timer would fire at once; one that fires early is set again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export type ScheduledGroup = {
  /** No evaluation begins after this; resolves when the one that runs is done. */
  stop(): Promise<void>;
  /** Between two slots; resolves with whether it was done, which it is not while a round runs or is due. */
  evaluateEarly(running: RunningRule): Promise<boolean>;
};

export type ScheduleOptions = {
  readonly group: RunningGroup;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** An evaluation comes late by this much: this machine slept or its clock jumped. */
  readonly onLate: (lateMs: number) => void;
  readonly onEvaluated: () => void;
};

export function scheduleGroup({ group, intervalMs, clock, onLate, onEvaluated }: ScheduleOptions): ScheduledGroup {
  const offsetMs = slotOffsetMs(group.key, intervalMs);
  let stopped = false;
  let evaluating: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let nextMs = slotAt(clock.now(), intervalMs, offsetMs) + intervalMs;

  const arm = (): void => {
    if (stopped) return;
    // Never longer than an interval: a clock that is set back must not silence the group.
    const delayMs = Math.min(Math.max(0, nextMs - clock.now()), intervalMs, MAX_TIMER_MS);
    timer = setTimeout(() => {
      evaluating = run();
    }, delayMs);
  };
  const run = async (): Promise<void> => {
    const nowMs = clock.now();
    const early = nowMs < nextMs && nextMs - nowMs < intervalMs;
    if (!early) {
      const lateMs = nowMs - nextMs;
      if (lateMs > 0) onLate(lateMs);
      await group.evaluate(slotAt(nowMs, intervalMs, offsetMs));
      nextMs = slotAt(clock.now(), intervalMs, offsetMs) + intervalMs;
      if (!stopped) onEvaluated();
    }
    arm();
  };
  arm();
  return {
    async evaluateEarly(running) {
      const nowMs = clock.now();
      if (stopped || nowMs >= nextMs || nextMs - nowMs > intervalMs) return false;
      const hasBegun = await group.evaluateEarly(running, nowMs);
      if (hasBegun === true && !stopped) onEvaluated();
      return hasBegun !== undefined;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      return evaluating;
    },
  };
}
