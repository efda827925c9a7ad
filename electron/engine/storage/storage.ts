// The storage service: tells how full the store is and what takes the room, sets how long is kept what, and deletes.
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type {
  Deletion,
  DeletionPreview,
  DeviceSummary,
  StorageChange,
  StorageReport,
  StorageStatus,
  StoredFlowsStatus,
} from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { writeBytes } from '../../../shared/model/fields.ts';
import { parseRetention, presetRetention, resolutionName, writeRetention } from '../../../shared/model/retention.ts';
import type { Retention } from '../../../shared/model/retention.ts';
import type { Clock } from '../clock.ts';
import { MIN_MAX_BYTES } from '../config/index.ts';
import type { LinewardenConfig } from '../config/index.ts';
import type { MetricStore, StoreStatus } from '../store/metrics/index.ts';
import type { Settings } from '../store/state/index.ts';
import type { Logger, Registry } from '../telemetry/index.ts';
import { storageProblem } from './outlook.ts';
import { NO_FLOWS, fullWithFlows } from './flow-growth.ts';
import { registerStorageMetrics } from './own-metrics.ts';
import type { Seen } from './own-metrics.ts';
import { selectorTexts, selectorsOf, selectorsOfDevice } from './selection.ts';
import { filesSetAside } from './set-aside.ts';
import { storageSettings, storeMaxBytes, storeRetention, storeRetentionOf } from './settings.ts';
import type { StorageSettings } from './settings.ts';
import { createTurns } from '../turns.ts';

type Section = LinewardenConfig['storage'];

