// Static DNS records: the names that an operator gave to addresses. It has no series: it is read for names.
import type { StaticNameSeen } from '../../../../observations/index.ts';
import { routerosError } from '../../client/index.ts';
import { type Collector, noSuchCommand } from '../collector.ts';

/** Block lists are kept there too, with tens of thousands of names that are none. */
const MAX_RECORDS = 5_000;

/** Without those that are switched off, and those of another kind (CNAME, MX, ...), which have no address. */
const PROPLIST = ['name', 'address', 'disabled'];

export const dnsStaticCollector: Collector = {
  name: 'dns_static',
  reads: 'its static DNS records, for names of addresses; no metrics',
  enabled: 'on',
  defaultIntervalMs: 300_000,
  async collect(session, { observe, warn }) {
    const count = (await session.count('/ip/dns/static')) ?? 0;
    if (count > MAX_RECORDS) {
      warn(
        routerosError(
          'LW_ROUTEROS_TOO_LARGE',
          `${count} static DNS records are too many to be read for names; at most ${MAX_RECORDS} are.`,
        ),
      );
      return [];
    }
    const rows = await session.print('/ip/dns/static', { proplist: PROPLIST }).catch(noSuchCommand);
    const names = rows.flatMap((row): StaticNameSeen[] => {
      const name = row.get('name') ?? '';
      const address = row.get('address') ?? '';
      return name === '' || address === '' || row.get('disabled') === 'true' ? [] : [{ address, name }];
    });
    observe({ kind: 'static-names', source: 'dns', rows: names });
    return [];
  },
};
