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
