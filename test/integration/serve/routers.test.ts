import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRouter } from '../../lab/routeros/index.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const form = {
  name: 'from-window',
  address: '127.0.0.1',
  tls: 'off',
  pin: '',
  username: 'monitor',
  intervalMs: 1_000,
} as const;

const configFor = (port: number): string => `
netflow: {listen: []}
presence: {offline_after: 10s}
routeros:
  - {name: from-file, address: 127.0.0.1, port: ${port}, username: monitor, password_file: password, interval: 1s, labels: {site: north}}
`;

describe('routers, from the file and from the window', () => {
  let six: SimulatedRouter;
  let seven: SimulatedRouter;
  let served: Served;
  let rpc: RpcConnection;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-routers-'));

  beforeAll(async () => {
    six = await startRouter({ version: '6.49.17', identity: 'six', password: 'first secret' });
    seven = await startRouter({ version: '7.18.2', identity: 'seven', password: 'second secret' });
    writeFileSync(path.join(dataDir, 'password'), 'first secret\n');
    served = await startServe({ config: configFor(six.port), dataDir });
    rpc = await connectRpc(served);
  });
  afterAll(async () => {
    rpc.close();
    await served.stop();
    await Promise.all([six.stop(), seven.stop()]);
  });

  const stateOf = async (id: string): Promise<string> => (await rpc.client.devices.get({ id })).state;

  it("polls the file's router under MKTXP's names and the operator's labels", async () => {
    const uptime = await eventually(
      'uptime',
      () => query(served, 'mktxp_system_uptime'),
      (samples) => samples.length === 1,
    );
    expect(uptime[0]?.metric).toMatchObject({
      routerboard_name: 'from-file',
      routerboard_address: '127.0.0.1',
      site: 'north',
      board_name: 'RB5009UG+S+',
    });
    expect(await query(served, 'mktxp_interface_running{name="ether1"}')).toHaveLength(1);
    const device = await rpc.client.devices.get({ id: 'from-file' });
    expect(device).toMatchObject({ kind: 'router', provisioned: true, sample: false });
    await expect(rpc.client.devices.remove({ id: 'from-file' })).rejects.toThrow('comes from the config file');
  });

  it('explains a failed test by its own code and sentence', async () => {
    const wrong = await rpc.client.devices.testRouter({ ...form, port: seven.port, password: 'guess' });
    expect(wrong).toMatchObject({ ok: false, code: 'LW_ROUTEROS_LOGIN_FAILED' });
    const refused = await rpc.client.devices.testRouter({ ...form, port: 1, password: 'guess' });
    expect(refused).toMatchObject({ ok: false, code: 'LW_ROUTEROS_REFUSED' });
    expect(JSON.stringify([wrong, refused])).not.toContain('guess');
  });

  it('adds one from the window, refuses a second of the same name, and keeps it over a restart', async () => {
    const test = await rpc.client.devices.testRouter({ ...form, port: seven.port, password: 'second secret' });
    expect(test.ok).toBe(true);
    await rpc.client.devices.addRouter({ ...form, port: seven.port, password: 'second secret' });
    await expect(
      rpc.client.devices.addRouter({ ...form, port: seven.port, password: 'second secret' }),
    ).rejects.toThrow('already a device called "from-window"');
    await eventually(
      'online',
      () => stateOf('from-window'),
      (state) => state === 'online',
    );

    rpc.close();
    await served.stop();
    served = await startServe({ config: configFor(six.port), dataDir });
    rpc = await connectRpc(served);
    await eventually(
      'online again',
      () => stateOf('from-window'),
      (state) => state === 'online',
    );
  });

  it('tells that a hung router does not answer, then that it is offline and since when, and sees it come back', async () => {
    seven.setHang(true);
    await eventually(
      'not answering',
      () => stateOf('from-window'),
      (state) => state === 'degraded',
      15_000,
    );
    const waiting = await rpc.client.devices.get({ id: 'from-window' });
    expect(waiting.reason).toMatch(/^Not answering for /);
    await eventually(
      'offline',
      () => stateOf('from-window'),
      (state) => state === 'offline',
      30_000,
    );
    const offline = await rpc.client.devices.get({ id: 'from-window' });
    expect(offline.reason).toMatch(/^No data from from-window for /);
    const online = await query(served, 'linewarden_device_online');
    const values = new Map(online.map(({ metric, value }) => [metric['device'], value[1]]));
    expect(values.get('from-window')).toBe('0');
    expect(values.get('from-file')).toBe('1');
    seven.setHang(false);
    await eventually(
      'online',
      () => stateOf('from-window'),
      (state) => state === 'online',
      30_000,
    );
  });

  it('forgets a removed router and its password', async () => {
    expect(await rpc.client.devices.remove({ id: 'from-window' })).toEqual({ removed: true });
    expect((await rpc.client.devices.list()).map(({ id }) => id)).not.toContain('from-window');
    await expect(rpc.client.devices.get({ id: 'from-window' })).rejects.toThrow('not known here');
  });

  it('never wrote a password to its log', () => {
    for (const secret of ['first secret', 'second secret', 'guess']) expect(served.stderr()).not.toContain(secret);
  });
});
