// The storage service over a store that only remembers what it was told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStorage, storedFlows } from '../../../electron/engine/storage/index.ts';
import type { StorageOptions } from '../../../electron/engine/storage/index.ts';
import { heldBy } from '../../../electron/engine/storage/set-aside.ts';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import type { LabelMatcher } from '../../../electron/engine/promql/index.ts';
import type { StoreStatus } from '../../../electron/engine/store/metrics/index.ts';
import { createRegistry, silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { DeviceSummary, StoredFlowsStatus } from '../../../shared/contract/index.ts';
import { Labels } from '../../../shared/model/labels.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;
const NOW = Date.UTC(2026, 10, 21, 12);
const GIB = 2 ** 30;

const device = (part: Partial<DeviceSummary>): DeviceSummary => ({
  id: 'core',
  name: 'core',
  kind: 'router',
  address: '10.0.0.1',
  state: 'online',
  reason: '',
  stateSinceMs: 0,
  lastSeenMs: null,
  lastTelemetryMs: null,
  lastError: null,
  model: '',
  version: '',
  provisioned: false,
  sample: false,
  selector: 'routerboard_name="core"',
  intervalMs: 15_000,
  ...part,
});

const statusOf = (part: Partial<StoreStatus> = {}): StoreStatus => ({
  series: 10,
  headSamples: 5,
  walRows: 1,
  diskBytes: 100,
  oldestSampleMs: undefined,
  appendedSamples: 1_000,
  outOfOrderSamples: 0,
  overLimitSamples: 0,
  tiers: [
    { resolutionMs: 0, bytes: 60, oldestMs: NOW - DAY, newestMs: NOW },
    { resolutionMs: 300_000, bytes: 30, oldestMs: undefined, newestMs: undefined },
  ],
  maxBytes: 20 * GIB,
  growthBytesPerDay: undefined,
  fullAtMs: undefined,
  upkeep: { daysToMerge: 0, daysToSummarise: 0, deletions: 0 },
  problem: undefined,
  ...part,
});

type Call = readonly [name: string, ...args: unknown[]];

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lw-storage-'));
  mkdirSync(path.join(dir, 'metrics'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const NO_FLOWS: StoredFlowsStatus = { bytes: 0, tiers: [], growthBytesPerDay: null, lostMinutes: 0 };

function setUp(yaml = '', { status = statusOf(), series = 3, reported = 1, flows = NO_FLOWS } = {}) {
  const calls: Call[] = [];
  const remember =
    (name: string) =>
    (...args: unknown[]): Promise<void> => {
      calls.push([name, ...args]);
      return Promise.resolve();
    };
  const stored = new Map<string, unknown>();
  const problems: (string | undefined)[] = [];
  const clock = { nowMs: NOW, monotonicMs: 0 };
  const registry = createRegistry();
  const store: StorageOptions['store'] = {
    status: () => Promise.resolve(status),
    setRetention: remember('setRetention'),
    setMaxSeries: remember('setMaxSeries'),
    deleteSeries: async (...args) => {
      await remember('deleteSeries')(...args);
      return { series };
    },
    report: async (parts = []) => {
      await remember('report')(parts);
      const entry = { series: reported, samples: 10, bytes: 20 };
      return {
        total: entry,
        metrics: [{ name: 'up', ...entry }],
        parts: parts.map(({ name }) => ({ name, ...entry })),
      };
    },
    series: async (...args) => {
      await remember('series')(...args);
      return Array.from({ length: Math.min(series, args[3]) }, (_, i) => Labels.of('up', { i: String(i) }));
    },
  };
  const service = createStorage({
    store,
    flows: () => Promise.resolve(flows),
    stored: {
      get: (key) => stored.get(key),
      set: (key, value) => void (value === undefined ? stored.delete(key) : stored.set(key, value)),
    },
    section: parseConfig(yaml, 'f').storage,
    dataDir: dir,
    devices: () => [device({}), device({ id: 'job/10.0.0.5:9100', name: 'db', kind: 'target', selector: 'job="job"' })],
    clock: { now: () => clock.nowMs, monotonic: () => clock.monotonicMs },
    logger: silentLogger,
    registry,
    onProblem: (sentence) => problems.push(sentence),
    onChange: () => {},
  });
  return { service, calls, stored, problems, clock, registry };
}

describe('flows', () => {
  const RETENTION = { '1m': 7 * DAY, '10m': 90 * DAY, '1d': 730 * DAY };
  /** Three days old, and a gigabyte of minutes a day. */
  const stored = storedFlows(
    {
      bytes: 3.3 * GIB,
      lostMinutes: 2,
      tiers: [
        { tier: '1m', bytes: 3 * GIB, files: 3, fromS: (NOW - 3 * DAY) / 1_000 },
        { tier: '10m', bytes: 0.3 * GIB, files: 1, fromS: (NOW - 3 * DAY) / 1_000 },
        { tier: '1d', bytes: 0, files: 0, fromS: 0 },
      ],
    },
    RETENTION,
    NOW,
  );

  it('are in the total and in the growth', async () => {
    const { service } = setUp('', {
      status: statusOf({ growthBytesPerDay: 0.5 * GIB, diskBytes: GIB }),
      flows: stored,
    });
    const status = await service.status();
    expect(status.totalBytes).toBeCloseTo(4.3 * GIB, 0);
    expect(status.growthBytesPerDay).toBeCloseTo(1.6 * GIB, 0);
    expect(status.flows.tiers.map(({ name, oldestMs, keepMs }) => [name, oldestMs, keepMs])).toEqual([
      ['1m', NOW - 3 * DAY, 7 * DAY],
      ['10m', NOW - 3 * DAY, 90 * DAY],
      ['1d', null, 730 * DAY],
    ]);
    expect(status.flows.lostMinutes).toBe(2);
  });

  it('bring the day forward on which the room is taken, as long as they grow', async () => {
    // 15.7 GiB are left. Minutes grow four days more by 1 GiB, ten minutes by 0.1 and metrics by 0.5 each day:
    // 6.4 GiB after four days, and 9.3 GiB more at 0.6 a day take 15.5.
    const metrics = statusOf({ growthBytesPerDay: 0.5 * GIB, diskBytes: GIB, fullAtMs: NOW + 38 * DAY });
    expect((await setUp('', { status: metrics, flows: stored }).service.status()).fullAtMs).toBe(NOW + 20 * DAY);
    const plateau = statusOf({ growthBytesPerDay: 0.5 * GIB, diskBytes: GIB });
    expect((await setUp('', { status: plateau, flows: stored }).service.status()).fullAtMs).toBeNull();
  });

  it('of less than a day say nothing of their growth', () => {
    const tiers = [{ tier: '1m' as const, bytes: 5, files: 1, fromS: (NOW - DAY / 2) / 1_000 }];
    expect(storedFlows({ bytes: 5, lostMinutes: 0, tiers }, RETENTION, NOW).growthBytesPerDay).toBeNull();
  });
});

const matcher = (name: string, op: LabelMatcher['op'], value: string): LabelMatcher => ({ name, op, value });

describe('what is in force', () => {
  it('is the default where neither file nor window says anything', async () => {
    const status = await setUp().service.status();
    expect(status).toMatchObject({
      retention: { raw: '30d', '5m': '1y', '1h': '5y' },
      retentionFrom: 'default',
      maxBytes: 20 * GIB,
      maxSizeFrom: 'default',
      maxSeries: 500_000,
    });
  });

  it('is what the window set, kept over a restart, and taken by the store at once', async () => {
    const { service, calls, stored } = setUp();
    const status = await service.change({ retention: 'compact', maxBytes: 5 * GIB });
    expect(status).toMatchObject({
      retention: { raw: '1d', '5m': '1w', '1mo': '10y' },
      retentionFrom: 'window',
      maxBytes: 5 * GIB,
      maxSizeFrom: 'window',
    });
    expect(calls).toEqual([
      [
        'setRetention',
        {
          rawKeepMs: DAY,
          tiers: [
            { resolutionMs: 300_000, keepMs: 7 * DAY },
            { resolutionMs: DAY, keepMs: 10 * YEAR },
          ],
        },
        5 * GIB,
      ],
    ]);
    expect(Object.fromEntries(stored)).toEqual({
      'storage.retention': { raw: '1d', '5m': '1w', '1mo': '10y' },
      'storage.max_size': 5 * GIB,
    });
    expect(await service.change({ retention: null, maxBytes: null })).toMatchObject({
      retentionFrom: 'default',
      maxSizeFrom: 'default',
    });
    expect(stored.size).toBe(0);
  });

  it('is what the file says before all, and cannot be changed in the window then', async () => {
    const { service, calls } = setUp('storage: {retention: {raw: 90d}, max_size: 1GB}\n');
    expect(await service.status()).toMatchObject({ retention: { raw: '90d' }, retentionFrom: 'file', maxBytes: GIB });
    await expect(service.change({ retention: 'compact' })).rejects.toMatchObject({ code: 'LW_STORAGE_PROVISIONED' });
    await expect(service.change({ maxBytes: 5 * GIB })).rejects.toMatchObject({ code: 'LW_STORAGE_PROVISIONED' });
    expect(calls).toEqual([]);
  });

  it('is refused where it makes no sense, and nothing changes', async () => {
    const { service, calls, stored } = setUp();
    await expect(service.change({ retention: { raw: '30d', '5m': '7d' } })).rejects.toMatchObject({
      code: 'LW_STORAGE_BAD_RETENTION',
      message: 'This is no retention. 5m: expected more than the 30d that raw is kept for.',
    });
    await expect(service.change({ maxBytes: 1_000 })).rejects.toMatchObject({ code: 'LW_STORAGE_BAD_SIZE' });
    expect([calls, stored.size]).toEqual([[], 0]);
  });

  it('follows a reloaded config, and only what changed goes to the store', async () => {
    const { service, calls } = setUp();
    await service.apply(parseConfig('storage: {max_series: 2000}\n', 'f').storage);
    expect(calls.splice(0)).toEqual([['setMaxSeries', 2_000]]);
    await service.apply(parseConfig('storage: {max_series: 2000, retention: {raw: 2d}}\n', 'f').storage);
    expect(calls).toEqual([['setRetention', { rawKeepMs: 2 * DAY, tiers: [] }, 20 * GIB]]);
    expect(service.settings().retention.from).toBe('file');
  });

  it('is told once the store has taken it, and changes take their turn', async () => {
    const { service, calls } = setUp();
    const first = service.apply(parseConfig('storage: {retention: {raw: 2d}}\n', 'f').storage);
    const second = service.apply(parseConfig('storage: {retention: {raw: 3d}}\n', 'f').storage);
    expect(service.settings().retention.from).toBe('default');
    await Promise.all([first, second]);
    expect(calls.map(([, retention]) => retention)).toEqual([
      { rawKeepMs: 2 * DAY, tiers: [] },
      { rawKeepMs: 3 * DAY, tiers: [] },
    ]);
    expect(service.settings().retention.value[0]?.keepMs).toBe(3 * DAY);
  });

  it('is the default where what is stored makes no sense any more', async () => {
    const { service, stored } = setUp();
    stored.set('storage.retention', { raw: 'x' });
    stored.set('storage.max_size', 'much');
    await service.apply(parseConfig('', 'f').storage);
    expect(await service.status()).toMatchObject({ retentionFrom: 'default', maxSizeFrom: 'default' });
  });
});

describe('the status', () => {
  it('names the tiers as the retention does, those that are kept no more too', async () => {
    const status = statusOf({
      tiers: [
        { resolutionMs: 0, bytes: 60, oldestMs: NOW - DAY, newestMs: NOW },
        { resolutionMs: DAY, bytes: 5, oldestMs: NOW - 2 * DAY, newestMs: NOW },
        { resolutionMs: 3_600_000, bytes: 7, oldestMs: NOW - 2 * DAY, newestMs: NOW },
      ],
    });
    const { tiers } = await setUp('storage: {retention: {raw: 2d, 1mo: 1y}}\n', { status }).service.status();
    expect(tiers.map(({ name, keepMs }) => [name, keepMs])).toEqual([
      ['raw', 2 * DAY],
      ['1mo', YEAR],
      ['1h', null],
    ]);
  });

  it('tells the samples of a day once a minute is counted', async () => {
    const { service, clock } = setUp();
    clock.monotonicMs = 59_000;
    expect((await service.status()).samplesPerDay).toBeNull();
    clock.monotonicMs = 100_000;
    expect((await service.status()).samplesPerDay).toBe(864_000);
  });

  it('lists the files that were set aside, with what they held', async () => {
    const { service } = setUp();
    writeFileSync(path.join(dir, 'metrics', '2026-W44.db.corrupt'), 'damaged');
    writeFileSync(path.join(dir, 'metrics', '2026-W44.db'), '');
    const { setAside } = await service.status();
    expect(setAside).toMatchObject([
      { name: '2026-W44.db.corrupt', bytes: 7, held: 'the samples of the week from 26 Oct 2026' },
    ]);
  });

  it.each([
    ['2026-W01', 'the samples of the week from 29 Dec 2025'],
    ['2020-W53', 'the samples of the week from 28 Dec 2020'],
    ['2026-11.5m', 'the 5m summaries of November 2026'],
    ['2026.1h', 'the 1h summaries of 2026'],
    ['head', 'samples that were not yet sealed, and the list of the series'],
    ['2026-13.5m', 'the 5m summaries of 2026'],
    ['what', 'a part of the history'],
  ])('knows what %s.db held', (stem, held) => {
    expect(heldBy(stem)).toBe(held);
  });
});

describe('what somebody should know', () => {
  it('is that the limit is near', async () => {
    const { service, problems } = setUp();
    await service.watch(statusOf({ diskBytes: 20 * GIB - 1_000, fullAtMs: NOW + 3.5 * DAY }));
    expect(problems).toEqual([
      'The metrics reach their limit of 20GB in about 3 days, and the oldest go before their time then; raise storage.max_size, or keep them for less long.',
    ]);
  });

  it('is nothing when it is full in more than a week, or never', async () => {
    const { service, problems } = setUp();
    await service.watch(statusOf({ fullAtMs: NOW + 8 * DAY }));
    await service.watch(statusOf());
    expect(problems).toEqual([undefined, undefined]);
  });

  it('is that it is over the limit, or that a file was set aside', async () => {
    const { service, problems } = setUp();
    await service.watch(statusOf({ diskBytes: 22 * GIB }));
    writeFileSync(path.join(dir, 'metrics', 'head.db.corrupt-2'), '');
    await service.watch(statusOf());
    expect(problems).toEqual([
      'The metrics are over their limit of 20GB, so that the oldest go before their time; raise storage.max_size, or keep them for less long.',
      'A damaged file was set aside; Settings, Storage tells what is missing and what to do.',
    ]);
  });

  it('leaves the word to the store where that has a problem of its own', async () => {
    const { service, problems } = setUp();
    await service.watch(statusOf({ diskBytes: 22 * GIB, problem: 'The disk is full.' }));
    expect(problems).toEqual([undefined]);
  });

  it('is there as metrics, without those that nothing is known of', async () => {
    const { service, registry } = setUp();
    expect(registry.samples()).toEqual([]);
    await service.watch(statusOf({ diskBytes: 100, growthBytesPerDay: 864_000, fullAtMs: NOW + 8 * DAY }));
    const told = registry.samples().map(({ name, labels, value }) => [name.slice(19), labels['tier'] ?? '', value]);
    expect(told).toEqual([
      ['bytes', 'raw', 60],
      ['bytes', '5m', 30],
      ['bytes', 'head', 10],
      ['max_bytes', '', 20 * GIB],
      ['growth_bytes_per_second', '', 10],
      ['full_timestamp_seconds', '', (NOW + 8 * DAY) / 1_000],
      ['series', '', 10],
      ['max_series', '', 500_000],
      ['head_samples', '', 5],
      ['files_set_aside', '', 0],
    ]);
  });
});

describe('a report', () => {
  it('counts each device by its own series, its flows and what is written of it', async () => {
    const { service, calls } = setUp();
    const report = await service.report(false);
    expect(report.devices.map(({ id, name }) => [id, name])).toEqual([
      ['core', 'core'],
      ['job/10.0.0.5:9100', 'db'],
    ]);
    expect(calls[0]?.[1]).toEqual([
      {
        name: 'core',
        selectors: [
          [matcher('routerboard_name', '=', 'core')],
          [matcher('exporter', '=', '10.0.0.1')],
          [matcher('__name__', '=~', 'linewarden_.+'), matcher('device', '=', 'core')],
        ],
      },
      {
        name: 'db',
        selectors: [
          [matcher('job', '=', 'job')],
          [matcher('__name__', '=~', 'linewarden_.+'), matcher('device', '=', 'job/10.0.0.5:9100')],
        ],
      },
    ]);
  });

  it('is made once for those who ask at the same time and shortly after, and anew when it is asked for', async () => {
    const { service, calls, clock } = setUp();
    await Promise.all([service.report(false), service.report(false)]);
    await service.report(false);
    expect(calls).toHaveLength(1);
    await service.report(true);
    expect(calls).toHaveLength(2);
    clock.nowMs += 6 * 60_000;
    await service.report(false);
    expect(calls).toHaveLength(3);
  });
});

describe('a deletion', () => {
  const metric = { kind: 'metric', name: 'up' } as const;

  it('shows first what would go', async () => {
    const { service, calls } = setUp();
    expect(await service.previewDeletion({ target: metric, startMs: 5, endMs: 9 })).toEqual({
      series: 3,
      more: false,
      examples: [
        { __name__: 'up', i: '0' },
        { __name__: 'up', i: '1' },
        { __name__: 'up', i: '2' },
      ],
      selectors: ['{__name__="up"}'],
    });
    expect(calls).toEqual([['series', [[matcher('__name__', '=', 'up')]], 5, 9, 10_001]]);
  });

  it('counts to ten thousand', async () => {
    const preview = await setUp('', { series: 20_000 }).service.previewDeletion({ target: metric });
    expect([preview.series, preview.more, preview.examples.length]).toEqual([10_000, true, 50]);
  });

  it('goes to the store as it was shown, from the beginning until now where no time is given', async () => {
    const { service, calls } = setUp();
    const target = { kind: 'selector', selector: 'up{job=~"a|b"}' } as const;
    expect(await service.deleteSeries({ target })).toEqual({ series: 3 });
    const [name, selectors, startMs, endMs] = calls[0] ?? [];
    expect([name, startMs, endMs]).toEqual(['deleteSeries', 0, NOW]);
    expect(selectors).toEqual([[matcher('job', '=~', 'a|b'), matcher('__name__', '=', 'up')]]);
  });

  it('of what is no selector, of a device that is gone or of a time that ends before it begins is refused', async () => {
    const { service, calls } = setUp();
    const selector = (text: string) => service.deleteSeries({ target: { kind: 'selector', selector: text } });
    await expect(selector('rate(up[5m])')).rejects.toThrow('expected type instant vector selector');
    await expect(selector('{}')).rejects.toThrow('at least one non-empty matcher');
    const gone = service.deleteSeries({ target: { kind: 'device', id: 'gone' } });
    await expect(gone).rejects.toMatchObject({ code: 'LW_DEVICE_GONE' });
    const backwards = service.deleteSeries({ target: metric, startMs: 9, endMs: 5 });
    await expect(backwards).rejects.toMatchObject({ code: 'LW_STORAGE_BAD_RANGE' });
    expect(calls).toEqual([]);
  });

  it('makes the next report a new one', async () => {
    const { service, calls } = setUp();
    await service.report(false);
    await service.deleteSeries({ target: metric });
    await service.report(false);
    expect(calls.map(([name]) => name)).toEqual(['report', 'deleteSeries', 'report']);
  });
});
