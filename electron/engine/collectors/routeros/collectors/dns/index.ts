// How full the router's DNS cache is.
import type { Sample } from '../../samples.ts';
import { parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';

const PROPERTIES = ['cache-size', 'cache-used'];

/** Bytes of "2048KiB", or of "2048", which are KiB. */
const bytesOf = (text: string | undefined): number | undefined => {
  const value = parseNumber(text);
  return value !== undefined && /^\s*[\d.]+\s*$/.test(text ?? '') ? value * 1_024 : value;
};

export const dnsCollector: Collector = {
  name: 'dns',
  mktxpName: 'DnsCollector',
  reads: 'how full its DNS cache is',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  async collect(session) {
    const [row] = await session.print('/ip/dns', { proplist: PROPERTIES });
    return PROPERTIES.flatMap((property): Sample[] => {
      const value = bytesOf(row?.get(property));
      if (value === undefined) return [];
      return [{ name: 'mktxp_dns_info', labels: { property: property.replace('-', '_') }, value }];
    });
  },
};
