// What crosses for setting devices up: editing a router, what a device was before, the checks of the setup, CSV.
import { z } from 'zod';
import { routerFormSchema } from './schemas.ts';

const MAX_ID = 2_304;
const id = z.string().min(1).max(MAX_ID);
const MAX_FORMER = 16;
const former = (most: number) => z.array(z.string().trim().min(1).max(most)).max(MAX_FORMER, `at most ${MAX_FORMER}`);

/** An edited router; an empty password keeps the one that is stored. */
export const routerEditSchema = z.object({
  id,
  form: routerFormSchema,
  /** Whether what was collected under its former name and address stays its own. */
  keepHistory: z.boolean(),
  /** Another router whose history it goes on with, and which is removed. */
  replaces: id.optional(),
});

/** As it is stored, without the password. */
export const storedRouterFormSchema = routerFormSchema.omit({ password: true });

export const formerSchema = z.object({ id, names: former(128), addresses: former(253) });

export const serialAnswerSchema = z.object({ id, serial: z.string().min(1).max(256) });

export type RouterEdit = z.infer<typeof routerEditSchema>;
export type StoredRouterForm = z.infer<typeof storedRouterFormSchema>;
export type Former = z.infer<typeof formerSchema>;
export type SerialAnswer = z.infer<typeof serialAnswerSchema>;

export const importSchema = z.object({
  text: z.string().max(1_000_000, 'at most 1 MB'),
  /** Of routers that come without a login. */
  profileId: z.string().min(1).max(64).optional(),
});

export const importRowSchema = z.object({
  line: z.number(),
  kind: z.string(),
  name: z.string(),
  address: z.string(),
  fate: z.enum(['add', 'change', 'unchanged', 'refused']),
  /** Why it is refused; empty otherwise. */
  reason: z.string(),
  /** The columns that change. */
  changes: z.array(z.string()),
});

export const importPreviewSchema = z.object({
  rows: z.array(importRowSchema),
  ignoredColumns: z.array(z.string()),
  /** What is wrong with the whole of it. */
  problem: z.string().nullable(),
});

export type ImportRow = z.infer<typeof importRowSchema>;
export type ImportPreview = z.infer<typeof importPreviewSchema>;
