// linewarden.yml as one schema. A collector's section is described in its own folder; what is not known is refused by name.
import { z } from 'zod';
import {
  durationField,
  fieldNotation,
  fileField,
  hostPortField,
  ipField,
  notTaken,
} from '../../../shared/model/fields.ts';
import { alertingSectionSchema } from '../alerting/heartbeat/index.ts';
import { dockerSectionSchema } from '../collectors/docker/index.ts';
import { hostSectionSchema } from '../collectors/host/index.ts';
import { mqttSectionSchema } from '../collectors/mqtt/index.ts';
import { netflowSectionSchema } from '../collectors/netflow/index.ts';
import { pushSectionSchema } from '../collectors/push/index.ts';
import { remoteWriteReceiverSchema } from '../collectors/remote-write/index.ts';
import { routerosSectionSchema } from '../collectors/routeros/index.ts';
import { scrapeConfigsSchema, scrapeLimitFields } from '../collectors/scrape/index.ts';
import { discoverySectionSchema } from '../discovery/index.ts';
import { namesSectionSchema } from '../names/index.ts';
import { subscribersSectionSchema } from '../subscribers/index.ts';
import { remoteWriteSectionSchema } from '../remote-write-sender/index.ts';
import { storageSectionSchema } from './storage.ts';

const MINUTE_MS = 60_000;

const globalSchema = z
  .strictObject({
    scrape_interval: durationField({ minMs: 1_000 })
      .default(15_000)
      .describe('How often targets are scraped whose job does not say otherwise.'),
    scrape_timeout: durationField({ minMs: 100 })
      .optional()
      .register(fieldNotation, { fallback: '10s, or the interval where that is shorter' })
      .describe('How long one scrape may take; not above the interval.'),
    evaluation_interval: durationField({ minMs: 1_000 })
      .default(15_000)
      .describe('How often alert rules are evaluated whose group does not say otherwise.'),
    external_labels: z
      .record(z.string(), z.string())
      .default({})
      .describe('Labels that name this installation; alert templates read them as `$externalLabels`.'),
    ...scrapeLimitFields,
    query_log_file: notTaken('a log of queries; slow ones stand in the log'),
    scrape_failure_log_file: notTaken('a file for failures; the window tells them under Targets'),
    scrape_protocols: notTaken('a choice of formats; leave it out, they are agreed on with each target'),
    rule_query_offset: notTaken('an offset for all rules; leave it out'),
    metric_name_validation_scheme: notTaken('a choice of how names are checked; leave it out'),
    metric_name_escaping_scheme: notTaken('a choice of how names are checked; leave it out'),
  })
  .refine(
    ({ scrape_interval: intervalMs, scrape_timeout: timeoutMs }) => timeoutMs === undefined || timeoutMs <= intervalMs,
    { path: ['scrape_timeout'], error: 'a scrape_timeout not above the scrape_interval' },
  )
  .describe("What applies wherever a section does not say otherwise, in Prometheus's own syntax.")
  .register(fieldNotation, { example: 'global: {scrape_interval: 15s, external_labels: {site: north}}' });

const tokenSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(64)
      .refine((name) => name !== 'admin', { error: "another name than admin, which is the admin token's" })
      .describe('Who the token is for; the label `sender` of what comes in with it.'),
    scope: z
      .enum(['read', 'write', 'alerts', 'admin'])
      .describe(
        'What it may do: `read` asks the query API, `/metrics` and alerts (a dashboard), `write` sends samples, alerts and silences (a Prometheus), `alerts` asks for alerts and silences and changes them (amtool), `admin` does everything.',
      ),
    token_file: fileField.optional().describe('The file that holds the token: one word of at least 16 characters.'),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'the SHA-256 of the token, as 64 hex digits')
      .optional()
      .register(fieldNotation, { type: 'SHA-256 in hex' })
      .describe("Instead of `token_file`, the token's hash: `printf %s TOKEN | sha256sum`."),
  })
  .refine(({ token_file: file, sha256 }) => (file === undefined) !== (sha256 === undefined), {
    error: 'either token_file or sha256',
  });

