// Who is logged in on the router, and since when.
import { parseDateSeconds } from '../../dates.ts';
import type { Sample } from '../../samples.ts';
import type { Collector } from '../collector.ts';
import { labelsOf } from '../rows.ts';

const LABELS = ['name', 'address', 'via', 'group'];

export const userCollector: Collector = {
  name: 'user',
  mktxpName: 'UserCollector',
  reads: 'who is logged in on it',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  async collect(session) {
    const rows = await session.print('/user/active', { proplist: [...LABELS, 'when'] });
    return rows.flatMap((row): Sample[] => {
      const value = parseDateSeconds(row.get('when'));
      return value === undefined ? [] : [{ name: 'mktxp_active_users_info', labels: labelsOf(row, LABELS), value }];
    });
  },
};
