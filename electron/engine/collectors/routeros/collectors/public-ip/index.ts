// The address and name under which the router is known in the internet, as its cloud service tells.
import type { Collector } from '../collector.ts';
import { info, labelsOf } from '../rows.ts';

const LABELS = ['public-address', 'public-address-ipv6', 'dns-name'];

export const publicIpCollector: Collector = {
  name: 'public_ip',
  mktxpName: 'PublicIPAddressCollector',
  reads: "its public address, as MikroTik's cloud service tells it",
  enabled: 'on',
  defaultIntervalMs: 300_000,
  async collect(session) {
    const [row] = await session.print('/ip/cloud', { proplist: LABELS });
    // Where the service is off, there is nothing to tell.
    if (row === undefined || LABELS.every((property) => (row.get(property) ?? '') === '')) return [];
    return [info('mktxp_public_ip_address_info', labelsOf(row, LABELS))];
  },
};
