// linewarden.yml as one schema. A collector's section is described in its own folder; what is not known is refused by name.
import { z } from 'zod';
import { durationField, hostPortField } from '../../../shared/model/fields.ts';
import { hostSectionSchema } from '../collectors/host/index.ts';
import { netflowSectionSchema } from '../collectors/netflow/index.ts';
import { routerosSectionSchema } from '../collectors/routeros/index.ts';
import { scrapeConfigsSchema } from '../collectors/scrape/index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const globalSchema = z.strictObject({
  scrape_interval: durationField({ minMs: 1_000 }).default(15_000),
  scrape_timeout: durationField({ minMs: 100 }).optional(),
  evaluation_interval: durationField({ minMs: 1_000 }).default(15_000),
  external_labels: z.record(z.string(), z.string()).default({}),
});

const storageSchema = z.strictObject({
  retention: z
    .strictObject({ raw: durationField({ minMs: DAY_MS }).default(30 * DAY_MS) })
    .default({ raw: 30 * DAY_MS }),
  max_series: z.number().int().min(1_000).max(10_000_000).default(500_000),
});

const httpSchema = z.strictObject({
  listen: hostPortField.optional(),
  /** Names under which a browser may ask for the UI, besides loopback, IP literals and this machine's own name. */
  allowed_hosts: z.array(z.string().min(1).max(253)).default([]),
  tls: z.strictObject({ cert_file: z.string().min(1), key_file: z.string().min(1) }).optional(),
});

const deviceSchema = z.strictObject({
  id: z.string().min(1).max(128),
  name: z.string().min(1).max(128).optional(),
  /** Addresses that its flows come from. */
  addresses: z.array(z.union([z.ipv4(), z.ipv6()], { error: 'an IPv4 or IPv6 address' })).min(1),
  labels: z.record(z.string(), z.string()).default({}),
});

const presenceSchema = z.strictObject({
  /** Without a message or telemetry for this long, a router or flow exporter is offline. */
  offline_after: durationField({ minMs: 10_000 }).default(5 * MINUTE_MS),
});

export const configSchema = z.strictObject({
  global: globalSchema.prefault({}),
  host: hostSectionSchema.prefault({}),
  routeros: routerosSectionSchema.prefault([]),
  netflow: netflowSectionSchema.prefault({}),
  scrape_configs: scrapeConfigsSchema.prefault([]),
  rule_files: z.array(z.string().min(1)).default([]),
  devices: z.array(deviceSchema).default([]),
  presence: presenceSchema.prefault({}),
  storage: storageSchema.prefault({}),
  http: httpSchema.prefault({}),
});

export type LinewardenConfig = z.output<typeof configSchema>;
