// Everything that crosses between engine and window, as zod schemas; the types are inferred from them.
import { z } from 'zod';

export const labelsSchema = z.record(z.string(), z.string());

export const deviceStateSchema = z.enum(['online', 'degraded', 'offline', 'unknown']);
/** What polls, receives or hears a device; edges, headends, clients and senders tell of themselves. */
export const deviceKindSchema = z.enum([
  'host',
  'router',
  'target',
  'exporter',
  'edge',
  'headend',
  'client',
  'sender',
  'docker',
]);

/** Decides how long a device may be silent. */
export const deviceTypeSchema = z.enum([
  'host',
  'router',
  'target',
  'exporter',
  'dedicated-edge',
  'mtge',
  'connector',
  'headend',
  'push-client',
  'sender',
  'docker',
  'ping',
]);

export const deviceSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: deviceKindSchema,
  /** Left out where it is the kind. */
  type: deviceTypeSchema.optional(),
  address: z.string(),
  state: deviceStateSchema,
  /** One sentence for the operator: why it is in this state. */
  reason: z.string(),
  /** Unix ms since when it is in this state. */
  stateSinceMs: z.number(),
  lastSeenMs: z.number().nullable(),
  lastTelemetryMs: z.number().nullable(),
  lastError: z.object({ code: z.string(), message: z.string(), atMs: z.number() }).nullable(),
  model: z.string(),
  version: z.string(),
  /** From the config file: shown read-only. */
  provisioned: z.boolean(),
  sample: z.boolean(),
  /** PromQL matchers that select this device's own series, e.g. `routerboard_name="core"`. Empty: none. */
  selector: z.string(),
  /** Expected time between two polls or messages, ms. */
  intervalMs: z.number(),
  /** What it was called and where it was before, where its history goes on from there. */
  formerNames: z.array(z.string()).optional(),
  formerAddresses: z.array(z.string()).optional(),
  /** It answers with another serial number than it had: whether it was replaced is to be said. */
  otherSerial: z.object({ had: z.string(), has: z.string() }).optional(),
});

export const collectorStateSchema = z.object({
  name: z.string(),
  enabled: z.boolean(),
  intervalMs: z.number(),
  lastSuccessMs: z.number().nullable(),
  lastDurationMs: z.number().nullable(),
  lastError: z.object({ code: z.string(), message: z.string(), atMs: z.number() }).nullable(),
  // What only sources with many collectors tell, such as routers.
  /** Completes "Reads ...". */
  reads: z.string().optional(),
  /** `always`: it cannot be switched off; else what it is where nobody chose. */
  switch: z.enum(['always', 'on', 'off']).optional(),
  defaultIntervalMs: z.number().optional(),
  /** While it is off: how often it is read all the same, without metrics, for names, subscribers and the map. */
  observesEveryMs: z.number().optional(),
  /** Since the source started. */
  meanDurationMs: z.number().nullable().optional(),
  /** That it gave last. */
  samples: z.number().nullable().optional(),
  /** The device has nothing of what it reads. */
  isAbsent: z.boolean().optional(),
  /** What is not as it should be, though there are samples. */
  warning: z.string().nullable().optional(),
});

export const deviceDetailSchema = deviceSummarySchema.extend({
  collectors: z.array(collectorStateSchema),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
});

export const graphSeriesSchema = z.object({
  labels: labelsSchema,
  /** One value a step, null where there is none (a gap is a gap). */
  values: z.array(z.number().nullable()),
});

export const graphSchema = z.object({
  startMs: z.number(),
  stepMs: z.number(),
  steps: z.number(),
  series: z.array(graphSeriesSchema),
  warnings: z.array(z.string()),
  infos: z.array(z.string()),
});

/** A number, or one of the three that JSON has no numbers for, as Prometheus writes them. */
export const sampleValueSchema = z.union([z.number(), z.enum(['NaN', '+Inf', '-Inf'])]);

export const vectorSchema = z.object({
  samples: z.array(z.object({ labels: labelsSchema, timeMs: z.number(), value: z.number() })),
  warnings: z.array(z.string()),
  infos: z.array(z.string()),
});

export const alertSchema = z.object({
  /** Alertmanager's fingerprint of the label set, 16 hex digits. */
  fingerprint: z.string(),
  state: z.enum(['pending', 'firing', 'resolved']),
  name: z.string(),
  labels: labelsSchema,
  annotations: labelsSchema,
  value: sampleValueSchema,
  activeAtMs: z.number(),
  firedAtMs: z.number().nullable(),
  resolvedAtMs: z.number().nullable(),
  expr: z.string(),
  /** The device that it is about, when one can be told from the labels. */
  deviceId: z.string().nullable(),
});

export const ruleSchema = z.object({
  group: z.string(),
  file: z.string(),
  name: z.string(),
  kind: z.enum(['alerting', 'recording']),
  expr: z.string(),
  forMs: z.number(),
  /** Evaluations in a row that find it before it fires, that do not before it ends. */
  badInARow: z.number(),
  goodInARow: z.number(),
  labels: labelsSchema,
  annotations: labelsSchema,
  health: z.enum(['ok', 'err', 'unknown']),
  lastError: z.string().nullable(),
  lastEvaluationMs: z.number().nullable(),
  evaluationMs: z.number().nullable(),
  shipped: z.boolean(),
});

export const tlsModeSchema = z.enum(['off', 'verify', 'insecure', 'pin']);

