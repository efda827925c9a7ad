// Whether there is a newer RouterOS, as the router knows from its own last check: nothing is asked of the internet.
import type { Collector } from '../collector.ts';
import { isNewer } from './newer.ts';

export const checkForUpdatesCollector: Collector = {
  name: 'check_for_updates',
  mktxpName: 'SystemResourceCollector',
  reads: "whether there is a newer RouterOS, as the router's own last check found",
  enabled: 'on',
  defaultIntervalMs: 3_600_000,
  async collect(session) {
    const [row] = await session.print('/system/package/update', {
      proplist: ['channel', 'installed-version', 'latest-version', 'status'],
    });
    // Without a check since it started, a router knows of no other version.
    const newest = row?.get('latest-version') ?? '';
    const available = isNewer(newest, row?.get('installed-version') ?? '');
    if (available === undefined) return [];
    return [{ name: 'mktxp_system_update_available', labels: { newest_version: newest }, value: available ? 1 : 0 }];
  },
};
