// The `netflow` section of linewarden.yml.
import { z } from 'zod';
import { durationField, fieldNotation, hostPortField, ipField, networkField } from '../../../../shared/model/fields.ts';

export const DEFAULT_FLUSH_INTERVAL_MS = 5_000;
export const DEFAULT_MAX_PORTS = 1_000;
export const DEFAULT_MAX_CONVERSATIONS = 500_000;
export const DEFAULT_TEMPLATE_WAIT_MS = 120_000;

export const netflowSectionSchema = z
  .strictObject({
    listen: z
      .array(hostPortField)
      .max(16)
      .default([{ host: '0.0.0.0', port: 2055 }])
      .describe('UDP addresses to receive on; an empty list (`[]`) switches flows off.'),
    flush_interval: durationField({ minMs: 1_000, maxMs: 300_000 })
      .default(DEFAULT_FLUSH_INTERVAL_MS)
      .describe('How often the totals are stored.'),
    max_ports: z
      .number()
      .int()
      .min(1)
      .max(65_536)
      .default(DEFAULT_MAX_PORTS)
      .describe(
        'How many pairs of protocol and destination port one exporter may have series of; the rest is counted under `dst_port="other"`.',
      ),
    max_conversations: z
      .number()
      .int()
      .min(1_000)
      .max(500_000)
      .default(DEFAULT_MAX_CONVERSATIONS)
      .describe(
        'How many conversations of one exporter are stored for a minute; the rest is stored by interface, protocol and service.',
      ),
    template_wait: durationField({ minMs: 1_000, maxMs: 3_600_000 })
      .default(DEFAULT_TEMPLATE_WAIT_MS)
      .describe('How long data may wait for its template before it is counted as dropped.'),
    sampling: z
      .record(ipField, z.number().min(1).max(1_000_000))
      .default({})
      .describe('Sampling factors by exporter, for exporters that do not tell theirs or tell it wrong.'),
    exporters: z
      .array(networkField)
      .max(1_000)
      .default([])
      .describe(
        'Addresses or networks whose flows are stored; other senders are listed and not read; an empty list lets everybody in.',
      ),
  })
  .describe('Flows: NetFlow v5, v9 and IPFIX, received over UDP.')
  .register(fieldNotation, {
    example: "netflow:\n  listen: ['0.0.0.0:2055', '[::]:4739']\n  sampling: {10.0.0.1: 100}",
  });

export type NetflowSection = z.output<typeof netflowSectionSchema>;