const tooLong = (most: number): string => `at most ${most} characters`;
const PORT = 'a port from 1 to 65535';
const portField = z.number({ error: PORT }).int(PORT).min(1, PORT).max(65_535, PORT);
const INTERVAL = 'from 1 to 3600 seconds';
const intervalField = z.number({ error: INTERVAL }).int(INTERVAL).min(1_000, INTERVAL).max(3_600_000, INTERVAL);

const LABEL_NAME = 'a label name such as site';
const ownLabelsField = z
  .record(
    z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, LABEL_NAME)
      .refine((name) => !name.startsWith('__') && !/^routerboard_(?:name|address)$/.test(name), 'a name that is taken'),
    z.string().max(1_024, tooLong(1_024)),
    { error: LABEL_NAME },
  )
  .refine((labels) => Object.keys(labels).length <= 20, 'at most 20 labels');

export const routerFormSchema = z.object({
  /** It becomes a label, an id and a part of the page's address. */
  name: z
    .string()
    .trim()
    .min(1, 'give it a name')
    .max(128, tooLong(128))
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'one line, without control characters'),
  address: z
    .string()
    .trim()
    .min(1, 'give its address')
    .max(253, tooLong(253))
    .regex(/^[^\s/@]+$/, 'a host name or an IP address'),
  port: portField,
  tls: tlsModeSchema,
  /** SHA-256 of the certificate, hex; only with tls = pin. */
  pin: z.string().trim().max(128, tooLong(128)).default(''),
  username: z.string().trim().min(1, 'give a user name').max(128, tooLong(128)),
  password: z.string().max(1024, tooLong(1024)),
  intervalMs: intervalField,
  /** The operator's own, on every metric of the router. */
  labels: ownLabelsField.optional(),
});

/** What a connection test found: each failure has its own sentence and what to do about it. */
export const connectionTestSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    durationMs: z.number(),
    facts: z.array(z.object({ name: z.string(), value: z.string() })),
    warnings: z.array(z.string()),
  }),
  z.object({
    ok: z.literal(false),
    durationMs: z.number(),
    code: z.string(),
    message: z.string(),
    hint: z.string(),
  }),
]);

export const targetFormSchema = z.object({
  job: z.string().trim().min(1, 'give it a job name').max(128, tooLong(128)),
  url: z
    .url({ protocol: /^https?$/, error: 'an http:// or https:// URL such as http://10.0.0.5:9100/metrics' })
    .max(2_048, tooLong(2_048)),
  intervalMs: intervalField,
});

export const flowExporterSchema = z.object({
  address: z.string(),
  versions: z.array(z.number()),
  packets: z.number(),
  flows: z.number(),
  lost: z.number(),
  dropped: z.number(),
  templates: z.number(),
  /** Of its largest template; 0 without one, as in v5. */
  fields: z.number().optional(),
  /** 1 = each packet is counted. */
  samplingRatio: z.number().optional(),
  lastPacketMs: z.number(),
});

export const systemInfoSchema = z.object({
  version: z.string(),
  startedAtMs: z.number(),
  hostname: z.string(),
  platform: z.string(),
  dataDir: z.string(),
  configFile: z.string().nullable(),
  /** 'desktop' in Electron, 'serve' under plain Node. */
  mode: z.enum(['desktop', 'serve']),
  hostDeviceId: z.string().nullable(),
  listen: z.string().nullable(),
  flowListen: z.array(z.string()),
  retentionDays: z.number(),
  labRunning: z.boolean(),
});

export const engineHealthSchema = z.object({
  ok: z.boolean(),
  /** One sentence each; empty when all is well. */
  problems: z.array(z.string()),
  series: z.number(),
  samplesPerSecond: z.number(),
  storeBytes: z.number(),
  rssBytes: z.number(),
});

/** Streams are ticks: they say what changed, the page pulls what it shows. */
export const tickSchema = z.object({
  atMs: z.number(),
  changed: z.array(z.enum(['metrics', 'devices', 'alerts', 'settings', 'engine', 'map'])),
});

export const notificationSchema = z.object({
  id: z.string(),
  title: z.string(),
  body: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
  resolved: z.boolean(),
  atMs: z.number(),
  /** Where in the window it leads. */
  route: z.string(),
});

export type DeviceState = z.infer<typeof deviceStateSchema>;
export type DeviceKind = z.infer<typeof deviceKindSchema>;
export type DeviceSummary = z.infer<typeof deviceSummarySchema>;
export type DeviceDetail = z.infer<typeof deviceDetailSchema>;
export type CollectorState = z.infer<typeof collectorStateSchema>;
export type Graph = z.infer<typeof graphSchema>;
export type GraphSeries = z.infer<typeof graphSeriesSchema>;
export type Vector = z.infer<typeof vectorSchema>;
export type Alert = z.infer<typeof alertSchema>;
export type Rule = z.infer<typeof ruleSchema>;
export type RouterForm = z.infer<typeof routerFormSchema>;
export type TargetForm = z.infer<typeof targetFormSchema>;
export type ConnectionTest = z.infer<typeof connectionTestSchema>;
export type FlowExporter = z.infer<typeof flowExporterSchema>;
export type SystemInfo = z.infer<typeof systemInfoSchema>;
export type EngineHealth = z.infer<typeof engineHealthSchema>;
export type Tick = z.infer<typeof tickSchema>;
export type Notification = z.infer<typeof notificationSchema>;