const httpSchema = z
  .strictObject({
    listen: hostPortField
      .optional()
      .register(fieldNotation, { fallback: '127.0.0.1:9470 with `serve`; off in the desktop app' })
      .describe('Where the window for browsers and the API are served.'),
    allowed_hosts: z
      .array(z.string().min(1).max(253))
      .default([])
      .describe("Names under which a browser may ask, besides `localhost`, IP addresses and this computer's own name."),
    external_url: z
      .url({ protocol: /^https?$/, error: 'a URL such as https://monitor.example.net' })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .register(fieldNotation, { type: 'URL', fallback: 'the address that is listened on' })
      .describe('Where people reach the window; links in messages about alerts lead there.'),
    tls: z
      .strictObject({
        cert_file: fileField.describe('The certificate, with its chain, as PEM.'),
        key_file: fileField.describe("The certificate's private key as PEM."),
      })
      .optional()
      .describe(
        'Serves HTTPS instead of HTTP; give it a certificate before listening on the network; renewed files are taken without a restart.',
      ),
    metrics_token_file: fileField
      .optional()
      .register(fieldNotation, { fallback: 'tokens that Settings makes' })
      .describe(
        'The file with the token of `/metrics`, one word a line: two lines while it is changed, which is seen without a restart; the variable `LINEWARDEN_METRICS_TOKEN` may hold another one.',
      ),
    tokens: z
      .array(tokenSchema)
      .max(1_000)
      .default([])
      .superRefine((tokens, context) => {
        for (const [index, { name }] of tokens.entries()) {
          if (tokens.findIndex((other) => other.name === name) === index) continue;
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: 'a name that no other token has',
            input: tokens,
          });
        }
      })
      .describe(
        'Tokens besides the admin token, each for one purpose; given as `Authorization: Bearer` or as the password of basic authentication.',
      ),
  })
  .describe('The window for browsers and the HTTP API; everything but `/health` and `/ready` needs a token.')
  .register(fieldNotation, {
    example:
      "http:\n  listen: '0.0.0.0:9470'\n  allowed_hosts: [monitor.lan]\n  tls: {cert_file: tls/cert.pem, key_file: tls/key.pem}\n  tokens:\n    - {name: grafana, scope: read, token_file: secrets/grafana}\n    - {name: prometheus-north, scope: write, token_file: secrets/prometheus-north}",
  });

/** What a device of the config may be. */
const DEVICE_TYPES = [
  'dedicated-edge',
  'mtge',
  'connector',
  'headend',
  'push-client',
  'sender',
  'router',
  'host',
  'target',
  'exporter',
  'docker',
] as const;

const deviceSchema = z.strictObject({
  id: z.string().min(1).max(128).describe("The device's id, as in the label `device` of `linewarden_device_online`."),
  name: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .register(fieldNotation, { fallback: 'the id' })
    .describe('The name that is shown.'),
  type: z
    .enum(DEVICE_TYPES)
    .optional()
    .register(fieldNotation, { fallback: 'a flow exporter' })
    .describe(
      'What it is, which decides how long it may be silent; edges, headends and push clients send by themselves and are known by the label `edge_id`, `headend_id` or `client_id`, else by the id.',
    ),
  addresses: z.array(ipField).default([]).describe('The addresses that its flows come from; needed without a `type`.'),
  parent: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .register(fieldNotation, { fallback: 'worked out from neighbours' })
    .describe('The id of the device through which it is reached, for the map and for alerts.'),
  labels: z
    .record(z.string(), z.string())
    .default({})
    .describe('Of these, `edge_id` and `customer_id` become labels of its flow metrics and of what it sends by MQTT.'),
});

const devicesSchema = z
  .array(deviceSchema)
  .superRefine((devices, context) => {
    const ids = new Set<string>();
    const taken = new Set<string>();
    for (const [index, { id, type, addresses }] of devices.entries()) {
      const refuse = (path: PropertyKey[], message: string): void =>
        context.addIssue({ code: 'custom', path: [index, ...path], message, input: devices });
      if (ids.has(id)) refuse(['id'], 'an id that no other device has');
      ids.add(id);
      if (addresses.length === 0 && type === undefined)
        refuse(['addresses'], 'an address, or a type for what sends no flows');
      for (const [place, address] of addresses.entries()) {
        if (taken.has(address)) refuse(['addresses', place], 'an address that is not listed already');
        taken.add(address);
      }
    }
  })
  .describe('Names, types and labels for what is not polled: flow exporters, and devices that send by themselves.')
  .register(fieldNotation, {
    example:
      'devices:\n  - id: edge-7\n    name: Mill street\n    addresses: [10.0.7.1]\n    labels: {edge_id: SN7, customer_id: acme}\n  - {id: mill-street, type: mtge, parent: core, labels: {edge_id: SN8, customer_id: acme}}',
  });

const presenceSchema = z
  .strictObject({
    offline_after: durationField({ minMs: 10_000 })
      .default(5 * MINUTE_MS)
      .describe(
        'Without an answer or telemetry for this long a router, flow exporter, edge or headend is offline; for this computer and for scraped targets five of their intervals count.',
      ),
    types: z
      .partialRecord(z.enum([...DEVICE_TYPES, 'ping']), durationField({ minMs: 10_000 }))
      .default({})
      .register(fieldNotation, {
        type: 'mapping of type to duration',
        fallback: 'push clients 15m, the others as above',
      })
      .describe('Another time for devices of one type.'),
  })
  .describe('When a silent device counts as offline.')
  .register(fieldNotation, { example: 'presence: {offline_after: 5m, types: {push-client: 20m}}' });

