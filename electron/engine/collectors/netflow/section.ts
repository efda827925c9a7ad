// The `netflow` section of linewarden.yml.
import { z } from 'zod';
import { durationField, hostPortField } from '../../../../shared/model/fields.ts';

export const DEFAULT_FLUSH_INTERVAL_MS = 5_000;
export const DEFAULT_MAX_PORTS = 1_000;
export const DEFAULT_TEMPLATE_WAIT_MS = 120_000;

export const netflowSectionSchema = z.strictObject({
  /** UDP addresses for NetFlow v5, v9 and IPFIX; an empty list switches flows off. */
  listen: z
    .array(hostPortField)
    .max(16)
    .default([{ host: '0.0.0.0', port: 2055 }]),
  /** How often totals go to the store. */
  flush_interval: durationField({ minMs: 1_000, maxMs: 300_000 }).default(DEFAULT_FLUSH_INTERVAL_MS),
  /** (protocol, dst_port) pairs of one exporter with series of their own; the rest is dst_port="other". */
  max_ports: z.number().int().min(1).max(65_536).default(DEFAULT_MAX_PORTS),
  /** How long data may wait for its template before it is counted as dropped. */
  template_wait: durationField({ minMs: 1_000, maxMs: 3_600_000 }).default(DEFAULT_TEMPLATE_WAIT_MS),
  /** Sampling factor by exporter address, where an exporter does not tell it or tells it wrong: {10.0.0.1: 100}. */
  sampling: z
    .record(z.union([z.ipv4(), z.ipv6()], { error: 'an IPv4 or IPv6 address' }), z.number().min(1).max(1_000_000))
    .default({}),
});

export type NetflowSection = z.output<typeof netflowSectionSchema>;
