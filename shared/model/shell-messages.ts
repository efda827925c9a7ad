// What the desktop shell says to the engine and to the page, and what they say to it: every message is checked where it arrives.
import { z } from 'zod';
import { notificationSchema } from '../contract/schemas.ts';

const requestId = z.number().int().positive();
/** A sealed secret, a bound on what the keyring is asked. */
const sealedBytes = z.custom<Uint8Array>((data) => data instanceof Uint8Array && data.length <= 1_048_576);

/** Where in the window a link leads: a path of this app and nothing else. */
export const routeSchema = z
  .string()
  .max(2_048)
  .regex(/^\/(?![/\\])[^\\\s]*$/, 'a path within the window, such as /alerts');

export const engineOptionsSchema = z.object({
  dataDir: z.string().min(1),
  configFile: z.string().optional(),
  version: z.string(),
  rendererDir: z.string(),
  resourcesDir: z.string(),
  /** Whether the operating system's keyring seals secrets; otherwise a key file beside the data does. */
  keyring: z.boolean(),
});

export const shellToEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), options: engineOptionsSchema }),
  /** Carries one end of a channel whose other end the page has. */
  z.object({ type: z.literal('attach') }),
  z.object({ type: z.literal('suspend') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('sealed'), id: requestId, data: sealedBytes }),
  z.object({ type: z.literal('opened'), id: requestId, plain: z.string() }),
  z.object({ type: z.literal('cipher-refused'), id: requestId }),
  z.object({ type: z.literal('stop') }),
]);

export const engineToShellSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), httpUrl: z.string().nullable() }),
  /** An expected failure to start: a bad config, a data directory in use. The process ends after it. */
  z.object({
    type: z.literal('failed'),
    code: z.string().max(128),
    message: z.string().max(4_096),
    hint: z.string().max(4_096),
  }),
  /** Sent every few seconds: it also says that the engine is alive. */
  z.object({ type: z.literal('health'), ok: z.boolean(), problems: z.array(z.string().max(1_024)).max(64) }),
  z.object({
    type: z.literal('notification'),
    // A route that is none leads to the first page: the alert itself must still be seen.
    notification: notificationSchema.extend({ route: routeSchema.catch('/') }),
  }),
  z.object({ type: z.literal('seal'), id: requestId, plain: z.string().max(262_144) }),
  z.object({ type: z.literal('open'), id: requestId, data: sealedBytes }),
]);

/** What the page is told about the engine behind it. */
export const engineStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('running') }),
  z.object({
    state: z.literal('restarting'),
    /** How many starts have failed in a row. */
    attempt: z.number().int(),
    /** Unix ms. */
    nextAttemptAtMs: z.number(),
    /** One sentence for the operator. */
    reason: z.string(),
    hint: z.string(),
  }),
  z.object({ state: z.literal('stopped') }),
]);

export const shellSettingsSchema = z.object({
  /** Closing the window leaves the engine watching, with an icon in the tray. */
  closeToTray: z.boolean(),
});

/** How secrets are sealed on this machine; `warning` is empty or one sentence for the operator. */
export const shellInfoSchema = z.object({
  version: z.string(),
  platform: z.string(),
  keyring: z.boolean(),
  warning: z.string(),
});

export type EngineProcessOptions = z.infer<typeof engineOptionsSchema>;
export type ShellToEngine = z.infer<typeof shellToEngineSchema>;
export type EngineToShell = z.infer<typeof engineToShellSchema>;
export type EngineStatus = z.infer<typeof engineStatusSchema>;
export type ShellSettings = z.infer<typeof shellSettingsSchema>;
export type ShellInfo = z.infer<typeof shellInfoSchema>;
