// `remote_write`, in Prometheus's own syntax and with its defaults.
import { z } from 'zod';
import { durationField, fieldNotation, notTaken } from '../../../shared/model/fields.ts';
import { hasOneLogin, httpClientFields, ONE_LOGIN } from '../http-client/index.ts';
import { relabelConfigsSchema } from '../relabel/index.ts';

/** What the request itself says. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'host',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'accept-encoding',
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'transfer-encoding',
]);

const headersField = z
  .record(
    z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'the name of an HTTP header')
      .refine((name) => !OWN_HEADERS.has(name.toLowerCase()), 'another header: this one is set by the request itself'),
    // oxlint-disable-next-line no-control-regex -- a header is one line
    z.string().regex(/^[^\0-\x1f\x7f]*$/, 'a text without control characters'),
  )
  .default({})
  .describe('Further headers of each request, such as `X-Scope-OrgID`; their values are shown to nobody.')
  .register(fieldNotation, { type: 'mapping of header names to texts' });

export const remoteUrlField = z
  .string()
  .max(4_096)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'an http or https URL')
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username === '',
    'a URL without a name or password: use basic_auth',
  )
  .register(fieldNotation, { type: 'URL' });

const count = (max: number) => z.number().int().min(1).max(max);

export const queueConfigSchema = z
  .strictObject({
    capacity: count(100_000).default(10_000).describe('Samples that are read from the store at once.'),
    max_shards: count(1_000)
      .default(50)
      .describe('Requests that may be under way at once, each of other series; eight are the most that are used.'),
    min_shards: count(1_000).default(1).describe('Taken as Prometheus has it; it changes nothing here.'),
    max_samples_per_send: count(50_000).default(2_000).describe('Samples of one request.'),
    batch_send_deadline: durationField({ minMs: 100, maxMs: 3_600_000 })
      .default(5_000)
      .describe('How long samples wait for others to be sent with.'),
    min_backoff: durationField({ minMs: 1, maxMs: 3_600_000 })
      .default(30)
      .describe('How long it waits after a first failure; twice as long after each further one.'),
    max_backoff: durationField({ minMs: 1, maxMs: 3_600_000 })
      .default(5_000)
      .describe('How long it waits at most, unless the receiver asks for more.'),
    retry_on_http_429: z
      .boolean()
      .default(true)
      .describe(
        'Whether samples that a receiver is too busy for are sent again; Prometheus says no where nothing is said.',
      ),
    sample_age_limit: notTaken('a limit to the age of samples; what is stored is sent'),
  })
  .refine(({ min_backoff: minMs, max_backoff: maxMs }) => minMs <= maxMs, {
    path: ['max_backoff'],
    error: 'a max_backoff not below min_backoff',
  });

const metadataConfigSchema = z.strictObject({
  send: z.boolean().default(true).describe('Whether it is told what metrics mean.'),
  send_interval: durationField({ minMs: 1_000, maxMs: 86_400_000 }).default(60_000).describe('How often.'),
  max_samples_per_send: count(10_000).default(2_000).describe('Metrics of one request.'),
});

const remoteWriteSchema = z
  .strictObject({
    url: remoteUrlField.describe('Where samples are sent: the address of a receiver of remote write 1.0.'),
    name: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .register(fieldNotation, { fallback: 'made of the URL' })
      .describe('What it is called in metrics and in the window; its place in what is stored is kept by it.'),
    protobuf_message: z
      .literal('prometheus.WriteRequest', { error: 'prometheus.WriteRequest (remote write 1.0); 2.0 is not sent' })
      .default('prometheus.WriteRequest')
      .describe('The message that is sent.'),
    remote_timeout: durationField({ minMs: 100, maxMs: 600_000 })
      .default(30_000)
      .describe('How long one request may take.'),
    headers: headersField,
    write_relabel_configs: relabelConfigsSchema
      .default([])
      .describe('Rules that rewrite or drop series before they are sent, after the external labels were added.'),
    ...httpClientFields,
    send_exemplars: z
      .literal(false, { error: 'false: exemplars are not stored' })
      .optional()
      .describe('None are stored.'),
    send_native_histograms: z
      .literal(false, { error: 'false: native histograms are not stored' })
      .optional()
      .describe('None are stored.'),
    round_robin_dns: notTaken('round_robin_dns; name one address'),
    sigv4: notTaken("Amazon's signatures; send through a proxy that signs"),
    azuread: notTaken('Azure AD; send through a proxy that signs in'),
    google_iam: notTaken("Google's IAM; send through a proxy that signs in"),
    queue_config: queueConfigSchema.prefault({}).describe('How requests are made, and tried again.'),
    metadata_config: metadataConfigSchema
      .prefault({})
      .describe('Whether and when types and helps of metrics are sent.'),
  })
  .refine(hasOneLogin, { error: ONE_LOGIN });

export type RemoteWriteConfig = z.output<typeof remoteWriteSchema>;

/** What a queue is called that was given no name. */
export const nameOfRemote = ({ name, url }: Pick<RemoteWriteConfig, 'name' | 'url'>): string => {
  if (name !== undefined) return name;
  // One that is none is refused beside this.
  if (!URL.canParse(url)) return url.slice(0, 128);
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`.slice(0, 128);
};

export const remoteWriteSectionSchema = z
  .array(remoteWriteSchema)
  .max(16)
  .superRefine((remotes, context) => {
    const seen = new Set<string>();
    for (const [i, remote] of remotes.entries()) {
      const name = nameOfRemote(remote);
      if (seen.has(name)) {
        context.addIssue({
          code: 'custom',
          path: [i, 'name'],
          message: `a name of its own (${name} is taken)`,
          input: name,
        });
      }
      seen.add(name);
    }
  })
  .describe(
    "Where what is stored is sent, by Prometheus's remote write 1.0 and in its syntax: other Prometheus servers, VictoriaMetrics, Mimir, Thanos and such.",
  )
  .register(fieldNotation, {
    example: `remote_write:
  - url: https://metrics.example.net/api/v1/write
    name: cluster
    authorization: {credentials_file: secrets/cluster}
    write_relabel_configs:
      - {source_labels: [__name__], regex: 'go_.*', action: drop}`,
    more: `Series get \`global.external_labels\` that they do not have themselves. Sent is what is stored from the moment on that the entry is in force, and its place is kept: what was stored while the
receiver was away, or was sent by nobody because this program was stopped in the middle, is sent when both are there again, late samples included, as long as the samples are kept here. Answers of 5xx and 429, and refused logins
(401, 403, 404), are tried again; other 4xx are counted and told, and the samples they are about are not sent again. [prometheus.md](prometheus.md#linewarden-writing-into-others) tells more.`,
  });
