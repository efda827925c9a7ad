// `scrape_configs`, in Prometheus's own syntax and with its defaults: the section's schema, and the targets that it means.
import path from 'node:path';
import { z } from 'zod';
import { bytesField, durationField, fieldNotation, fileField, writeBytes } from '../../../../shared/model/fields.ts';
import { DEFAULT_BODY_LIMIT_BYTES, DEFAULT_TIMEOUT_MS } from './target.ts';
import type { TargetAuth, TargetConfig } from './target.ts';

const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name such as site')
  .register(fieldNotation, { type: 'label name' });
const labelValue = z
  .union([z.string(), z.number().int(), z.boolean()], { error: 'a text (put it in quotes)' })
  .transform(String)
  .register(fieldNotation, { type: 'text' });

const address = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^/\s?#@]+$/, 'an address such as 10.0.0.5:9100, without scheme or path (they are scheme and metrics_path)')
  .register(fieldNotation, { type: 'host:port' });

const staticConfigSchema = z.strictObject({
  targets: z
    .array(address)
    .default([])
    .describe('The addresses to scrape; without a port, the usual one of the scheme.'),
  labels: z
    .record(labelName, labelValue)
    .default({})
    .describe(
      'Labels on every series of these targets; `job` and `instance` replace the usual ones, and those that begin with `__` steer the scrape, as in Prometheus.',
    ),
});

const basicAuthSchema = z.strictObject({
  username: z.string().default('').describe('The user name.'),
  password_file: fileField.describe('The file that holds the password, read at each scrape.'),
});

const authorizationSchema = z
  .strictObject({
    type: z
      .string()
      .min(1)
      .max(64)
      .default('Bearer')
      .describe('What stands before the credentials in the header; not `Basic`.'),
    credentials_file: fileField.describe('The file that holds the token, read at each scrape.'),
  })
  .refine((auth) => auth.type.trim().toLowerCase() !== 'basic', {
    path: ['type'],
    error: 'another type than Basic: use basic_auth for that',
  });

const tlsConfigSchema = z.strictObject({
  ca_file: fileField
    .optional()
    .register(fieldNotation, { fallback: "this computer's authorities" })
    .describe('The authorities that may sign the certificate, as PEM.'),
  insecure_skip_verify: z.boolean().default(false).describe('Accepts any certificate.'),
  server_name: z
    .string()
    .min(1)
    .optional()
    .register(fieldNotation, { fallback: "the target's host" })
    .describe('The name that the certificate must be for.'),
});

const scrapeConfigSchema = z
  .strictObject({
    job_name: z.string().min(1).max(256).describe("The label `job`, different from every other job's."),
    scrape_interval: durationField({ minMs: 100, maxMs: 86_400_000 })
      .optional()
      .register(fieldNotation, { fallback: '`global.scrape_interval`' })
      .describe('How often each target is scraped.'),
    scrape_timeout: durationField({ minMs: 10, maxMs: 86_400_000 })
      .optional()
      .register(fieldNotation, { fallback: '`global.scrape_timeout`, or the interval where that is shorter' })
      .describe('How long one scrape may take; not above the interval.'),
    metrics_path: z.string().min(1).max(2_048).default('/metrics').describe('The path of the metrics.'),
    scheme: z.enum(['http', 'https']).default('http').describe('The protocol.'),
    params: z.record(z.string(), z.array(z.string())).default({}).describe("The request's URL parameters."),
    honor_labels: z
      .boolean()
      .default(false)
      .describe("Whether a target's own labels win over ours; else they are renamed to `exported_...`."),
    honor_timestamps: z.boolean().default(true).describe('Whether the times that a target gives are kept.'),
    static_configs: z.array(staticConfigSchema).default([]).describe('The targets, in groups with common labels.'),
    basic_auth: basicAuthSchema
      .optional()
      .describe('Signs in with a name and a password; not together with `authorization`.'),
    authorization: authorizationSchema.optional().describe('Signs in with a token.'),
    tls_config: tlsConfigSchema.optional().describe('How the certificate of an https target is checked.'),
    body_size_limit: bytesField()
      .optional()
      .register(fieldNotation, { fallback: `\`${writeBytes(DEFAULT_BODY_LIMIT_BYTES)}\`` })
      .describe('The largest uncompressed answer; a larger one fails the scrape.'),
    sample_limit: z
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe('The most samples that one scrape may have, more fail it; 0 is no limit of your own.'),
    label_limit: z
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe(
        'The most labels of a series, its name and the labels of the target among them; more fail the scrape; 0 is no limit.',
      ),
    label_name_length_limit: z
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe('The longest name of a label, in bytes; a longer one fails the scrape; 0 is no limit.'),
    label_value_length_limit: z
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe('The longest value of a label, in bytes; a longer one fails the scrape; 0 is no limit.'),
    target_limit: z
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe('The most targets of the job; with more, all of its scrapes fail; 0 is no limit.'),
  })
  .refine((config) => config.basic_auth === undefined || config.authorization === undefined, {
    error: 'at most one of basic_auth and authorization',
  })
  .refine(
    ({ scrape_interval: intervalMs, scrape_timeout: timeoutMs }) =>
      intervalMs === undefined || timeoutMs === undefined || timeoutMs <= intervalMs,
    { path: ['scrape_timeout'], error: 'a scrape_timeout not above the scrape_interval' },
  );

