// What crosses in the setup of a router: this machine's addresses, and what each check sees.
import { z } from 'zod';
import { routerFormSchema } from './schemas.ts';

const address = z.string().trim().min(1).max(253);

/** A router being set up; `id` once it is watched: its stored password is used where none is given. */
export const setupRouterSchema = z.object({ id: z.string().min(1).max(2_304).optional(), form: routerFormSchema });

export const setupFlowsSchema = setupRouterSchema.extend({
  /** This machine, as the router reaches it. */
  server: address,
});

export const setupArrivalsSchema = z.object({ addresses: z.array(address).max(1_000) });

/** One thing that a check saw, as a sentence. */
export const findingSchema = z.object({
  level: z.enum(['ok', 'note', 'warning', 'failed']),
  text: z.string(),
  /** What to do about it; may be empty. */
  hint: z.string(),
});

export const setupCheckSchema = z.object({
  /** Nothing is missing for this step. */
  isDone: z.boolean(),
  findings: z.array(findingSchema),
});

export const accessCheckSchema = setupCheckSchema.extend({
  /** The certificate that answered where none was pinned yet, SHA-256 as hex. */
  certificate: z.string().nullable(),
  /** Such as "7.18.2 (stable)". */
  version: z.string().nullable(),
  identity: z.string().nullable(),
});

export const flowsCheckSchema = z.object({
  /** What is set on the router. */
  findings: z.array(findingSchema),
  /** What came from it: this alone proves that it works. */
  arrivals: setupCheckSchema,
  /** All addresses that this router's flows may come from. */
  addresses: z.array(z.string()),
});

export const setupMachineSchema = z.object({
  addresses: z.array(
    z.object({
      address: z.string(),
      interface: z.string(),
      /** This machine uses it to reach the router. */
      isOnRoute: z.boolean(),
    }),
  ),
  /** Null: no port is open. */
  flowPort: z.number().nullable(),
  logPort: z.number(),
});

export type SetupRouter = z.infer<typeof setupRouterSchema>;
export type SetupFlows = z.infer<typeof setupFlowsSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type SetupCheck = z.infer<typeof setupCheckSchema>;
export type AccessCheck = z.infer<typeof accessCheckSchema>;
export type FlowsCheck = z.infer<typeof flowsCheckSchema>;
export type SetupMachine = z.infer<typeof setupMachineSchema>;