const ruleFilesSchema = z
  .array(
    fileField.describe('A path, which must be there, or a pattern with `*`, `?` or `[...]`, which may match nothing.'),
  )
  .describe('Prometheus rule files, evaluated beside the shipped rules.')
  .register(fieldNotation, { example: 'rule_files: [rules/*.yml]' });

const scrapeConfigFilesSchema = z
  .array(fileField.describe('A path or a pattern of files, each with a `scrape_configs` section of its own.'))
  .default([])
  .describe('More files with jobs; file names in them start at their folder.')
  .register(fieldNotation, { example: 'scrape_config_files: [jobs/*.yml]' });

const alertmanagerSchema = z
  .record(z.string(), z.unknown())
  .describe("Where alerts are told, by Alertmanager's own configuration.")
  .register(fieldNotation, {
    type: "Alertmanager's configuration: `global`, `route`, `receivers`, `inhibit_rules`, `time_intervals`, `templates`",
    fallback: 'this computer: the window and the desktop, one message for each kind of alert',
    example: [
      'alertmanager:',
      '  route:',
      '    receiver: ops',
      '    group_by: [alertname, site]',
      '    routes:',
      '      - {receiver: on-call, matchers: [severity="critical"]}',
      '  receivers:',
      '    - name: ops',
      '      window_configs: [{send_resolved: true}]',
      '    - name: on-call',
      '      desktop_configs: [{send_resolved: true}]',
    ].join('\n'),
  });

const alertmanagerFileSchema = fileField
  .describe("Instead of `alertmanager`, a file of Alertmanager's own; relative paths in it start at its folder.")
  .register(fieldNotation, { example: 'alertmanager_config_file: alertmanager.yml' });

export const configSchema = z
  .strictObject({
    global: globalSchema.prefault({}),
    host: hostSectionSchema.prefault({}),
    routeros: routerosSectionSchema.prefault([]),
    netflow: netflowSectionSchema.prefault({}),
    mqtt: mqttSectionSchema.prefault({}),
    scrape_configs: scrapeConfigsSchema.prefault([]),
    scrape_config_files: scrapeConfigFilesSchema,
    docker: dockerSectionSchema,
    remote_write: remoteWriteSectionSchema.default([]),
    remote_write_receiver: remoteWriteReceiverSchema.prefault({}),
    push: pushSectionSchema.prefault({}),
    rule_files: ruleFilesSchema.default([]),
    alerting: alertingSectionSchema,
    alertmanager: alertmanagerSchema.optional(),
    alertmanager_config_file: alertmanagerFileSchema.optional(),
    devices: devicesSchema.default([]),
    discovery: discoverySectionSchema.prefault({}),
    names: namesSectionSchema.prefault({}),
    presence: presenceSchema.prefault({}),
    subscribers: subscribersSectionSchema.prefault({}),
    storage: storageSectionSchema.prefault({}),
    http: httpSchema.prefault({}),
  })
  .refine(({ alertmanager, alertmanager_config_file: file }) => alertmanager === undefined || file === undefined, {
    path: ['alertmanager_config_file'],
    error: 'either alertmanager or alertmanager_config_file',
  })
  .superRefine(({ devices, routeros, scrape_configs: jobs }, context) => {
    const taken = new Map(routeros.map(({ name }, i) => [name, `the name of routeros[${i}]`]));
    for (const [index, { job_name: job, static_configs: groups }] of jobs.entries()) {
      for (const { targets, labels } of groups) {
        for (const target of targets) {
          const id = `${labels['job'] ?? job}/${labels['instance'] ?? target}`;
          taken.set(id, `that of a target of scrape_configs[${index}]`);
        }
      }
    }
    for (const [index, { id }] of devices.entries()) {
      const whose = taken.get(id);
      if (whose === undefined) continue;
      const message = `an id that is not ${whose}`;
      context.addIssue({ code: 'custom', path: ['devices', index, 'id'], message, input: devices });
    }
  })
  .superRefine(({ global, scrape_configs: jobs }, context) => {
    for (const [index, { scrape_interval: own, scrape_timeout: timeoutMs }] of jobs.entries()) {
      if (own !== undefined || timeoutMs === undefined || timeoutMs <= global.scrape_interval) continue;
      const path = ['scrape_configs', index, 'scrape_timeout'];
      context.addIssue({
        code: 'custom',
        path,
        message: 'a scrape_timeout not above the scrape_interval',
        input: jobs,
      });
    }
  });

export type LinewardenConfig = z.output<typeof configSchema>;
