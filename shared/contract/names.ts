// Names as they cross between engine and window: what addresses and interfaces are called, and who says so.
import { z } from 'zod';

/** Whose word counts first, first. */
export const nameSourceSchema = z.enum([
  'device',
  'ppp',
  'hotspot',
  'wireguard',
  'dhcp-comment',
  'queue',
  'dhcp',
  'dns',
  'arp',
  'neighbour',
  'reverse-dns',
]);

const address = z.string().min(1).max(128);

export const nameLookupSchema = z.object({
  addresses: z.array(address).max(1_000),
  /** Whose view counts first, such as the router whose flows name the addresses. */
  near: z.string().max(2_304).optional(),
});

/** Addresses without a name are left out. */
export const addressNamesSchema = z.array(
  z.object({
    /** As it was asked for. */
    address: z.string(),
    name: z.string(),
    source: nameSourceSchema,
    /** Who told it; empty for a name server. */
    deviceId: z.string(),
    lastSeenMs: z.number(),
  }),
);

export const interfaceNamesSchema = z.array(z.object({ index: z.number(), name: z.string(), comment: z.string() }));

export type NameSource = z.infer<typeof nameSourceSchema>;
export type AddressNames = z.infer<typeof addressNamesSchema>;
export type InterfaceNames = z.infer<typeof interfaceNamesSchema>;
