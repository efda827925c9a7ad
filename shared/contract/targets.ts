// The scrape targets as the window shows them: how each went, its labels before and after relabelling, and what was dropped.
import { z } from 'zod';

const labelsSchema = z.record(z.string(), z.string());

export const scrapeTargetSchema = z.object({
  deviceId: z.string(),
  /** The job of the config, or of the form. */
  job: z.string(),
  instance: z.string(),
  labels: labelsSchema,
  /** Before relabelling. */
  discoveredLabels: labelsSchema,
  /** Without values that could be secrets. */
  url: z.string(),
  state: z.enum(['up', 'down', 'unknown']),
  /** Of the last scrape; also what went wrong with a target that is up, such as refused samples. Empty: nothing. */
  error: z.string(),
  samples: z.number(),
  durationMs: z.number().nullable(),
  intervalMs: z.number(),
  timeoutMs: z.number(),
  lastScrapeMs: z.number().nullable(),
  nextScrapeMs: z.number().nullable(),
});

export const scrapeJobSchema = z.object({
  job: z.string(),
  active: z.number(),
  droppedCount: z.number(),
  /** The first of them. */
  dropped: z.array(z.object({ discoveredLabels: labelsSchema, reason: z.string() })),
  /** Why its service discoveries learn nothing new. */
  errors: z.array(z.string()),
});

export const scrapeTargetsSchema = z.object({
  targets: z.array(scrapeTargetSchema),
  /** Those of the config. */
  jobs: z.array(scrapeJobSchema),
});

export type ScrapeTargetState = z.infer<typeof scrapeTargetSchema>;
export type ScrapeJob = z.infer<typeof scrapeJobSchema>;
export type ScrapeTargets = z.infer<typeof scrapeTargetsSchema>;
