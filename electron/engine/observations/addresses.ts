// Addresses as devices write them, in one form each, so that what two devices tell of the same host meets.
import { BlockList, SocketAddress, isIPv4, isIPv6 } from 'node:net';

/** The longest text that can be an address: IPv6 with an embedded IPv4 one, a zone and a prefix. */
const MAX_TEXT = 128;
const WRITTEN_MAC = /^[0-9A-F]{2}(?::[0-9A-F]{2}){5}$/;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * The canonical text of one host's address: without zone or host prefix, IPv4-mapped as IPv4, IPv6 as RFC 5952 has it.
 * Undefined for what is none, for a network, and for the unspecified address.
 */
export function normalizeAddress(text: string): string | undefined {
  if (text.length > MAX_TEXT) return undefined;
  // As nearly all are written; tens of thousands are read at once.
  if (isIPv4(text)) return text === '0.0.0.0' ? undefined : text;
  const [, host = '', , prefix] = /^([^%/]*)(%[^/]*)?(?:\/(\d+))?$/.exec(text.trim()) ?? [];
  if (isIPv4(host)) return (prefix === undefined || prefix === '32') && host !== '0.0.0.0' ? host : undefined;
  if (!isIPv6(host) || (prefix !== undefined && prefix !== '128')) return undefined;
  const { address } = new SocketAddress({ address: host, family: 'ipv6' });
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return address === '::' ? undefined : address;
}

/** Six pairs of upper-case hex digits with colons; undefined for what is none, for all zeros and for groups. */
export function normalizeMac(text: string): string | undefined {
  const isWritten = WRITTEN_MAC.test(text);
  const digits = isWritten ? text : text.length > 32 ? '' : text.replace(/[:.\-\s]/g, '').toUpperCase();
  if (!isWritten && !/^[0-9A-F]{12}$/.test(digits)) return undefined;
  // The lowest bit of the first byte marks a group.
  if ('13579BDF'.includes(digits.charAt(1)) || /^[0:]+$/.test(digits)) return undefined;
  return isWritten ? text : digits.replace(/(..)(?=.)/g, '$1:');
}

const privateNets = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateNets.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateNets.addSubnet(net, prefix, 'ipv6');
}

/** Whether an IP address is loopback, link-local, private or shared (CGNAT). */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return privateNets.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}
