import { describe, expect, it } from 'vitest';
import { installedPackagesCollector } from '../../../../electron/engine/collectors/routeros/collectors/installed-packages/index.ts';
import { run } from './harness.ts';

describe('installed packages', () => {
  it('v6: many, of which some are disabled', async () => {
    const { lines, facts } = await run(installedPackagesCollector, {
      '/system/package': [
        { '.id': '*1', name: 'system', version: '6.49.17', 'build-time': 'Aug/08/2024 10:00:00', disabled: 'false' },
        { '.id': '*2', name: 'ipv6', version: '6.49.17', 'build-time': 'Aug/08/2024 10:00:00', disabled: 'true' },
      ],
    });
    const time = 'build_time="Aug/08/2024 10:00:00"';
    expect(lines).toEqual([
      `mktxp_installed_packages_info{name="system",version="6.49.17",${time},disabled="false"} 1`,
      `mktxp_installed_packages_info{name="ipv6",version="6.49.17",${time},disabled="true"} 1`,
    ]);
    expect(facts).toEqual({ packages: ['system'] });
  });

  it('v7: missing properties are empty labels', async () => {
    const { lines } = await run(installedPackagesCollector, { '/system/package': [{ name: 'routeros' }, {}] });
    expect(lines).toEqual(['mktxp_installed_packages_info{name="routeros",version="",build_time="",disabled=""} 1']);
  });

  it('nothing, or no menu', async () => {
    expect((await run(installedPackagesCollector, { '/system/package': [] })).lines).toEqual([]);
    expect((await run(installedPackagesCollector, {})).isAbsent).toBe(true);
  });
});
