// How many addresses or prefixes a pool has.
import { isIPv4 } from 'node:net';

function toNumber(address: string): number | undefined {
  if (!isIPv4(address)) return undefined;
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** Of "10.0.0.10-10.0.0.99,10.0.1.0/24,10.0.2.1"; undefined when a part of it is none of these. */
export function rangesSize(ranges: string): number | undefined {
  let size = 0;
  for (const part of ranges.split(',')) {
    const [from = '', to] = part.trim().split('-');
    const [host = '', prefix] = from.split('/');
    const first = toNumber(host);
    const last = to === undefined ? first : toNumber(to);
    const bits = prefix === undefined ? 32 : Number(prefix);
    if (first === undefined || last === undefined || last < first || !(bits >= 0 && bits <= 32)) return undefined;
    size += to === undefined ? 2 ** (32 - bits) : last - first + 1;
  }
  return size;
}

/** How many prefixes of `prefix-length` are in "2001:db8::/48"; undefined when they do not fit. */
export function prefixesSize(prefix: string, prefixLength: string): number | undefined {
  const [own, each] = [Number(prefix.split('/')[1]), Number(prefixLength)];
  return own >= 0 && each >= own && each <= 128 ? 2 ** (each - own) : undefined;
}
