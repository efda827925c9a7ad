// What addresses are called, asked for as they are shown.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { AddressNames, DeviceSummary, NameSource } from '../../../shared/contract/index.ts';
import { useEngine } from '../connection/context.tsx';

export type AddressName = AddressNames[number];

const NONE: ReadonlyMap<string, AddressName> = new Map();
const MAX_ADDRESSES = 1_000;
const byAddress = (names: AddressNames): ReadonlyMap<string, AddressName> =>
  new Map(names.map((name) => [name.address, name]));

/** By the address as it was given; those without a name are left out. `near`: whose view counts first. */
export function useNames(addresses: readonly string[], near?: string): ReadonlyMap<string, AddressName> {
  const engine = useEngine();
  const asked = addresses.slice(0, MAX_ADDRESSES);
  const names = useQuery({
    queryKey: ['names', near ?? '', ...asked],
    queryFn: ({ signal }) => engine.names.lookUp({ addresses: asked, ...(near !== undefined && { near }) }, { signal }),
    enabled: asked.length > 0,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    select: byAddress,
  });
  return names.data ?? NONE;
}

const SOURCE_WORDS: Readonly<Record<NameSource, string>> = {
  device: 'the device of that address',
  ppp: 'its PPP user',
  hotspot: 'its hotspot user',
  wireguard: 'its WireGuard peer',
  'dhcp-comment': "its lease's comment",
  queue: 'its queue',
  dhcp: 'DHCP, as it calls itself',
  dns: 'static DNS',
  arp: "its ARP entry's comment",
  neighbour: 'its own announcement',
  'reverse-dns': 'reverse DNS',
};

/** "from its PPP user, told by core": where a name comes from. */
export const nameOrigin = ({ source, deviceId }: Pick<AddressName, 'source' | 'deviceId'>): string =>
  `from ${SOURCE_WORDS[source]}${deviceId === '' || source === 'device' ? '' : `, told by ${deviceId}`}`;

type Named = Pick<DeviceSummary, 'kind' | 'name' | 'address'>;

/** An exporter that was found by its flows has no name but its address. */
const isUnnamed = ({ kind, name, address }: Named): boolean => kind === 'exporter' && name === address;

export const unnamedAddresses = (devices: readonly Named[]): readonly string[] =>
  devices.filter((device) => isUnnamed(device)).map(({ address }) => address);

/** What a device that nobody named is called by others. */
export const calledOf = (device: Named, names: ReadonlyMap<string, AddressName>): string | undefined =>
  isUnnamed(device) ? names.get(device.address)?.name : undefined;
