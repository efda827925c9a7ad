// `static_configs` and the service discoveries of a job, in Prometheus's own syntax and with its defaults.
import { z } from 'zod';
import { durationField, fieldNotation, fileField } from '../../../../../shared/model/fields.ts';
import { hasOneLogin, httpClientFields, ONE_LOGIN } from '../../../http-client/index.ts';

const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name such as site')
  .register(fieldNotation, { type: 'label name' });
const labelValue = z
  .union([z.string(), z.number().int(), z.boolean()], { error: 'a text (put it in quotes)' })
  .transform(String)
  .register(fieldNotation, { type: 'text' });

/** What relabelling makes an address of may be anything, such as the URL that a prober is to ask. */
const target = z.string().min(1).max(2_048).register(fieldNotation, { type: 'host:port' });

export const targetGroupSchema = z.strictObject({
  targets: z
    .array(target)
    .default([])
    .describe(
      'The addresses to scrape, without scheme and path; without a port, the usual one of the scheme; anything where relabel_configs writes another `__address__`.',
    ),
  labels: z
    .record(labelName, labelValue)
    .default({})
    .describe(
      'Labels on every series of these targets; `job` and `instance` replace the usual ones, and those that begin with `__` steer the scrape, as in Prometheus.',
    ),
});

export type TargetGroup = z.output<typeof targetGroupSchema>;

const refreshField = durationField({ minMs: 1_000 });

export const fileSdSchema = z.strictObject({
  files: z
    .array(
      fileField.regex(
        /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/,
        'a path that ends in .json, .yml or .yaml, with one * in its last part at most',
      ),
    )
    .min(1)
    .max(100)
    .describe('Files of lists of `{targets, labels}`, or patterns of such; changes are seen at once.'),
  refresh_interval: refreshField
    .default(300_000)
    .describe('How often the files are read anyway, where changes are not told.'),
});

export const httpSdSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'a URL such as https://inventory.lan/targets' })
      .refine((url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''), {
        error: 'a URL without user name and password: they belong in basic_auth',
      })
      .register(fieldNotation, { type: 'URL' })
      .describe('What answers with a JSON list of `{targets, labels}`.'),
    refresh_interval: refreshField.default(60_000).describe('How often it is asked.'),
    ...httpClientFields,
  })
  .refine(hasOneLogin, { error: ONE_LOGIN });

const DNS_TYPES = ['SRV', 'A', 'AAAA', 'MX', 'NS'] as const;

export const dnsSdSchema = z
  .strictObject({
    names: z
      .array(z.string().min(1).max(253))
      .min(1)
      .max(100)
      .describe('The names to look up, each written in full: no search domain is tried.'),
    type: z
      .string()
      .transform((type) => type.toUpperCase())
      .pipe(z.enum(DNS_TYPES))
      .default('SRV')
      .register(fieldNotation, { type: `one of ${DNS_TYPES.map((type) => `\`${type}\``).join(', ')}` })
      .describe('The kind of records that are looked up.'),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('The port of the targets, which all records but SRV need.'),
    refresh_interval: refreshField.default(30_000).describe('How often the names are looked up.'),
  })
  .refine(({ type, port }) => type === 'SRV' || port !== undefined, {
    path: ['port'],
    error: 'a port, which only SRV records bring along',
  });

export type FileSd = z.output<typeof fileSdSchema>;
export type HttpSd = z.output<typeof httpSdSchema>;
export type DnsSd = z.output<typeof dnsSdSchema>;
