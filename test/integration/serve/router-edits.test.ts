import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRouter } from '../../lab/routeros/index.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const form = {
  name: 'core',
  address: '127.0.0.1',
  tls: 'off',
  pin: '',
  username: 'monitor',
  password: 'monitor-secret',
  intervalMs: 1_000,
} as const;

describe('a router of the window, renamed and replaced', () => {
  let router: SimulatedRouter;
  let served: Served;
  let rpc: RpcConnection;

  beforeAll(async () => {
    router = await startRouter({ serial: 'A1' });
    served = await startServe({ config: 'netflow: {listen: []}\nhost: {enabled: false}\n' });
    rpc = await connectRpc(served);
    await rpc.client.devices.addRouter({ ...form, port: router.port });
  });
  afterAll(async () => {
    rpc.close();
    await served.stop();
    await router.stop();
  });

  const get = (id: string) => rpc.client.devices.get({ id });
  const isOnline = (id: string) =>
    eventually(
      `${id} is online`,
      () => get(id),
      ({ state, facts }) => state === 'online' && facts.some(({ name }) => name === 'serial'),
    );
  const namesIn = async (selector: string): Promise<string[]> =>
    (await query(served, `count by (routerboard_name) (last_over_time(mktxp_system_uptime{${selector}}[1h]))`))
      .map(({ metric }) => metric['routerboard_name'] ?? '')
      .toSorted();

  it('shows its form without the password, and is tested and changed with the stored one', async () => {
    await isOnline('core');
    const { password: _password, ...shown } = form;
    const stored = await rpc.client.devices.routerForm({ id: 'core' });
    expect(stored).toEqual({ ...shown, port: router.port });
    const changed = { ...stored, password: '', labels: { site: 'north' } };
    expect(await rpc.client.devices.testEdit({ id: 'core', form: changed })).toMatchObject({ ok: true });
    await rpc.client.devices.editRouter({ id: 'core', form: changed, keepHistory: true });
    await eventually(
      'the label is there',
      () => query(served, 'mktxp_system_uptime{site="north"}'),
      (samples) => samples.length === 1,
    );
  });

  it('keeps its history under its former name: one selector for both, and its series are its own', async () => {
    const stored = await rpc.client.devices.routerForm({ id: 'core' });
    const renamed = { ...stored, name: 'hub "1"', password: '' };
    const device = await rpc.client.devices.editRouter({ id: 'core', form: renamed, keepHistory: true });
    expect(device).toMatchObject({
      id: 'hub "1"',
      formerNames: ['core'],
      selector: String.raw`routerboard_name=~"hub \"1\"|core"`,
    });
    await isOnline('hub "1"');
    expect((await rpc.client.devices.list()).map(({ id }) => id)).toEqual(['hub "1"']);
    expect(await namesIn(device.selector)).toEqual(['core', 'hub "1"']);
  });

  it('asks what another serial number means, once, and goes on as before when it is told', async () => {
    const { port } = router;
    await router.stop();
    router = await startRouter({ port, serial: 'B2' });
    const asked = await eventually(
      'the other serial number is noticed',
      () => get('hub "1"'),
      ({ otherSerial }) => otherSerial !== undefined,
      40_000,
    );
    expect(asked.otherSerial).toEqual({ had: 'A1', has: 'B2' });
    expect(await rpc.client.devices.acceptSerial({ id: asked.id, serial: 'A1' })).toEqual({ accepted: false });
    expect(await rpc.client.devices.acceptSerial({ id: asked.id, serial: 'B2' })).toEqual({ accepted: true });
    expect((await get(asked.id)).otherSerial).toBeUndefined();
  });

  it('goes on with the history of another that it takes the place of', async () => {
    const second = await startRouter({ serial: 'C3' });
    await rpc.client.devices.addRouter({ ...form, name: 'spare', port: second.port });
    await isOnline('spare');
    const spare = { ...(await rpc.client.devices.routerForm({ id: 'spare' })), password: '' };
    const device = await rpc.client.devices.editRouter({
      id: 'spare',
      form: spare,
      keepHistory: true,
      replaces: 'hub "1"',
    });
    expect(device.formerNames).toEqual(['hub "1"', 'core']);
    expect((await rpc.client.devices.list()).map(({ id }) => id)).toEqual(['spare']);
    expect(await namesIn(device.selector)).toEqual(['core', 'hub "1"', 'spare']);
    await second.stop();
  });

  it('begins anew when it is told so', async () => {
    const stored = { ...(await rpc.client.devices.routerForm({ id: 'spare' })), password: '' };
    const edit = { id: 'spare', form: { ...stored, name: 'fresh' }, keepHistory: false };
    const device = await rpc.client.devices.editRouter(edit);
    expect(device).not.toHaveProperty('formerNames');
    expect(device.selector).toBe('routerboard_name="fresh"');
    await rpc.client.devices.setFormer({ id: 'fresh', names: ['core'], addresses: ['192.0.2.1'] });
    expect(await namesIn((await get('fresh')).selector)).toContain('core');
    expect(served.stderr()).not.toContain('monitor-secret');
  });
});
