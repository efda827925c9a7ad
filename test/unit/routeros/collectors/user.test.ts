import { describe, expect, it } from 'vitest';
import { userCollector } from '../../../../electron/engine/collectors/routeros/collectors/user/index.ts';
import { run } from './harness.ts';

describe('active users', () => {
  it('tell since when, in both notations of a date', async () => {
    const { lines } = await run(userCollector, {
      '/user/active': [
        { name: 'admin', address: '10.0.0.2', via: 'winbox', group: 'full', when: 'nov/20/2026 12:00:00' },
        { name: 'monitor', address: '10.0.0.3', via: 'api', when: '2026-11-20 12:00:01' },
      ],
    });
    // date -u -d '2026-11-20 12:00:00' +%s
    expect(lines).toEqual([
      'mktxp_active_users_info{name="admin",address="10.0.0.2",via="winbox",group="full"} 1795176000',
      'mktxp_active_users_info{name="monitor",address="10.0.0.3",via="api",group=""} 1795176001',
    ]);
  });

  it('none, without a time, or no menu', async () => {
    expect((await run(userCollector, { '/user/active': [] })).lines).toEqual([]);
    expect((await run(userCollector, { '/user/active': [{ name: 'admin' }] })).lines).toEqual([]);
    expect((await run(userCollector, {})).isAbsent).toBe(true);
  });
});
