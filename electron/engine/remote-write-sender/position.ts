// How far a queue has come, as it is kept in state.db: what it says is sent is sent, what it owes is read from the store again.
import { z } from 'zod';
import type { Settings } from '../store/state/index.ts';

/** (from, to] in Unix ms, ascending. */
const spansSchema = z
  .array(z.tuple([z.number(), z.number()]).readonly())
  .max(1_000)
  .readonly();

const positionSchema = z.object({
  /** All rows up to this one are sent, or owed. */
  seq: z.number().int().nonnegative(),
  /** The time of that row, Unix ms. */
  atMs: z.number(),
  /** Rows up to this one were being sent: they are sent again as the same requests, so that who has them knows them. */
  sendingToSeq: z.number().int().nonnegative().optional(),
  owed: spansSchema,
  /** What was taken within the last seconds: a receiver that dies may have had it in memory only. */
  taken: z
    .array(z.object({ atMs: z.number(), spans: spansSchema }))
    .max(100)
    .readonly()
    .default([]),
});

export type Position = Readonly<z.infer<typeof positionSchema>>;

const keyOf = (name: string): string => `remote_write/${name}`;

/** Undefined when there is none, or none that can be read. */
export function readPosition(settings: Settings, name: string): Position | undefined {
  const parsed = positionSchema.safeParse(settings.get(keyOf(name)));
  return parsed.success ? parsed.data : undefined;
}

export const keepPosition = (settings: Settings, name: string, position: Position): void =>
  settings.set(keyOf(name), position);
