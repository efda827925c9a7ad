// Where what is stored goes besides this computer, as the window shows it.
import { z } from 'zod';

const toldSchema = z.object({ sentence: z.string(), atMs: z.number() });

export const remoteWriterSchema = z.object({
  name: z.string(),
  /** Without what could be a secret. */
  url: z.string(),
  /** `new`: nothing was sent yet; `behind`: it takes samples, and more than a minute of them waits. */
  state: z.enum(['sending', 'behind', 'failing', 'new']),
  sent: z.number(),
  /** Over the last half minute. */
  sentPerSecond: z.number(),
  refused: z.number(),
  /** The age of the oldest sample that waits; 0 when all is sent. */
  waitingSeconds: z.number(),
  /** Samples that are being sent. */
  pending: z.number(),
  lastSentMs: z.number().nullable(),
  /** What keeps it from sending now, as the end of a sentence, and since when. */
  trouble: toldSchema.nullable(),
  /** The last samples that it did not take, and will not get again. */
  lastRefusal: toldSchema.nullable(),
});

export const longTermStoreSchema = z.object({
  url: z.string(),
  read: z.enum(['past-local', 'all']),
  /** Since when it answers queries; null while it does not, or was asked none. */
  answersSinceMs: z.number().nullable(),
  away: toldSchema.nullable(),
});

export const remoteStatusSchema = z.object({
  writers: z.array(remoteWriterSchema),
  longTermStore: longTermStoreSchema.nullable(),
});

export type RemoteWriter = z.infer<typeof remoteWriterSchema>;
export type LongTermStore = z.infer<typeof longTermStoreSchema>;
export type RemoteState = z.infer<typeof remoteStatusSchema>;