export const scrapeConfigsSchema = z
  .array(scrapeConfigSchema)
  .superRefine((configs, context) => {
    const seen = new Set<string>();
    for (const [i, { job_name: job }] of configs.entries()) {
      if (seen.has(job)) {
        context.addIssue({
          code: 'custom',
          path: [i, 'job_name'],
          message: `a job_name of its own (${job} is taken)`,
          input: job,
        });
      }
      seen.add(job);
    }
  })
  .describe("Prometheus exporters to scrape, in Prometheus's own syntax and with its defaults.")
  .register(fieldNotation, {
    example: `scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['10.0.0.5:9100', '10.0.0.6:9100']
        labels: {site: north}
  - job_name: app
    scrape_interval: 1m
    scheme: https
    authorization: {credentials_file: secrets/app}
    static_configs: [{targets: [app.example.net]}]`,
  });

export type ScrapeConfigs = z.output<typeof scrapeConfigsSchema>;
type ScrapeConfig = ScrapeConfigs[number];

export type ScrapeGlobals = {
  readonly scrapeIntervalMs: number;
  /** Absent: 10 s, as in Prometheus. A job whose interval is shorter uses its interval. */
  readonly scrapeTimeoutMs?: number | undefined;
  /** What file names in the section are relative to. */
  readonly baseDir: string;
};

/** Every target of the section, once each. */
export function expandScrapeConfigs(section: ScrapeConfigs, globals: ScrapeGlobals): TargetConfig[] {
  const targets = new Map<string, TargetConfig>();
  for (const config of section) {
    for (const group of config.static_configs) {
      for (const text of group.targets) {
        const target = toTarget(config, text, group.labels, globals);
        targets.set(JSON.stringify([target.labels, target.url]), target);
      }
    }
  }
  return [...targets.values()];
}

function toTarget(
  config: ScrapeConfig,
  targetAddress: string,
  given: Readonly<Record<string, string>>,
  globals: ScrapeGlobals,
): TargetConfig {
  const intervalMs = config.scrape_interval ?? globals.scrapeIntervalMs;
  const timeoutMs = config.scrape_timeout ?? Math.min(globals.scrapeTimeoutMs ?? DEFAULT_TIMEOUT_MS, intervalMs);
  const job = given['job'] ?? config.job_name;
  const instance = given['instance'] ?? targetAddress;
  // Labels that begin with __ steer the scrape and are not stored.
  const labels = Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith('__')));
  const file = (name: string): string => path.resolve(globals.baseDir, name);
  const tls = config.tls_config;
  return {
    job,
    instance,
    url: targetUrl(config, targetAddress, given),
    intervalMs,
    timeoutMs,
    labels: { ...labels, job, instance },
    honorLabels: config.honor_labels,
    honorTimestamps: config.honor_timestamps,
    auth: authOf(config, file),
    tls: {
      caFile: tls?.ca_file === undefined ? undefined : file(tls.ca_file),
      insecureSkipVerify: tls?.insecure_skip_verify ?? false,
      serverName: tls?.server_name,
    },
    // 0 is "no limit" in Prometheus; here nothing is without one.
    bodyLimitBytes:
      config.body_size_limit === undefined || config.body_size_limit === 0
        ? DEFAULT_BODY_LIMIT_BYTES
        : config.body_size_limit,
    sampleLimit: config.sample_limit,
    labelLimits: {
      labels: config.label_limit,
      nameLength: config.label_name_length_limit,
      valueLength: config.label_value_length_limit,
    },
    isOverTargetLimit: config.target_limit > 0 && targetCount(config) > config.target_limit,
  };
}

const targetCount = (config: ScrapeConfig): number =>
  config.static_configs.reduce((count, { targets }) => count + targets.length, 0);

function authOf(config: ScrapeConfig, file: (name: string) => string): TargetAuth | undefined {
  if (config.basic_auth !== undefined) {
    const { username, password_file: passwordFile } = config.basic_auth;
    return { kind: 'basic', username, file: file(passwordFile) };
  }
  if (config.authorization === undefined) return undefined;
  return { kind: 'token', type: config.authorization.type.trim(), file: file(config.authorization.credentials_file) };
}

function targetUrl(config: ScrapeConfig, host: string, labels: Readonly<Record<string, string>>): string {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries(config.params)) for (const value of values) params.append(name, value);
  for (const [label, value] of Object.entries(labels)) {
    if (label.startsWith('__param_')) params.set(label.slice('__param_'.length), value);
  }
  const route = labels['__metrics_path__'] ?? config.metrics_path;
  const query = params.size === 0 ? '' : `?${params.toString()}`;
  return `${labels['__scheme__'] ?? config.scheme}://${host}${route.startsWith('/') ? '' : '/'}${route}${query}`;
}
