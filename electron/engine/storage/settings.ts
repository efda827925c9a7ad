// What holds for the store just now: what the file says, else what the window set, else the defaults.
import { z } from 'zod';
import { DEFAULT_PRESET, parseRetention, presetRetention, writeRetention } from '../../../shared/model/retention.ts';
import type { Retention } from '../../../shared/model/retention.ts';
import { DEFAULT_MAX_BYTES, MIN_MAX_BYTES } from '../config/index.ts';
import type { LinewardenConfig } from '../config/index.ts';
import type { Retention as StoreRetention } from '../store/metrics/index.ts';
import type { Settings } from '../store/state/index.ts';

export type StorageSource = 'file' | 'window' | 'default';
type Chosen<T> = { readonly value: T; readonly from: StorageSource };

export type StorageSettings = {
  readonly retention: Chosen<Retention>;
  readonly maxBytes: Chosen<number>;
  readonly maxSeries: number;
};

const RETENTION_KEY = 'storage.retention';
const MAX_BYTES_KEY = 'storage.max_size';

const writtenRetention = z.record(z.string(), z.string());
const storedBytes = z.number().int().min(MIN_MAX_BYTES);

export function storageSettings(section: LinewardenConfig['storage'], stored: Pick<Settings, 'get'>): StorageSettings {
  return {
    retention: choose(section.retention, storedRetention(stored.get(RETENTION_KEY)), presetRetention(DEFAULT_PRESET)),
    maxBytes: choose(section.max_size, storedBytes.safeParse(stored.get(MAX_BYTES_KEY)).data, DEFAULT_MAX_BYTES),
    maxSeries: section.max_series,
  };
}

/** What the window sets; undefined takes it back. Throws what the state store throws. */
export function storeRetention(stored: Pick<Settings, 'set'>, retention: Retention | undefined): void {
  stored.set(RETENTION_KEY, retention && writeRetention(retention));
}

export function storeMaxBytes(stored: Pick<Settings, 'set'>, maxBytes: number | undefined): void {
  stored.set(MAX_BYTES_KEY, maxBytes);
}

function choose<T>(file: T | undefined, window: T | undefined, fallback: T): Chosen<T> {
  if (file !== undefined) return { value: file, from: 'file' };
  return window === undefined ? { value: fallback, from: 'default' } : { value: window, from: 'window' };
}

/** What is stored but makes no sense (any more) counts as not set. */
function storedRetention(value: unknown): Retention | undefined {
  const written = writtenRetention.safeParse(value).data;
  if (written === undefined) return undefined;
  const parsed = parseRetention(written);
  return 'retention' in parsed ? parsed.retention : undefined;
}

/** As the store takes it. */
export const storeRetentionOf = ([raw, ...tiers]: Retention): StoreRetention => ({
  rawKeepMs: raw?.keepMs ?? 0,
  tiers: tiers.map(({ resolutionMs, keepMs }) => ({ resolutionMs, keepMs })),
});
