// What the map keeps in state.db: who was heard, what a person set, and where each node is drawn.
import { z } from 'zod';
import { MAX_MAP_POSITIONS, mapPositionSchema } from '../../../shared/contract/index.ts';
import type { MapPosition } from '../../../shared/contract/index.ts';
import type { Settings } from '../store/state/index.ts';
import type { Mention } from './heard.ts';

const HEARD = 'map.heard';
const PARENTS = 'map.parents';
const POSITIONS = 'map.positions';

const mentionSchema = z.object({
  by: z.string(),
  port: z.string(),
  mac: z.string(),
  address: z.string(),
  identity: z.string(),
  detail: z.string(),
  softwareId: z.string(),
  remotePort: z.string(),
  atMs: z.number(),
  deviceId: z.string().optional(),
});
const parentsSchema = z.record(z.string(), z.string().nullable());

/** What another version wrote, or a hand: begun anew. */
const read = <T>(settings: Pick<Settings, 'get'>, key: string, schema: z.ZodType<T>, fallback: T): T => {
  const parsed = schema.safeParse(settings.get(key));
  return parsed.success ? parsed.data : fallback;
};

export const readHeard = (settings: Pick<Settings, 'get'>): Mention[] =>
  read(settings, HEARD, z.array(mentionSchema), []).map((mention) => ({ ...mention, isNow: false }));

export function writeHeard(settings: Pick<Settings, 'set'>, mentions: Iterable<Mention>): void {
  settings.set(
    HEARD,
    [...mentions].map(({ isNow: _isNow, ...mention }) => mention),
  );
}

export const readParents = (settings: Pick<Settings, 'get'>): Map<string, string | null> =>
  new Map(Object.entries(read(settings, PARENTS, parentsSchema, {})));

export const writeParents = (settings: Pick<Settings, 'set'>, parents: ReadonlyMap<string, string | null>): void =>
  settings.set(PARENTS, Object.fromEntries(parents));

export const readPositions = (settings: Pick<Settings, 'get'>): Map<string, MapPosition> =>
  new Map(read(settings, POSITIONS, z.array(mapPositionSchema).max(MAX_MAP_POSITIONS), []).map((one) => [one.id, one]));

export const writePositions = (settings: Pick<Settings, 'set'>, positions: Iterable<MapPosition>): void =>
  settings.set(POSITIONS, [...positions]);
