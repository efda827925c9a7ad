import { describe, expect, it } from 'vitest';
import { PollRecorder } from '../../../electron/engine/collectors/routeros/poller/recorder.ts';
import { CollectorStates } from '../../../electron/engine/collectors/routeros/poller/states.ts';
import type { CollectorOutcome } from '../../../electron/engine/collectors/routeros/poller/poll.ts';
import type { Collector } from '../../../electron/engine/collectors/routeros/collectors/collector.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { RecordingAppender } from './recorders.ts';

const START = Date.UTC(2026, 10, 20, 12);
const collector = (name: string): Collector => ({
  name,
  reads: name,
  enabled: 'on',
  collect: () => Promise.resolve([]),
});
const [fast, slow] = [collector('fast'), { ...collector('slow'), defaultIntervalMs: 1_200_000 }];
const device = {
  id: 'core',
  name: 'core',
  address: '192.0.2.1',
  port: 8_728,
  tls: 'off',
  username: 'monitor',
  intervalMs: 15_000,
  collectors: {},
  labels: {},
} as const;
const series = (name: string): string => `${name}{routerboard_address="192.0.2.1",routerboard_name="core"}`;

const outcome = (which: Collector, value: number, more: Partial<CollectorOutcome> = {}): CollectorOutcome => ({
  collector: which,
  samples: [{ name: which.name, labels: {}, value }],
  durationMs: 1,
  error: undefined,
  isAbsent: false,
  warning: undefined,
  ...more,
});

function setUp() {
  const appender = new RecordingAppender();
  const recorder = new PollRecorder(appender, device, new CollectorStates([fast, slow], {}, 15_000));
  /** What is stored of the slow collector's series by a poll so many seconds after the start. */
  const poll = async (seconds: number, ...outcomes: CollectorOutcome[]): Promise<number | string | undefined> => {
    await recorder.append(START + seconds * 1_000, outcomes);
    return appender.batches.at(-1)?.samples.get(series('slow'));
  };
  return { appender, recorder, poll };
}

describe('a collector that is read seldom', () => {
  it('keeps its series between its turns: stored anew only before a query would lose sight of it', async () => {
    const { poll } = setUp();
    expect(await poll(0, outcome(fast, 1), outcome(slow, 7))).toBe(7);
    const stored: number[] = [];
    for (let seconds = 15; seconds <= 1_200; seconds += 15) {
      const value = await poll(seconds, outcome(fast, 1));
      if (value === undefined) continue;
      expect(value).toBe(7);
      stored.push(seconds);
    }
    // Never more than 300 s apart, which is how far a query looks back.
    expect(stored).toEqual([255, 510, 765, 1_020]);
  });

  it('its own cost and state go on with it', async () => {
    const { appender, poll } = setUp();
    await poll(0, outcome(slow, 7));
    await poll(255, outcome(fast, 1));
    const names = [...(appender.batches.at(-1)?.samples.keys() ?? [])];
    expect(names).toContain('linewarden_collector_up{collector="slow",device="core"}');
    expect(names).toContain('linewarden_collector_duration_seconds{collector="slow",device="core"}');
  });

  it('its next turn ends what it no longer has', async () => {
    const { poll } = setUp();
    await poll(0, outcome(slow, 7));
    expect(await poll(15, outcome(fast, 1))).toBeUndefined();
    expect(await poll(60, outcome(fast, 1), outcome(slow, 0, { samples: [] }))).toBe('stale');
    expect(await poll(315, outcome(fast, 1))).toBeUndefined();
  });

  it('a failure ends its series, and so does a package that was removed', async () => {
    const error = new LinewardenError('LW_ROUTEROS_TRAP', 'no');
    const failed = setUp();
    await failed.poll(0, outcome(slow, 7));
    expect(await failed.poll(60, outcome(slow, 0, { samples: [], error }))).toBe('stale');
    const removed = setUp();
    await removed.poll(0, outcome(slow, 7));
    expect(await removed.poll(60, outcome(slow, 0, { samples: [], isAbsent: true }))).toBe('stale');
    const up = 'linewarden_collector_up{collector="slow",device="core"}';
    expect(failed.appender.batches.at(-1)?.samples.get(up)).toBe(0);
    expect(removed.appender.batches.at(-1)?.samples.get(up)).toBe('stale');
  });

  it('ends five minutes after a turn that did not come', async () => {
    const { poll } = setUp();
    await poll(0, outcome(slow, 7));
    expect(await poll(900, outcome(fast, 1))).toBe(7);
    expect(await poll(1_485, outcome(fast, 1))).toBe(7);
    // Read each 20 minutes, so it was due at 1,200 s.
    expect(await poll(1_500, outcome(fast, 1))).toBe('stale');
    expect(await poll(1_515, outcome(fast, 1))).toBeUndefined();
  });

  it('the end of the session ends it, and it is not stored again after', async () => {
    const { recorder, appender, poll } = setUp();
    await poll(0, outcome(slow, 7));
    await poll(15, outcome(fast, 1));
    await recorder.end(START + 20_000);
    expect(appender.batches.at(-1)?.samples.get(series('slow'))).toBe('stale');
    expect(await poll(300, outcome(fast, 1))).toBeUndefined();
  });
});
