// Which senders' flows are stored, where the config names them.
import { BlockList, isIPv4 } from 'node:net';

/** Addresses and networks such as 10.0.0.0/8; undefined for an empty list: everybody. */
export function allowList(entries: readonly string[]): ((address: string) => boolean) | undefined {
  if (entries.length === 0) return undefined;
  const allowed = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (prefix === undefined) allowed.addAddress(address, family);
    else allowed.addSubnet(address, Number(prefix), family);
  }
  // An IPv6 sender on its own link has its interface behind a percent sign.
  return (address) => allowed.check(address.replace(/%.*$/, ''), isIPv4(address) ? 'ipv4' : 'ipv6');
}