export type StorageOptions = {
  readonly store: Pick<MetricStore, 'status' | 'setRetention' | 'setMaxSeries' | 'deleteSeries' | 'report' | 'series'>;
  /** What stored conversations take; absent in tests that have none. */
  readonly flows?: () => Promise<StoredFlowsStatus>;
  readonly stored: Settings;
  readonly section: Section;
  readonly dataDir: string;
  readonly devices: () => readonly DeviceSummary[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Pick<Registry, 'add'>;
  /** What somebody should know soon; undefined when there is nothing. */
  readonly onProblem: (sentence: string | undefined) => void;
  readonly onChange: () => void;
};

export interface StorageService {
  settings(): StorageSettings;
  status(): Promise<StorageStatus>;
  /** Of the last minutes, or made now. */
  report(fresh: boolean): Promise<StorageReport>;
  change(change: StorageChange): Promise<StorageStatus>;
  previewDeletion(deletion: Deletion): Promise<DeletionPreview>;
  deleteSeries(deletion: Deletion): Promise<{ series: number }>;
  /** What a reloaded config says; resolves when it is in force. */
  apply(section: Section): Promise<void>;
  /** Looks at the store as it is now, for what somebody should know. */
  watch(status: StoreStatus): Promise<void>;
}

const REPORT_FRESH_MS = 5 * 60_000;
const MIN_RATE_MS = 60_000;
const DAY_MS = 86_400_000;
const MAX_PREVIEWED = 10_000;
const EXAMPLES = 50;

export function createStorage(options: StorageOptions): StorageService {
  const { store, stored, clock, logger } = options;
  const metricsDir = path.join(options.dataDir, 'metrics');
  const startedMs = clock.monotonic();
  let section = options.section;
  let settings = storageSettings(section, stored);
  let report: Promise<StorageReport> | undefined;
  let seen: Seen | undefined;
  const inTurn = createTurns();
  registerStorageMetrics(options.registry, () => seen);

  const freeBytes = async (): Promise<number | null> => {
    const disk = await statfs(options.dataDir).catch(() => undefined);
    return disk === undefined ? null : disk.bavail * disk.bsize;
  };

  /** Brings what is chosen now into force; told as such once the store has taken it. */
  const bringInForce = async (next: Section): Promise<void> => {
    const wanted = storageSettings(next, stored);
    try {
      if (keptText(settings) !== keptText(wanted)) {
        await store.setRetention(storeRetentionOf(wanted.retention.value), wanted.maxBytes.value);
      }
      if (settings.maxSeries !== wanted.maxSeries) await store.setMaxSeries(wanted.maxSeries);
    } finally {
      // A store that is just started again takes it then.
      section = next;
      settings = wanted;
      options.onChange();
    }
  };

  /** One change at a time: a reload may come while the window saves. */
  const enforce = (next: () => Section): Promise<void> => inTurn(() => bringInForce(next()));

  const samplesPerDay = ({ appendedSamples }: StoreStatus): number | null => {
    const sinceMs = clock.monotonic() - startedMs;
    return sinceMs < MIN_RATE_MS ? null : (appendedSamples / sinceMs) * DAY_MS;
  };

  const status = async (): Promise<StorageStatus> => {
    const [now, free, setAside, flows] = await Promise.all([
      store.status(),
      freeBytes(),
      filesSetAside(metricsDir),
      options.flows?.() ?? NO_FLOWS,
    ]);
    const totalBytes = now.diskBytes + flows.bytes;
    const maxBytes = settings.maxBytes.value;
    const roomBytes = Math.min(maxBytes - totalBytes, free ?? Number.POSITIVE_INFINITY);
    const retention = settings.retention.value;
    const nameOf = (resolutionMs: number) => retention.find((tier) => tier.resolutionMs === resolutionMs);
    return {
      atMs: clock.now(),
      totalBytes,
      flows,
      tiers: now.tiers.map(({ resolutionMs, bytes, oldestMs, newestMs }) => ({
        name: nameOf(resolutionMs)?.name ?? resolutionName(resolutionMs),
        resolutionMs,
        keepMs: nameOf(resolutionMs)?.keepMs ?? null,
        bytes,
        oldestMs: oldestMs ?? null,
        newestMs: newestMs ?? null,
      })),
      maxBytes,
      maxSizeFrom: settings.maxBytes.from,
      freeBytes: free,
      growthBytesPerDay:
        now.growthBytesPerDay === undefined ? null : now.growthBytesPerDay + (flows.growthBytesPerDay ?? 0),
      fullAtMs: fullWithFlows(now, flows, roomBytes, clock.now()),
      series: now.series,
      maxSeries: settings.maxSeries,
      samplesPerDay: samplesPerDay(now),
      retention: writeRetention(retention),
      retentionFrom: settings.retention.from,
      upkeep: { ...now.upkeep },
      problem: now.problem ?? null,
      setAside,
    };
  };

  const makeReport = async (): Promise<StorageReport> => {
    const devices = options.devices();
    const parts = devices.map((device) => ({ name: device.name, selectors: selectorsOfDevice(device) }));
    const { total, metrics, parts: entries } = await store.report(parts);
    return {
      atMs: clock.now(),
      total: { ...total },
      metrics: metrics.map((entry) => ({ ...entry })),
      devices: entries.map((entry, i) => ({ ...entry, id: devices[i]?.id ?? entry.name })),
    };
  };

  const resolve = ({ target, startMs, endMs }: Deletion) => {
    const selectors = selectorsOf(target, (id) => options.devices().find((device) => device.id === id));
    const range = { startMs: startMs ?? 0, endMs: endMs ?? clock.now() };
    if (range.endMs >= range.startMs) return { selectors, ...range };
    throw new LinewardenError('LW_STORAGE_BAD_RANGE', 'The time range ends before it begins.', {
      hint: 'Give a later end, or leave it out.',
    });
  };

  return {
    settings: () => settings,
    status,
    async report(fresh) {
      const known = report;
      if (known !== undefined) {
        const made = await known.catch(() => undefined);
        if (report === known && (made === undefined || fresh || clock.now() - made.atMs > REPORT_FRESH_MS)) {
          report = undefined;
        }
      }
      return (report ??= makeReport());
    },
    async change({ retention, maxBytes }) {
      if (retention !== undefined) {
        refuseProvisioned('storage.retention', section.retention);
        storeRetention(stored, retention === null ? undefined : chosenRetention(retention));
      }
      if (maxBytes !== undefined) {
        refuseProvisioned('storage.max_size', section.max_size);
        storeMaxBytes(stored, maxBytes === null ? undefined : chosenMaxBytes(maxBytes));
      }
      await enforce(() => section);
      logger.info({ retention: writeRetention(settings.retention.value) }, 'the retention was set in the window');
      return status();
    },
    async previewDeletion(deletion) {
      const { selectors, startMs, endMs } = resolve(deletion);
      const found = await store.series(selectors, startMs, endMs, MAX_PREVIEWED + 1);
      return {
        series: Math.min(found.length, MAX_PREVIEWED),
        more: found.length > MAX_PREVIEWED,
        examples: found.slice(0, EXAMPLES).map((labels) => labels.toRecord()),
        selectors: selectorTexts(selectors),
      };
    },
    async deleteSeries(deletion) {
      const { selectors, startMs, endMs } = resolve(deletion);
      const { series } = await store.deleteSeries(selectors, startMs, endMs);
      logger.info({ selectors: selectorTexts(selectors), startMs, endMs, series }, 'series were deleted');
      report = undefined;
      options.onChange();
      return { series };
    },
    apply: (next) => enforce(() => next),
    async watch(now) {
      const [free, setAside] = await Promise.all([freeBytes(), filesSetAside(metricsDir)]);
      seen = {
        status: now,
        maxBytes: settings.maxBytes.value,
        maxSeries: settings.maxSeries,
        filesSetAside: setAside.length,
      };
      options.onProblem(storageProblem(now, free, setAside.length, clock.now()));
    },
  };
}

const keptText = ({ retention, maxBytes }: StorageSettings): string =>
  JSON.stringify([retention.value, maxBytes.value]);

function refuseProvisioned(field: string, given: unknown): void {
  if (given === undefined) return;
  throw new LinewardenError('LW_STORAGE_PROVISIONED', `${field} is set by the config file.`, {
    hint: 'Change it there, and reload the config.',
  });
}

function chosenRetention(given: Exclude<StorageChange['retention'], null | undefined>): Retention {
  if (typeof given === 'string') return presetRetention(given);
  const parsed = parseRetention(given);
  if ('retention' in parsed) return parsed.retention;
  const words = parsed.problems.map(({ key, message }) => `${key === '' ? '' : `${key}: `}expected ${message}`);
  throw new LinewardenError('LW_STORAGE_BAD_RETENTION', `This is no retention. ${words.join('; ')}.`, {
    hint: 'Such as raw 30d, 5m 1y, 1h 5y.',
  });
}

function chosenMaxBytes(bytes: number): number {
  if (bytes >= MIN_MAX_BYTES) return bytes;
  throw new LinewardenError('LW_STORAGE_BAD_SIZE', `The limit is too small.`, {
    hint: `Give at least ${writeBytes(MIN_MAX_BYTES)}.`,
  });
}
