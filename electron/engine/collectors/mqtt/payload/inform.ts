// What an edge tells of itself (inform) and that it lives (keepalive), as JSON.
import { z } from 'zod';
import { malformed } from './types.ts';

const MAX_INTERFACES = 512;
const ID = z.union([z.string().min(1).max(128), z.number().transform(String)]);
/** Null is as good as left out: it could not be read. */
const reading = z.number().nullish();

const interfaceSchema = z.object({
  name: z.string().min(1).max(256),
  up: z.union([z.boolean(), z.number()]).nullish(),
  rx_bytes: reading,
  tx_bytes: reading,
  rx_packets: reading,
  tx_packets: reading,
  rx_errors: reading,
  tx_errors: reading,
  drops: reading,
});

const informSchema = z.object({
  edge_id: ID.nullish(),
  customer_id: ID.nullish(),
  type: z.enum(['dedicated-edge', 'mtge', 'connector']).nullish().catch(undefined),
  name: z.string().max(256).nullish(),
  version: z.string().max(256).nullish(),
  wan_ip: z.string().max(256).nullish(),
  uptime: reading,
  cpu: reading,
  memory: reading,
  timestamp: z.unknown().optional(),
  interfaces: z.array(interfaceSchema).max(MAX_INTERFACES).nullish(),
});

const keepaliveSchema = z.object({ edge_id: ID.nullish(), customer_id: ID.nullish() });

export type Inform = z.output<typeof informSchema>;
export type Keepalive = z.output<typeof keepaliveSchema>;

const COUNTERS = ['rx_bytes', 'tx_bytes', 'rx_packets', 'tx_packets', 'rx_errors', 'tx_errors', 'drops'] as const;

/** Throws PayloadRefused. */
export const readInform = (text: string): Inform => read(text, informSchema, 'inform');

/** An empty one counts as well: its topic says whose it is. */
export const readKeepalive = (text: string): Keepalive =>
  text.trim() === '' ? {} : read(text, keepaliveSchema, 'keepalive');

function read<T extends z.ZodType>(text: string, schema: T, what: string): z.output<T> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text) as unknown;
  } catch {
    throw malformed(`the ${what} is no JSON`);
  }
  const result = schema.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw malformed(`the ${what} is not as expected${place === '' ? '' : ` at ${place.slice(0, 80)}`}`);
}

/** The series of an inform: name, interface or none, value. */
export function* informSamples(inform: Inform): Generator<readonly [string, string | undefined, number]> {
  const { uptime, cpu, memory, wan_ip: wan } = inform;
  if (typeof uptime === 'number') yield ['edge_uptime_seconds', undefined, uptime];
  if (typeof cpu === 'number') yield ['edge_cpu_usage_percent', undefined, cpu];
  if (typeof memory === 'number') yield ['edge_memory_usage_bytes', undefined, memory];
  // Left out, nothing is known of it; null: there is none, or it could not be read.
  if (wan !== undefined) yield ['edge_wan_up', undefined, wan === null || wan === '' ? 0 : 1];
  for (const one of inform.interfaces ?? []) {
    if (one.up !== undefined && one.up !== null) yield ['edge_interface_up', one.name, Number(one.up) === 0 ? 0 : 1];
    for (const counter of COUNTERS) {
      const value = one[counter];
      if (typeof value === 'number') yield [`edge_interface_${counter}_total`, one.name, value];
    }
  }
}
