// The map as it crosses between engine and window: who is next to whom, what the links between carry, and where each is drawn.
import { z } from 'zod';

const deviceId = z.string().min(1).max(2_304);
/** Of a device, or of something that is not watched. */
const nodeId = z.string().min(1).max(2_400);

/** found: a neighbour that is not watched; segment: a wire or a switch that says nothing of itself and joins more than two. */
export const mapNodeSchema = z.object({
  id: z.string(),
  kind: z.enum(['device', 'found', 'segment']),
  /** Null for what is not watched. */
  deviceId: z.string().nullable(),
  name: z.string(),
  /** Such as its model. */
  detail: z.string(),
  address: z.string(),
});

/** What ends a link at a node, such as `ether2`; empty where nobody said. */
const portsSchema = z.array(z.object({ a: z.string(), b: z.string() }));

export const mapLinkSchema = z.object({
  id: z.string(),
  a: z.string(),
  b: z.string(),
  ports: portsSchema,
  /** bit/s of all its ports together; null where nobody said. */
  speedBps: z.number().nullable(),
  /** down: a port of it is down; quiet: its ends hear each other no more. */
  state: z.enum(['up', 'down', 'quiet']),
  lastHeardMs: z.number(),
});

/** Through whom a device is reached, and who says so: a person, or its neighbours. */
export const mapParentSchema = z.object({ id: z.string(), by: z.enum(['hand', 'file', 'neighbours']) });

export const mapPositionSchema = z.object({
  id: nodeId,
  x: z.number().min(-100_000).max(100_000),
  y: z.number().min(-100_000).max(100_000),
});

export const MAX_MAP_POSITIONS = 4_000;

export const mapSchema = z.object({
  nodes: z.array(mapNodeSchema),
  links: z.array(mapLinkSchema),
  positions: z.array(mapPositionSchema),
  /** By device; those whose parent is not known are left out. */
  parents: z.record(z.string(), mapParentSchema),
  /** Devices that were said to have nothing above them. */
  tops: z.array(z.string()),
  /** How many were found beyond those that are shown. */
  left: z.number(),
});

/** bit/s; null where nobody says. */
export const mapRatesSchema = z.object({
  atMs: z.number(),
  rates: z.array(z.object({ id: z.string(), aToB: z.number().nullable(), bToA: z.number().nullable() })),
});

export const mapPlaceSchema = z.object({
  positions: z.array(mapPositionSchema).max(MAX_MAP_POSITIONS),
  /** Those before are forgotten. */
  clear: z.boolean().default(false),
});

/** undefined: worked out from neighbours; null: nothing is above it. */
export const mapSetParentSchema = z.object({ id: deviceId, parent: deviceId.nullable().optional() });

export type MapNode = z.infer<typeof mapNodeSchema>;
export type MapLink = z.infer<typeof mapLinkSchema>;
export type MapParent = z.infer<typeof mapParentSchema>;
export type MapPosition = z.infer<typeof mapPositionSchema>;
export type NetworkMap = z.infer<typeof mapSchema>;
export type MapRates = z.infer<typeof mapRatesSchema>;
