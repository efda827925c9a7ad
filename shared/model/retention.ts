// How long is kept what: every sample, and summaries of ever coarser resolution, as the config and the window write it.
import { formatDurationMs, parseDurationMs } from './duration.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** Samples are filed by the day; and nobody means more than a hundred years. */
export const MIN_KEEP_MS = DAY_MS;
export const MAX_KEEP_MS = 100 * YEAR_MS;
const MAX_TIERS = 8;

export type RetentionTier = {
  /** As it is written: `raw`, `5m`, `1h`, `1d`, `1mo`. */
  readonly name: string;
  /** 0 = every sample; a month's summaries are those of its days. */
  readonly resolutionMs: number;
  readonly keepMs: number;
};

/** Finest first; the first is `raw`. */
export type Retention = readonly RetentionTier[];

/** What is wrong, and with which resolution; an empty key means the whole. Messages go on from "expected". */
export type RetentionProblem = { readonly key: string; readonly part: 'key' | 'value'; readonly message: string };

export const RAW = 'raw';
const MONTH = '1mo';

/** Ready-made retentions, as they would be written out. */
export const RETENTION_PRESETS = {
  standard: { raw: '30d', '5m': '1y', '1h': '5y' },
  compact: { raw: '1d', '5m': '7d', '1mo': '10y' },
  'raw-1y': { raw: '1y', '5m': '2y', '1h': '5y' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type RetentionPreset = keyof typeof RETENTION_PRESETS;
export const RETENTION_PRESET_NAMES = ['standard', 'compact', 'raw-1y'] as const satisfies readonly RetentionPreset[];
export const DEFAULT_PRESET: RetentionPreset = 'standard';

export const RESOLUTION_WORDS =
  'raw, minutes that divide an hour, hours that divide a day, 1d or 1mo (such as raw, 5m, 1h)';
export const KEEP_WORDS = `a duration from ${formatDurationMs(MIN_KEEP_MS)} to ${formatDurationMs(MAX_KEEP_MS)}`;

/** What summaries below this resolution are missing for: graphs of long ranges read them instead of every sample. */
const QUICK_RESOLUTION_MS = HOUR_MS;

/** `raw` is 0, a month its days; undefined for what is no resolution. */
export function parseResolution(text: string): number | undefined {
  if (text === RAW) return 0;
  if (text === MONTH) return DAY_MS;
  const ms = parseDurationMs(text);
  if (ms === undefined || ms <= 0) return undefined;
  if (ms < HOUR_MS) return ms % MINUTE_MS === 0 && HOUR_MS % ms === 0 ? ms : undefined;
  return ms % HOUR_MS === 0 && DAY_MS % ms === 0 ? ms : undefined;
}

/** As it is written: 0 -> "raw", 300000 -> "5m". */
export const resolutionName = (resolutionMs: number): string =>
  resolutionMs === 0 ? RAW : formatDurationMs(resolutionMs);

/** Resolutions and how long each is kept, ms, in any order -> a retention, or everything that is wrong with it. */
export function toRetention(
  kept: Readonly<Record<string, number>>,
): { readonly retention: Retention } | { readonly problems: readonly RetentionProblem[] } {
  const problems: RetentionProblem[] = [];
  const tiers: (RetentionTier & { readonly key: string })[] = [];
  for (const [key, keepMs] of Object.entries(kept)) {
    const resolutionMs = parseResolution(key);
    if (resolutionMs === undefined) problems.push({ key, part: 'key', message: RESOLUTION_WORDS });
    else tiers.push({ key, name: key === MONTH ? MONTH : resolutionName(resolutionMs), resolutionMs, keepMs });
  }
  tiers.sort((a, b) => a.resolutionMs - b.resolutionMs);
  if (tiers.length > MAX_TIERS) {
    problems.push({ key: '', part: 'value', message: `at most ${MAX_TIERS} resolutions` });
  }
  if (tiers[0]?.resolutionMs !== 0 && problems.length === 0) {
    problems.push({ key: '', part: 'value', message: 'raw among the resolutions, such as {raw: 30d, 5m: 1y, 1h: 5y}' });
  }
  for (const [i, tier] of tiers.entries()) {
    const finer = tiers[i - 1];
    if (finer === undefined) continue;
    const { key } = tier;
    if (finer.resolutionMs === tier.resolutionMs) {
      const message =
        tier.name === finer.name ? 'a resolution that is listed once' : 'one of 1d and 1mo (months are kept as days)';
      problems.push({ key, part: 'key', message });
    } else if (finer.resolutionMs > 0 && tier.resolutionMs % finer.resolutionMs !== 0) {
      problems.push({ key, part: 'key', message: `a whole multiple of ${finer.name}` });
    }
    if (tier.keepMs <= finer.keepMs) {
      const message = `more than the ${formatDurationMs(finer.keepMs)} that ${finer.name} is kept for`;
      problems.push({ key, part: 'value', message });
    }
  }
  if (problems.length > 0) return { problems };
  return { retention: tiers.map(({ name, resolutionMs, keepMs }) => ({ name, resolutionMs, keepMs })) };
}

/** The same of texts, such as `{raw: '30d', '5m': '1y'}`. */
export function parseRetention(
  written: Readonly<Record<string, string>>,
): { readonly retention: Retention } | { readonly problems: readonly RetentionProblem[] } {
  const problems: RetentionProblem[] = [];
  const kept: Record<string, number> = {};
  for (const [key, text] of Object.entries(written)) {
    const keepMs = parseDurationMs(text);
    if (keepMs === undefined || keepMs < MIN_KEEP_MS || keepMs > MAX_KEEP_MS) {
      problems.push({ key, part: 'value', message: KEEP_WORDS });
    } else kept[key] = keepMs;
  }
  const rest = toRetention(kept);
  if (problems.length === 0) return rest;
  // What is missing for a mistake in it is no second mistake.
  const others = 'problems' in rest ? rest.problems.filter(({ part, key }) => part === 'key' && key !== '') : [];
  return { problems: [...problems, ...others] };
}

export function presetRetention(preset: RetentionPreset): Retention {
  const parsed = parseRetention(RETENTION_PRESETS[preset]);
  if ('problems' in parsed) throw new TypeError(`the preset ${preset} is no retention`);
  return parsed.retention;
}

/** As it would be written: `{raw: '30d', '5m': '1y'}`. */
export const writeRetention = (retention: Retention): Record<string, string> =>
  Object.fromEntries(retention.map(({ name, keepMs }) => [name, formatDurationMs(keepMs)]));

/** The preset that says the same; undefined for one of the operator's own. */
export function presetOf(retention: Retention): RetentionPreset | undefined {
  const text = JSON.stringify(writeRetention(retention));
  return RETENTION_PRESET_NAMES.find((name) => JSON.stringify(writeRetention(presetRetention(name))) === text);
}

/** One sentence where a retention is allowed but costs something that one may not think of; undefined otherwise. */
export function retentionNote(retention: Retention): string | undefined {
  if (retention.length === 1) {
    return 'Without summaries a graph over weeks reads every sample: keep 5m too, and it is drawn many times faster.';
  }
  if (retention.some(({ resolutionMs }) => resolutionMs > 0 && resolutionMs < QUICK_RESOLUTION_MS)) return undefined;
  return 'Without summaries below 1h a graph over days reads every sample: keep 5m too, and it is drawn many times faster.';
}
