// The host collector: its samples as one scrape of the job "node", its parts failing apart, its presence.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHostCollector } from '../../../electron/engine/collectors/host/index.ts';
import type { HostPart } from '../../../electron/engine/collectors/host/index.ts';
import { hostSectionSchema } from '../../../electron/engine/collectors/host/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { MemoryAppender } from '../scrape/memory-appender.ts';

const START_MS = 1_800_000_000_000;
const own = { job: 'node', instance: 'box' };
const of = (name: string, labels: Record<string, string> = {}) => Labels.of(name, { ...labels, ...own });

let appender: MemoryAppender;
let told: { kind: string; atMs: number }[];

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  appender = new MemoryAppender();
  told = [];
});

afterEach(() => {
  vi.useRealTimers();
});

function start(parts: HostPart[], intervalMs = 15_000) {
  return startHostCollector({
    deviceId: 'd',
    intervalMs,
    instance: 'box',
    appender,
    presence: {
      seen: (_, atMs) => told.push({ kind: 'seen', atMs }),
      telemetry: (_, atMs) => told.push({ kind: 'telemetry', atMs }),
      failed: (_, atMs) => told.push({ kind: 'failed', atMs }),
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    logger: silentLogger,
    reader: { parts, facts: () => [{ name: 'Kernel', value: 'Linux 6.1' }] },
  });
}

const load: HostPart = {
  name: 'loadavg',
  read(emit) {
    emit('node_load1', 0.5);
    return true;
  },
};
const broken: HostPart = {
  name: 'meminfo',
  read() {
    throw new Error('EACCES: permission denied');
  },
};
const absent: HostPart = { name: 'hwmon', read: () => false };

describe('polling this computer', () => {
  it('appends a poll at one time, with up and the series about it', async () => {
    const collector = start([load]);
    await vi.advanceTimersByTimeAsync(0);
    const sample = { timestampMs: START_MS, stale: false };
    expect(appender.samples(of('node_load1'))).toEqual([{ ...sample, value: 0.5 }]);
    expect(appender.samples(of('up'))).toEqual([{ ...sample, value: 1 }]);
    expect(appender.samples(of('node_scrape_collector_success', { collector: 'loadavg' }))).toEqual([
      { ...sample, value: 1 },
    ]);
    // node_load1 and the two series about its collector
    expect(appender.samples(of('scrape_samples_scraped'))).toEqual([{ ...sample, value: 3 }]);
    expect(appender.samples(of('scrape_series_added'))).toEqual([{ ...sample, value: 3 }]);
    expect(told).toEqual([
      { kind: 'seen', atMs: START_MS },
      { kind: 'telemetry', atMs: START_MS },
    ]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(appender.samples(of('up'))[1]).toEqual({ timestampMs: START_MS + 15_000, value: 1, stale: false });
    expect(appender.samples(of('scrape_series_added'))[1]?.value).toBe(0);
    await collector.stop();
  });

  it('goes on when a part fails or is absent, and says which', async () => {
    const collector = start([broken, load, absent]);
    await vi.advanceTimersByTimeAsync(0);
    expect(appender.last(of('up'))?.value).toBe(1);
    const success = (part: string) => appender.last(of('node_scrape_collector_success', { collector: part }))?.value;
    expect([success('meminfo'), success('loadavg'), success('hwmon')]).toEqual([0, 1, 0]);
    expect(collector.status()).toMatchObject([
      {
        name: 'meminfo',
        enabled: true,
        lastSuccessMs: null,
        lastError: {
          code: 'LW_HOST_READ',
          message: 'meminfo could not be read: EACCES: permission denied.',
          atMs: START_MS,
        },
      },
      { name: 'loadavg', enabled: true, lastSuccessMs: START_MS, lastError: null },
      { name: 'hwmon', enabled: false, lastSuccessMs: null, lastError: null },
    ]);
    await collector.stop();
  });

  it('is down, without telemetry, when nothing can be read', async () => {
    const collector = start([broken]);
    await vi.advanceTimersByTimeAsync(0);
    expect(appender.last(of('up'))?.value).toBe(0);
    expect(told.map(({ kind }) => kind)).toEqual(['seen', 'failed']);
    await collector.stop();
  });

  it('ends a series whose device is gone', async () => {
    let devices = ['sda', 'sdb'];
    const disks: HostPart = {
      name: 'diskstats',
      read(emit) {
        for (const device of devices) emit('node_disk_io_now', 0, { device });
        return true;
      },
    };
    const collector = start([disks]);
    await vi.advanceTimersByTimeAsync(0);
    devices = ['sda'];
    await vi.advanceTimersByTimeAsync(15_000);
    expect(appender.last(of('node_disk_io_now', { device: 'sda' }))?.stale).toBe(false);
    expect(appender.last(of('node_disk_io_now', { device: 'sdb' }))?.stale).toBe(true);
    await collector.stop();
  });

  it('polls faster while asked to, and slower again', async () => {
    const collector = start([load]);
    await vi.advanceTimersByTimeAsync(0);
    collector.setIntervalMs(1_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(appender.samples(of('up'))).toHaveLength(6);
    expect(collector.status()[0]?.intervalMs).toBe(1_000);
    collector.setIntervalMs(15_000);
    await vi.advanceTimersByTimeAsync(30_000);
    const times = appender.samples(of('up')).map(({ timestampMs }) => (timestampMs - START_MS) / 1000);
    expect(times).toEqual([0, 1, 2, 3, 4, 5, 15, 30]);
    await collector.stop();
  });

  it('waits for a slow part, and does not poll a second time meanwhile', async () => {
    let running = 0;
    let most = 0;
    const slow: HostPart = {
      name: 'filesystem',
      async read() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => {
          setTimeout(resolve, 2_500);
        });
        running--;
        return true;
      },
    };
    const collector = start([slow], 1_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(most).toBe(1);
    const stopped = collector.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    await stopped;
  });

  it('ends all series when it is switched off, none when the engine only restarts', async () => {
    const off = start([load]);
    await vi.advanceTimersByTimeAsync(0);
    await off.stop();
    expect(appender.last(of('up'))?.stale).toBe(true);
    const restarted = start([load]);
    await vi.advanceTimersByTimeAsync(15_000);
    await restarted.stop({ endSeries: false });
    expect(appender.last(of('up'))?.stale).toBe(false);
    const { commits } = appender;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(appender.commits).toBe(commits);
  });

  it('says so when the store refuses, and recovers', async () => {
    appender.failure = new LinewardenError('LW_STORE_FULL', 'The disk is full.');
    const collector = start([load]);
    await vi.advanceTimersByTimeAsync(0);
    expect(collector.status()[0]?.lastError).toMatchObject({ code: 'LW_STORE_FULL', message: 'The disk is full.' });
    expect(told).toEqual([]);
    appender.failure = undefined;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(collector.status()[0]?.lastError).toBeNull();
    await collector.stop();
  });
});

describe('the host section', () => {
  it('is on, every 15 seconds, unless it says otherwise', () => {
    expect(hostSectionSchema.parse({})).toEqual({ enabled: true, interval: 15_000 });
    expect(hostSectionSchema.parse({ enabled: false, interval: '1m' })).toEqual({ enabled: false, interval: 60_000 });
    expect(hostSectionSchema.safeParse({ intervall: '1m' }).success).toBe(false);
    expect(hostSectionSchema.safeParse({ interval: '100ms' }).success).toBe(false);
  });
});
