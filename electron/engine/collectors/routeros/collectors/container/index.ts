// Containers that run on the router.
import { type Collector, noSuchCommand } from '../collector.ts';
import { info, labelsOf } from '../rows.ts';

const LABELS = ['name', 'repo', 'os', 'arch', 'status'];

export const containerCollector: Collector = {
  name: 'container',
  mktxpName: 'ContainerCollector',
  reads: 'the containers that run on it',
  enabled: 'off',
  defaultIntervalMs: 60_000,
  needs: { minMajor: 7, anyPackage: ['container'] },
  async collect(session) {
    const rows = await session.print('/container', { proplist: [...LABELS, 'tag'] }).catch(noSuchCommand);
    return rows.map((row) =>
      info('mktxp_container_info', {
        ...labelsOf(row, LABELS),
        repo: row.get('repo') ?? row.get('tag') ?? '',
      }),
    );
  },
};
