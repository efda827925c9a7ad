// Where a question reaches every machine of the networks that this computer is in.
import type { NetworkInterfaceInfo } from 'node:os';

/** More networks than this are containers and virtual machines of a developer. */
const MAX_NETWORKS = 64;

/** The limited broadcast address, and the directed one of each IPv4 network. */
export function broadcastAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string[] {
  const found = new Set(['255.255.255.255']);
  for (const { family, internal, address, netmask } of Object.values(interfaces).flatMap((one) => one ?? [])) {
    if (family !== 'IPv4' || internal || found.size > MAX_NETWORKS) continue;
    const mask = netmask.split('.').map(Number);
    // Networks of one or two machines have no broadcast address.
    if ((mask[3] ?? 255) >= 254) continue;
    found.add(
      address
        .split('.')
        .map((byte, i) => (Number(byte) & (mask[i] ?? 255)) | (~(mask[i] ?? 255) & 255))
        .join('.'),
    );
  }
  return [...found];
}
