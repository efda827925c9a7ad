// Discovery as it crosses between engine and window: what was found and is not watched, and the profiles that it is added with.
import { z } from 'zod';

const tooLong = (most: number): string => `at most ${most} characters`;
const PORT = 'a port from 1 to 65535';
const INTERVAL = 'from 1 to 3600 seconds';

/** pin-first: the certificate that a router shows when it is added is the only one that it may show later. */
export const profileTlsSchema = z.enum(['off', 'pin-first', 'verify', 'insecure']);

export const profileFormSchema = z.object({
  /** Absent: a new one. */
  id: z.string().min(1).max(64).optional(),
  name: z.string().trim().min(1, 'give it a name').max(64, tooLong(64)),
  username: z.string().trim().min(1, 'give a user name').max(128, tooLong(128)),
  /** Absent: the one that is kept. */
  password: z.string().max(1024, tooLong(1024)).optional(),
  tls: profileTlsSchema,
  port: z.number({ error: PORT }).int(PORT).min(1, PORT).max(65_535, PORT),
  intervalMs: z.number({ error: INTERVAL }).int(INTERVAL).min(1_000, INTERVAL).max(3_600_000, INTERVAL),
});

/** Without its password, which never leaves the engine. */
export const profileSchema = profileFormSchema.omit({ password: true }).extend({ id: z.string() });

export const foundKindSchema = z.enum(['mikrotik', 'neighbour', 'host']);
export const sightingSourceSchema = z.enum(['mndp', 'neighbor', 'dhcp', 'arp']);

export const foundDeviceSchema = z.object({
  id: z.string(),
  /** mikrotik: a router of theirs; neighbour: another device that announces itself; host: a plain machine. */
  kind: foundKindSchema,
  /** The best that it is called by; may be empty. */
  name: z.string(),
  identity: z.string(),
  platform: z.string(),
  version: z.string(),
  board: z.string(),
  macs: z.array(z.string()),
  /** The one to reach it by first. */
  addresses: z.array(z.string()),
  seenBy: z.array(
    z.object({
      deviceId: z.string(),
      /** "This computer", or the device's name. */
      by: z.string(),
      source: sightingSourceSchema,
      interface: z.string(),
      atMs: z.number(),
    }),
  ),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  ignored: z.boolean(),
});

export const foundListSchema = z.object({
  /** The one seen last first. */
  entries: z.array(foundDeviceSchema),
  /** How many there are of what the list can be asked for, whatever it was asked for. */
  counts: z.object({ devices: z.number(), hosts: z.number(), ignored: z.number() }),
  /** How many there are beyond those that are sent. */
  left: z.number(),
  mndp: z.object({
    /** Where announcements are heard all the time; null: only during a search, or not at all. */
    listening: z.string().nullable(),
    /** One sentence while they cannot be heard. */
    problem: z.string().nullable(),
    canSearch: z.boolean(),
  }),
  lastSearchMs: z.number().nullable(),
});

/** Beside the MikroTik routers and other devices that announce themselves: */
export const foundQuerySchema = z.object({
  hosts: z.boolean().default(false),
  ignored: z.boolean().default(false),
});

export const addFoundSchema = z.object({
  ids: z.array(z.string().min(1).max(256)).min(1).max(500),
  profileId: z.string().min(1).max(64),
});

/** Of one entry: as each is tested, and how it ended. */
export const addProgressSchema = z.discriminatedUnion('state', [
  z.object({ id: z.string(), state: z.literal('testing'), address: z.string() }),
  z.object({ id: z.string(), state: z.literal('added'), deviceId: z.string(), warnings: z.array(z.string()) }),
  z.object({ id: z.string(), state: z.literal('failed'), code: z.string(), message: z.string(), hint: z.string() }),
]);

export type Profile = z.infer<typeof profileSchema>;
export type ProfileForm = z.infer<typeof profileFormSchema>;
export type FoundDevice = z.infer<typeof foundDeviceSchema>;
export type FoundKind = z.infer<typeof foundKindSchema>;
export type FoundList = z.infer<typeof foundListSchema>;
export type AddFound = z.infer<typeof addFoundSchema>;
export type AddProgress = z.infer<typeof addProgressSchema>;
