// Found machines as rows of state.db.
import { z } from 'zod';
import type { FoundRow } from '../store/state/index.ts';
import type { FoundEntry } from './entry.ts';

const text = z.string().optional();
const dataSchema = z.object({
  facts: z.object({
    identity: text,
    platform: text,
    version: text,
    board: text,
    softwareId: text,
    hostName: text,
    comment: text,
  }),
  macs: z.array(z.string()),
  places: z.array(z.object({ by: z.string(), address: z.string() })),
  seenBy: z.array(
    z.object({
      by: z.string(),
      source: z.enum(['mndp', 'neighbor', 'dhcp', 'arp']),
      interface: z.string(),
      atMs: z.number(),
    }),
  ),
});

export const toRow = ({ id, firstSeenMs, lastSeenMs, isIgnored, ...data }: FoundEntry): FoundRow => ({
  id,
  data,
  firstSeenMs,
  lastSeenMs,
  isIgnored,
});

/** Rows that this version cannot read are left out. */
export function* fromRows(rows: Iterable<FoundRow>): Generator<FoundEntry> {
  for (const { data, ...row } of rows) {
    const read = dataSchema.safeParse(data);
    if (!read.success) continue;
    const { facts, ...others } = read.data;
    const said = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    yield { ...row, ...others, facts: said };
  }
}
