import { describe, expect, it } from 'vitest';
import { checkForUpdatesCollector } from '../../../../electron/engine/collectors/routeros/collectors/check-for-updates/index.ts';
import { run } from './harness.ts';

const update = async (row: Record<string, string>): Promise<string[]> =>
  (await run(checkForUpdatesCollector, { '/system/package/update': [row] })).lines;

describe('updates', () => {
  it('tells the newest version that the router found, and whether it is newer', async () => {
    expect(
      await update({ channel: 'stable', 'installed-version': '7.15.3', 'latest-version': '7.16', status: 'New' }),
    ).toEqual(['mktxp_system_update_available{newest_version="7.16"} 1']);
    expect(await update({ 'installed-version': '6.49.17', 'latest-version': '6.49.17' })).toEqual([
      'mktxp_system_update_available{newest_version="6.49.17"} 0',
    ]);
  });

  it.each([
    ['7.9', '7.16', '1'],
    ['7.16rc2', '7.16', '1'],
    ['7.16beta7', '7.16rc1', '1'],
    ['7.16.1', '7.16', '0'],
    ['7.16', '7.16rc4', '0'],
    ['7.16', '6.49.17', '0'],
  ])('%s is installed, %s is the newest: %s', async (installed, latest, value) => {
    const [line] = await update({ 'installed-version': installed, 'latest-version': latest });
    expect(line).toBe(`mktxp_system_update_available{newest_version="${latest}"} ${value}`);
  });

  it('a router that has not looked knows of no other version', async () => {
    expect(await update({ channel: 'stable', 'installed-version': '7.15.3' })).toEqual([]);
    expect(await update({ 'installed-version': '7.15.3', 'latest-version': 'x'.repeat(5_000) })).toEqual([]);
    expect((await run(checkForUpdatesCollector, { '/system/package/update': [] })).lines).toEqual([]);
  });

  it('is not on a router without the menu', async () => {
    expect(await run(checkForUpdatesCollector, {})).toMatchObject({ lines: [], error: undefined, isAbsent: true });
  });
});
