// `alerting.heartbeat` of linewarden.yml.
import { z } from 'zod';
import { durationField, fieldNotation, fileField } from '../../../../shared/model/fields.ts';

export const DEFAULT_INTERVAL_MS = 300_000;

export const heartbeatSectionSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'a URL that begins with http:// or https://' })
      .max(4_096)
      .optional()
      .register(fieldNotation, { type: 'URL' })
      .describe('What is asked by GET; whoever is behind it raises the alarm when nobody asks any more.'),
    url_file: fileField
      .optional()
      .describe('Instead of `url`, the file that holds it, since the URL is often a secret.'),
    interval: durationField({ minMs: 10_000, maxMs: 86_400_000 })
      .optional()
      .register(fieldNotation, { fallback: '5m' })
      .describe('How often it is asked; let the other side wait a little longer.'),
  })
  .refine(({ url, url_file: file }) => (url === undefined) !== (file === undefined), {
    error: 'either url or url_file',
  })
  .transform(({ url, url_file: urlFile, interval: intervalMs = DEFAULT_INTERVAL_MS }) => ({
    url,
    urlFile,
    intervalMs,
  }));

export type HeartbeatSection = z.output<typeof heartbeatSectionSchema>;

export const alertingSectionSchema = z
  .strictObject({ heartbeat: heartbeatSectionSchema.optional().describe('A sign of life while rules are evaluated.') })
  .default({})
  .describe('Who watches the watcher: a URL that is asked for as long as alert rules are evaluated.')
  .register(fieldNotation, {
    example: 'alerting:\n  heartbeat: {url_file: secrets/heartbeat-url, interval: 5m}',
  });
