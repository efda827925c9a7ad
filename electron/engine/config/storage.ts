// `storage`: how much is kept of the metrics, and how long, in tiers of resolution.
import { z } from 'zod';
import { bytesField, durationField, fieldNotation } from '../../../shared/model/fields.ts';
import {
  MAX_KEEP_MS,
  MIN_KEEP_MS,
  RESOLUTION_WORDS,
  RETENTION_PRESETS,
  RETENTION_PRESET_NAMES,
  parseResolution,
  presetRetention,
  toRetention,
} from '../../../shared/model/retention.ts';
import { remoteStorageSchema } from '../remote-storage/index.ts';
import type { RetentionPreset } from '../../../shared/model/retention.ts';

export const MIN_MAX_BYTES = 100 * 1024 ** 2;
export const DEFAULT_MAX_BYTES = 20 * 1024 ** 3;

const DAY_MS = 86_400_000;

const inline = (preset: RetentionPreset): string =>
  `{${Object.entries(RETENTION_PRESETS[preset])
    .map(([name, keep]) => `${name}: ${keep}`)
    .join(', ')}}`;

const resolutionKey = z.string().refine((text) => parseResolution(text) !== undefined, RESOLUTION_WORDS);

const retentionField = z
  .union(
    [
      z.enum(RETENTION_PRESET_NAMES),
      z.record(resolutionKey, durationField({ minMs: MIN_KEEP_MS, maxMs: MAX_KEEP_MS })),
    ],
    { error: `${RETENTION_PRESET_NAMES.join(', ')}, or a mapping such as {raw: 30d, 5m: 1y, 1h: 5y}` },
  )
  .transform((given, context) => {
    if (typeof given === 'string') return presetRetention(given);
    const made = toRetention(given);
    if ('retention' in made) return made.retention;
    for (const { key, part, message } of made.problems) {
      const path = key === '' ? [] : [key];
      if (part === 'value') context.addIssue({ code: 'custom', path, message, input: given });
      else {
        const issues = [{ code: 'custom' as const, path: [], message, input: key }];
        context.addIssue({ code: 'invalid_key', origin: 'record', path, issues, input: given });
      }
    }
    return z.NEVER;
  })
  .register(fieldNotation, {
    type: `one of ${RETENTION_PRESET_NAMES.map((name) => `\`${name}\``).join(', ')}; or mapping of resolutions to durations`,
  });

/** Traffic by minute, by ten minutes and by day. */
export const DEFAULT_FLOW_KEEP_MS = { '1m': 7 * DAY_MS, '10m': 90 * DAY_MS, '1d': 730 * DAY_MS } as const;

const keepField = (tier: keyof typeof DEFAULT_FLOW_KEEP_MS, words: string) =>
  durationField({ minMs: MIN_KEEP_MS, maxMs: MAX_KEEP_MS }).default(DEFAULT_FLOW_KEEP_MS[tier]).describe(words);

const flowsField = z
  .strictObject({
    '1m': keepField('1m', 'Every conversation, by the minute.'),
    '10m': keepField(
      '10m',
      'The largest conversations of ten minutes, and exact totals by host, service and interface.',
    ),
    '1d': keepField('1d', 'The same of a day (UTC).'),
  })
  .prefault({})
  .describe('How long flows are kept in which detail; days, weeks and years of them are files, which go as a whole.');

const PRESET_WORDS: Readonly<Record<RetentionPreset, string>> = {
  standard: 'A month to the second, a year of 5-minute graphs, five years of trends.',
  compact: 'Little disk: a day to the second, a week of 5-minute graphs, and ten years for monthly reports.',
  'raw-1y': 'A whole year to the second, for those who look back at single samples.',
};

const MORE = `Each resolution is a *tier*: \`raw\` is every sample; the others are summaries (count, first, last, sum, smallest, largest, and what counter resets lost), from which
\`rate()\`, \`increase()\`, \`delta()\` and \`sum/avg/min/max/count/last_over_time()\` are answered exactly. A resolution is \`raw\`, minutes that divide an hour (\`1m\` to \`30m\`), hours that divide
a day (\`1h\` to \`12h\`), \`1d\` or \`1mo\` (calendar months in UTC, kept as their days). A coarser one is a whole multiple of the finer one before it and is kept longer than it. At most 8, each for
at least \`1d\`; \`raw\` is always among them.

Keep \`5m\`, or another below \`1h\`: without it the graphs of long ranges read every sample, which takes many times longer, and what is older than \`raw\` reaches is known by the hour at best.

| \`retention\` | the same as | for |
|---|---|---|
${RETENTION_PRESET_NAMES.map((name) => `| \`${name}\` | \`${inline(name)}\` | ${PRESET_WORDS[name]} |`).join('\n')}

What the file does not say of \`retention\` and \`max_size\` can be set in the window, under Settings, Storage. Both, and \`max_series\`, take effect on a reload. Where \`max_size\` is reached, the oldest
week of samples goes first, then the oldest file of the finest summaries, and the window says so.`;

export const storageSectionSchema = z
  .strictObject({
    retention: retentionField
      .optional()
      .register(fieldNotation, { fallback: '`standard`, or what the window set' })
      .describe('How long is kept what: a preset, or how long each resolution is kept.'),
    max_size: bytesField({ min: MIN_MAX_BYTES })
      .optional()
      .register(fieldNotation, { fallback: '`20GB`, or what the window set' })
      .describe(
        'The most that metrics and flows may take on disk, flows at most half of it; beyond it the oldest go before their time.',
      ),
    flows: flowsField,
    remote: remoteStorageSchema
      .optional()
      .describe(
        'A Prometheus-compatible cluster as the long-term store: what is stored goes there as by `remote_write`, what is stored already included, and it answers queries that reach further back than what is stored here.',
      ),
    max_series: z
      .number()
      .int()
      .min(1_000)
      .max(10_000_000)
      .default(500_000)
      .describe('How many series may be active at once; the samples of further ones are refused and counted.'),
    max_series_per_target: z
      .number()
      .int()
      .min(100)
      .max(10_000_000)
      .default(100_000)
      .describe(
        'How many series one target may have within a day, and four times as many new ones within a month; the samples of further ones are refused and counted.',
      ),
  })
  .describe('How much is kept of the metrics, and how long.')
  .register(fieldNotation, {
    example: 'storage:\n  retention: {raw: 30d, 5m: 1y, 1h: 5y}\n  max_size: 20GB\n  max_series: 500000',
    more: MORE,
  });
