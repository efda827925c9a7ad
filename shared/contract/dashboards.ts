// What the Dashboards screens ask of the engine, as zod schemas; a dashboard itself is of shared/model/dashboard.ts.
import { z } from 'zod';
import { dashboardSchema } from '../model/dashboard.ts';

export const dashboardSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  panels: z.number(),
  /** Comes with the program; else a file of the data directory. */
  shipped: z.boolean(),
});

/** A file that could not be taken, or a part of one that will not work; `id` of the dashboard where it is shown all the same. */
export const dashboardProblemSchema = z.object({ file: z.string(), message: z.string(), id: z.string().nullable() });

export const dashboardListSchema = z.object({
  dashboards: z.array(dashboardSummarySchema),
  problems: z.array(dashboardProblemSchema),
  /** Where files of one's own are read from. */
  ownDir: z.string(),
});

export const dashboardAnswerSchema = z.object({ dashboard: dashboardSchema, shipped: z.boolean() });

export type DashboardSummary = z.infer<typeof dashboardSummarySchema>;
export type DashboardProblem = z.infer<typeof dashboardProblemSchema>;
export type DashboardList = z.infer<typeof dashboardListSchema>;
export type DashboardAnswer = z.infer<typeof dashboardAnswerSchema>;
