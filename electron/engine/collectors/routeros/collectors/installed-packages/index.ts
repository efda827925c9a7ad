// The packages that are installed, by which other collectors know what the router can do.
import { packageFacts } from '../../facts.ts';
import type { Collector } from '../collector.ts';
import { info, labelsOf } from '../rows.ts';

const LABELS = ['name', 'version', 'build-time', 'disabled'];

export const installedPackagesCollector: Collector = {
  name: 'installed_packages',
  mktxpName: 'PackageCollector',
  reads: 'its packages and their versions',
  enabled: 'on',
  defaultIntervalMs: 3_600_000,
  async collect(session, { learn }) {
    const rows = await session.print('/system/package', { proplist: LABELS });
    learn(packageFacts(rows));
    return rows.flatMap((row) =>
      row.has('name') ? [info('mktxp_installed_packages_info', labelsOf(row, LABELS))] : [],
    );
  },
};
