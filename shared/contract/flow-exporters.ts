// Who sends flows, and how well: what the receiver sees of each exporter and of those that are none yet.
import { z } from 'zod';

const countsSchema = z.array(z.object({ reason: z.string(), count: z.number() }));

/** Flows against an interface's own counters, over the same minutes. Bytes; null: nobody tells the counters. */
export const flowCoverageSchema = z.object({
  spanMs: z.number(),
  /** Of what the interfaces took in, over those that flows name; null while nothing was carried. */
  percent: z.number().nullable(),
  interfaces: z.array(
    z.object({
      index: z.number(),
      name: z.string(),
      flowInBytes: z.number(),
      counterInBytes: z.number(),
      flowOutBytes: z.number(),
      counterOutBytes: z.number(),
    }),
  ),
});

export const exporterHealthSchema = z.object({
  address: z.string(),
  deviceId: z.string(),
  name: z.string(),
  /** A router that is polled: commands for RouterOS fit. */
  isRouter: z.boolean(),
  versions: z.array(z.number()),
  /** Since the receiver's start, as all counts here. */
  packets: z.number(),
  records: z.number(),
  bytes: z.number(),
  /** Of the last minutes; null until there are two reports. */
  packetsPerSecond: z.number().nullable(),
  flowsPerSecond: z.number().nullable(),
  lost: z.number(),
  /** What the sequence numbers count: the loss is of these. */
  lostUnit: z.enum(['packets', 'records']),
  /** Of the last quarter of an hour. */
  lossPercent: z.number().nullable(),
  restarts: z.number(),
  templates: z.number(),
  fields: z.number(),
  /** When a template came last; null: none has come since the start (kept ones serve), or none is needed (v5). */
  lastTemplateMs: z.number().nullable(),
  waitingPackets: z.number(),
  /** 1 = each packet is counted. */
  samplingRatio: z.number(),
  /** By the config and not by the exporter. */
  isSamplingSet: z.boolean(),
  clockAheadMs: z.number(),
  lastPacketMs: z.number(),
  dropped: countsSchema,
  ignored: countsSchema,
  /** Records, or parts of them, that were stored without their addresses within the last quarter of an hour: too many conversations. */
  overflowedLately: z.number(),
  /** Records taken out because they cannot be true, within the last quarter of an hour, and the last of all. */
  quarantinedLately: z.number(),
  quarantined: z
    .object({
      atMs: z.number(),
      reason: z.enum(['implausible', 'too_fast']),
      bytes: z.number(),
      packets: z.number(),
      durationMs: z.number(),
      interface: z.string(),
    })
    .nullable(),
  coverage: flowCoverageSchema.nullable(),
});

export const flowExportersSchema = z.object({
  /** Of the last report; null where flows are switched off or the port is not open. */
  atMs: z.number().nullable(),
  receiver: z.object({
    sockets: z.array(z.object({ listen: z.string(), port: z.number(), receiveBufferBytes: z.number() })),
    wantedBufferBytes: z.number(),
    /** Datagrams that the system dropped for want of room since the start, of all UDP sockets; null: it does not tell. */
    drops: z.number().nullable(),
    dropsLately: z.number(),
    restarts: z.number(),
    /** What lets a bigger buffer be had, on this system; null: it is big enough, or nobody knows. */
    bufferCommand: z.string().nullable(),
  }),
  exporters: z.array(exporterHealthSchema),
  /** Senders whose data cannot be read for want of a template. */
  waiting: z.array(
    z.object({
      address: z.string(),
      name: z.string(),
      isRouter: z.boolean(),
      versions: z.array(z.number()),
      templates: z.number(),
      waitingPackets: z.number(),
      firstPacketMs: z.number(),
      lastPacketMs: z.number(),
    }),
  ),
  notAllowed: z.array(z.object({ address: z.string(), packets: z.number(), lastPacketMs: z.number() })),
  /** Whose flows are stored, as the config has it; empty: everybody's. */
  allowed: z.array(z.string()),
});

export type FlowCoverage = z.infer<typeof flowCoverageSchema>;
export type ExporterHealth = z.infer<typeof exporterHealthSchema>;
export type FlowExporters = z.infer<typeof flowExportersSchema>;
