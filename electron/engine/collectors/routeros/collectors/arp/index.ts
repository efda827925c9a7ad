// The ARP table: how many addresses each interface has, and which host is behind which.
import type { HostSeen } from '../../../../observations/index.ts';
import type { Row } from '../../client/index.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { countBy, said } from '../rows.ts';

const PROPLIST = ['address', 'mac-address', 'interface', 'comment', 'complete', 'disabled'];

/** An entry without a MAC address is a question that nobody answered. */
const isComplete = (row: Row): boolean =>
  (row.get('mac-address') ?? '') !== '' && row.get('complete') !== 'false' && row.get('disabled') !== 'true';

const interfaceOf = (row: Row): string => row.get('interface') ?? '';

export const arpCollector: Collector = {
  name: 'arp',
  reads: 'how many addresses its ARP table has for each interface',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  observesEveryMs: 300_000,
  async collect(session, { observe }) {
    const rows = await session.print('/ip/arp', { proplist: PROPLIST }).catch(noSuchCommand);
    const complete = rows.filter(isComplete);
    const hosts = complete.flatMap((row): HostSeen[] => {
      const address = row.get('address') ?? '';
      if (address === '') return [];
      return [
        {
          address,
          ...said<Omit<HostSeen, 'address'>>({
            mac: row.get('mac-address'),
            comment: row.get('comment'),
            interface: row.get('interface'),
          }),
        },
      ];
    });
    observe({ kind: 'hosts', source: 'arp', rows: hosts });
    return [
      ...countBy(rows, 'linewarden_routeros_arp_entries', 'interface', interfaceOf),
      ...countBy(complete, 'linewarden_routeros_arp_complete_entries', 'interface', interfaceOf),
    ];
  },
};
