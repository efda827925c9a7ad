// `scrape_configs`, in Prometheus's own syntax and with its defaults. What Prometheus takes and Linewarden does not is refused by name.
import { z } from 'zod';
import { bytesField, durationField, fieldNotation, notTaken, writeBytes } from '../../../../shared/model/fields.ts';
import { hasOneLogin, httpClientFields, ONE_LOGIN } from '../../http-client/index.ts';
import { relabelConfigsSchema } from '../../relabel/index.ts';
import { dnsSdSchema, fileSdSchema, httpSdSchema, targetGroupSchema } from './discovery/index.ts';
import { DEFAULT_BODY_LIMIT_BYTES } from './target.ts';

/** Discoveries of Prometheus's that ask a vendor's or an orchestrator's own interface. */
const OTHER_DISCOVERIES = [
  'azure',
  'consul',
  'digitalocean',
  'docker',
  'dockerswarm',
  'ec2',
  'eureka',
  'gce',
  'hetzner',
  'ionos',
  'kubernetes',
  'kuma',
  'lightsail',
  'linode',
  'marathon',
  'nerve',
  'nomad',
  'openstack',
  'ovhcloud',
  'puppetdb',
  'scaleway',
  'serverset',
  'stackit',
  'triton',
  'uyuni',
  'vultr',
] as const;

const otherDiscoveries = Object.fromEntries(
  OTHER_DISCOVERIES.map((name) => [
    `${name}_sd_configs`,
    notTaken('this discovery; let a program write its targets into a file for file_sd_configs'),
  ]),
) as Record<`${(typeof OTHER_DISCOVERIES)[number]}_sd_configs`, ReturnType<typeof notTaken>>;

const HISTOGRAMS = 'a setting of native histograms, which are not read; leave it out';
const FORMATS = 'a choice of formats; leave it out, text and OpenMetrics are agreed on with each target';
const NAMES = 'a choice of how names are checked; leave it out';

const notTakenKeys = {
  scrape_protocols: notTaken(FORMATS),
  fallback_scrape_protocol: notTaken(FORMATS),
  scrape_classic_histograms: notTaken(HISTOGRAMS),
  always_scrape_classic_histograms: notTaken(HISTOGRAMS),
  scrape_native_histograms: notTaken(HISTOGRAMS),
  convert_classic_histograms_to_nhcb: notTaken(HISTOGRAMS),
  native_histogram_bucket_limit: notTaken(HISTOGRAMS),
  native_histogram_min_bucket_factor: notTaken(HISTOGRAMS),
  metric_name_validation_scheme: notTaken(NAMES),
  metric_name_escaping_scheme: notTaken(NAMES),
  track_timestamps_staleness: notTaken('this choice; series with times of their own just end, as without it'),
  scrape_failure_log_file: notTaken('a file for failures; the window tells them under Targets'),
  extra_scrape_metrics: notTaken('this choice; leave it out'),
};

/** Of a job; those of `global` hold for jobs that have none of their own. */
export const scrapeLimitFields = {
  body_size_limit: bytesField()
    .optional()
    .register(fieldNotation, { fallback: `with none, \`${writeBytes(DEFAULT_BODY_LIMIT_BYTES)}\`` })
    .describe('The largest uncompressed answer; a larger one fails the scrape.'),
  sample_limit: z
    .number()
    .int()
    .nonnegative()
    .default(0)
    .describe(
      'The most samples that one scrape may have after metric_relabel_configs, more fail it; 0 is no limit of your own.',
    ),
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
    .describe('The most targets of the job after relabel_configs; with more, all of its scrapes fail; 0 is no limit.'),
  keep_dropped_targets: z
    .number()
    .int()
    .nonnegative()
    .default(0)
    .describe('How many targets that relabel_configs dropped are shown; 0 is 1000; their number is always told.'),
};

const ADDRESS = /^[^/\s?#@]+$/;

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
    enable_compression: z.boolean().default(true).describe('Whether compressed answers are asked for.'),
    static_configs: z.array(targetGroupSchema).default([]).describe('The targets, in groups with common labels.'),
    file_sd_configs: z
      .array(fileSdSchema)
      .default([])
      .describe('Targets from files, each with `__meta_filepath` for relabelling.'),
    http_sd_configs: z
      .array(httpSdSchema)
      .default([])
      .describe('Targets from HTTP servers, each with `__meta_url` for relabelling.'),
    dns_sd_configs: z
      .array(dnsSdSchema)
      .default([])
      .describe('Targets from DNS, each with `__meta_dns_name` and the like for relabelling.'),
    relabel_configs: relabelConfigsSchema
      .default([])
      .describe(
        'Rules that rewrite the labels of targets before the scrape, and choose among them; also `__address__`, `__scheme__`, `__metrics_path__`, `__scrape_interval__`, `__scrape_timeout__` and `__param_...`.',
      ),
    metric_relabel_configs: relabelConfigsSchema
      .default([])
      .describe('Rules that rewrite the labels of scraped series, and choose among them.'),
    ...httpClientFields,
    ...scrapeLimitFields,
    ...notTakenKeys,
    ...otherDiscoveries,
  })
  .refine(hasOneLogin, { error: ONE_LOGIN })
  .superRefine(({ relabel_configs: rules, static_configs: groups }, context) => {
    // Relabelling may make an address of anything.
    if (rules.length > 0) return;
    for (const [i, { targets }] of groups.entries()) {
      for (const [j, target] of targets.entries()) {
        if (ADDRESS.test(target)) continue;
        context.addIssue({
          code: 'custom',
          path: ['static_configs', i, 'targets', j],
          message:
            'an address such as 10.0.0.5:9100, without scheme or path (they are scheme and metrics_path), unless relabel_configs makes one of it',
          input: target,
        });
      }
    }
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
    static_configs: [{targets: [app.example.net]}]
  - job_name: sites
    metrics_path: /probe
    params: {module: [http_2xx]}
    file_sd_configs: [{files: [sites/*.yml]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: '127.0.0.1:9115'}`,
  });

export type ScrapeConfigs = z.output<typeof scrapeConfigsSchema>;
export type ScrapeConfig = ScrapeConfigs[number];

type ScrapeLimits = Pick<ScrapeConfig, keyof typeof scrapeLimitFields>;

/** The jobs with the limits of `global` where they have none of their own. */
export const withGlobalLimits = (jobs: ScrapeConfigs, global: ScrapeLimits): ScrapeConfigs =>
  jobs.map((job) => ({
    ...job,
    body_size_limit: job.body_size_limit || global.body_size_limit,
    sample_limit: job.sample_limit || global.sample_limit,
    label_limit: job.label_limit || global.label_limit,
    label_name_length_limit: job.label_name_length_limit || global.label_name_length_limit,
    label_value_length_limit: job.label_value_length_limit || global.label_value_length_limit,
    target_limit: job.target_limit || global.target_limit,
    keep_dropped_targets: job.keep_dropped_targets || global.keep_dropped_targets,
  }));

/** A file of `scrape_config_files`. */
export const scrapeConfigFileSchema = z.strictObject({ scrape_configs: scrapeConfigsSchema.default([]) });
