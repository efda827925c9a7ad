// Storage as it crosses between engine and window: what is in force, how full it is, what takes the room, what is deleted.
import { z } from 'zod';
import { RETENTION_PRESET_NAMES } from '../model/retention.ts';

const sourceSchema = z.enum(['file', 'window', 'default']);
/** Resolution -> how long it is kept, as it is written: `{raw: '30d', '5m': '1y'}`. */
const writtenRetentionSchema = z.record(z.string().max(16), z.string().max(32));

export const storageTierSchema = z.object({
  /** As it is written: raw, 5m, 1h, 1mo. */
  name: z.string(),
  resolutionMs: z.number(),
  /** null: no longer kept; what is stored of it goes. */
  keepMs: z.number().nullable(),
  bytes: z.number(),
  oldestMs: z.number().nullable(),
  newestMs: z.number().nullable(),
});

export const setAsideFileSchema = z.object({
  name: z.string(),
  bytes: z.number(),
  atMs: z.number(),
  /** What it held, in words: "the samples of the week from 16 Nov 2026". */
  held: z.string(),
});

/** Stored conversations: of the same room, after the metrics. */
export const storedFlowsSchema = z.object({
  bytes: z.number(),
  /** As written in storage.flows; finest first. */
  tiers: z.array(
    z.object({
      name: z.enum(['1m', '10m', '1d']),
      resolutionMs: z.number(),
      keepMs: z.number(),
      bytes: z.number(),
      /** Where its oldest file begins; null without one. */
      oldestMs: z.number().nullable(),
    }),
  ),
  /** Until each tier has what is kept of it; null until a day is stored. */
  growthBytesPerDay: z.number().nullable(),
  /** Minutes that could not be stored since the start. */
  lostMinutes: z.number(),
});

export const storageStatusSchema = z.object({
  atMs: z.number(),
  /** Metrics and flows. */
  totalBytes: z.number(),
  flows: storedFlowsSchema,
  /** Of the metrics, finest first. What is in no tier (the head, the write-ahead log) is in the total alone, which has the flows too. */
  tiers: z.array(storageTierSchema),
  maxBytes: z.number(),
  maxSizeFrom: sourceSchema,
  /** Of the disk that the data is on; null where the system does not tell. */
  freeBytes: z.number().nullable(),
  /** Of metrics and flows, of the last days; null until a day is measured. */
  growthBytesPerDay: z.number().nullable(),
  /** When the limit or the disk is full at this growth; null when neither will be. */
  fullAtMs: z.number().nullable(),
  series: z.number(),
  maxSeries: z.number(),
  /** On average since the start; null in its first minute. */
  samplesPerDay: z.number().nullable(),
  retention: writtenRetentionSchema,
  retentionFrom: sourceSchema,
  upkeep: z.object({ daysToMerge: z.number(), daysToSummarise: z.number(), deletions: z.number() }),
  /** One sentence while the store is not well. */
  problem: z.string().nullable(),
  setAside: z.array(setAsideFileSchema),
});

const reportEntrySchema = z.object({
  name: z.string(),
  series: z.number(),
  samples: z.number(),
  bytes: z.number(),
});

export const storageReportSchema = z.object({
  /** When it was made. */
  atMs: z.number(),
  total: reportEntrySchema.omit({ name: true }),
  /** Largest first. */
  metrics: z.array(reportEntrySchema),
  devices: z.array(reportEntrySchema.extend({ id: z.string() })),
});

export const storageChangeSchema = z.object({
  /** A preset, a list of one's own, or null: the default again. Absent: as it is. */
  retention: z
    .union([z.enum(RETENTION_PRESET_NAMES), writtenRetentionSchema])
    .nullable()
    .optional(),
  maxBytes: z.number().int().nullable().optional(),
});

/** Which series a deletion means. */
export const deletionTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('metric'), name: z.string().min(1).max(1_024) }),
  z.object({ kind: z.literal('device'), id: z.string().min(1).max(2_304) }),
  /** A PromQL series selector, such as `up{job="old"}`. */
  z.object({ kind: z.literal('selector'), selector: z.string().min(1).max(16_384) }),
]);

export const deletionSchema = z.object({
  target: deletionTargetSchema,
  /** Unix ms, both included; absent: all that there is. */
  startMs: z.number().int().optional(),
  endMs: z.number().int().optional(),
});

export const deletionPreviewSchema = z.object({
  /** How many series have something in the time range; at most what is counted. */
  series: z.number(),
  /** Whether there are more than were counted. */
  more: z.boolean(),
  examples: z.array(z.record(z.string(), z.string())),
  /** As PromQL, one a list of matchers. */
  selectors: z.array(z.string()),
});

export type StorageTier = z.infer<typeof storageTierSchema>;
export type StoredFlowsStatus = z.infer<typeof storedFlowsSchema>;
export type SetAsideFile = z.infer<typeof setAsideFileSchema>;
export type StorageStatus = z.infer<typeof storageStatusSchema>;
export type StorageReport = z.infer<typeof storageReportSchema>;
export type StorageChange = z.infer<typeof storageChangeSchema>;
export type DeletionTarget = z.infer<typeof deletionTargetSchema>;
export type Deletion = z.infer<typeof deletionSchema>;
export type DeletionPreview = z.infer<typeof deletionPreviewSchema>;
