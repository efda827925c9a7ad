// Resolutions and times to keep as a person says them.
import { writeBytes } from '../../../../shared/model/fields.ts';
import { DEFAULT_PRESET } from '../../../../shared/model/retention.ts';
import type { Retention, RetentionPreset } from '../../../../shared/model/retention.ts';
import { NBSP, formatValue, plural } from '../../../../shared/units/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** "Every sample", "5 minutes", "1 hour", "1 month". */
export function resolutionWords(name: string, resolutionMs: number): string {
  if (resolutionMs === 0) return 'Every sample';
  if (name === '1mo') return '1 month';
  if (resolutionMs < HOUR_MS) return plural(resolutionMs / MINUTE_MS, 'minute');
  if (resolutionMs < DAY_MS) return plural(resolutionMs / HOUR_MS, 'hour');
  return plural(resolutionMs / DAY_MS, 'day');
}

/** "30 days", "1 year", "6 hours"; days where it is no whole number of years. */
export function keepWords(keepMs: number): string {
  if (keepMs % YEAR_MS === 0) return plural(keepMs / YEAR_MS, 'year');
  if (keepMs % DAY_MS === 0) return plural(keepMs / DAY_MS, 'day');
  return plural(Math.round((keepMs / HOUR_MS) * 10) / 10, 'hour');
}

/** What is lost of `lost` when `next` holds: "samples older than 1 day, 5-minute summaries older than 7 days". */
export function lossWords(lost: Retention, next: Retention): string {
  return lost
    .map(({ name, resolutionMs }) => {
      const what =
        resolutionMs === 0
          ? 'samples'
          : `${resolutionWords(name, resolutionMs).replace(/s$/, '').replace(' ', '-')} summaries`;
      const after = next.find((tier) => tier.resolutionMs === resolutionMs);
      return after === undefined ? `all ${what}` : `${what} older than ${keepWords(after.keepMs)}`;
    })
    .join(', ')
    .replace(/, ([^,]+)$/, ' and $1');
}

/** A limit that somebody chose: "20 GiB" where it is a whole number, as it was written. */
export function limitWords(bytes: number): string {
  const [, count = '', unit = ''] = /^(\d{1,4})([KMGT])B$/.exec(writeBytes(bytes)) ?? [];
  return unit === '' ? formatValue(bytes, 'bytes') : `${count}${NBSP}${unit}iB`;
}

type PresetWords = { readonly name: string; readonly says: string };

export const PRESET_WORDS: Readonly<Record<RetentionPreset, PresetWords>> = {
  standard: { name: 'Standard', says: 'A month of every sample, a year of 5-minute graphs, five years of trends.' },
  compact: {
    name: 'Compact',
    says: 'A day of every sample, a week of 5-minute graphs, ten years for monthly reports.',
  },
  'raw-1y': { name: 'A year of samples', says: 'Every single sample for a whole year, and five years of trends.' },
};

export const isDefault = (preset: RetentionPreset): boolean => preset === DEFAULT_PRESET;

/** A series as a query would write it: `up{instance="a:1",job="node"}`. */
export function seriesText({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(', ')}}`;
}
