// node-routeros, a client by other people, agrees that the simulated router speaks the protocol.
import { RouterOSAPI } from 'node-routeros';
import { describe, expect, it } from 'vitest';
import { atEnd, router, SECRET } from './support.ts';

async function secondClient(port: number, password = SECRET): Promise<RouterOSAPI> {
  const api = new RouterOSAPI({ host: '127.0.0.1', port, user: 'monitor', password, timeout: 5 });
  await api.connect();
  atEnd(() => api.close());
  return api;
}

describe('node-routeros against the simulated router', () => {
  it.each(['6.42.12', '6.49.17', '7.15.3'])(
    'logs in and reads identity, resource and interfaces of %s',
    async (version) => {
      const { port } = await router({ version, identity: 'tower-3' });
      const api = await secondClient(port);
      expect(await api.write('/system/identity/print')).toEqual([{ name: 'tower-3' }]);
      const [resource] = await api.write('/system/resource/print');
      expect(resource?.['version']).toMatch(new RegExp(`^${version.replaceAll('.', '\\.')} \\(`));
      const interfaces = await api.write(['/interface/print', '=stats=', '=detail=', '=.proplist=name,running']);
      expect(interfaces).toEqual([
        { name: 'ether1', running: 'true' },
        { name: 'ether2', running: 'true' },
        { name: 'ether3', running: 'true' },
        { name: 'ether4', running: 'false' },
        { name: 'ether5', running: 'false' },
        { name: 'bridge', running: 'true' },
        { name: 'vlan10', running: 'true' },
      ]);
    },
  );

  it('reads health in both shapes', async () => {
    const [v6, v7] = await Promise.all([router({ version: '6.49.17' }), router({ version: '7.15.3' })]);
    const old = await (await secondClient(v6.port)).write('/system/health/print');
    expect(old.map((row) => Object.keys(row))).toEqual([
      ['voltage', 'temperature', 'cpu-temperature', 'fan1-speed', 'psu1-state'],
    ]);
    const now = await (await secondClient(v7.port)).write('/system/health/print');
    expect(now.map((row) => row['name'])).toEqual([
      'cpu-temperature',
      'temperature',
      'voltage',
      'fan1-speed',
      'psu1-state',
    ]);
  });

  it('is refused with a wrong password, and trapped at an unknown command', async () => {
    const { port } = await router();
    await expect(secondClient(port, 'wrong')).rejects.toThrow(/username or password/i);
    await expect((await secondClient(port)).write('/no/such/command')).rejects.toThrow('no such command');
  });
});
