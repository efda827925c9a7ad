// Found by the routers' own neighbours, by leases and by MNDP on loopback; added with a profile; polled and named.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddProgress } from '../../../shared/contract/index.ts';
import { startMndpPeer } from '../../lab/mndp.ts';
import type { MndpPeer } from '../../lab/mndp.ts';
import { startRouter } from '../../lab/routeros/index.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const CHAPEL_MAC = '74:4D:28:91:0D:2F';
const FIELD_PASSWORD = 'only in the profile';

const tower = {
  interface: 'ether2',
  identity: 'tower',
  address: '192.0.2.77',
  mac: '48:A9:8A:00:00:01',
  board: 'RB4011iGS+',
  version: '7.16.1 (stable)',
  remoteInterface: 'ether1',
};

describe('discovery', () => {
  let core: SimulatedRouter;
  let chapel: SimulatedRouter;
  let peer: MndpPeer;
  let served: Served;
  let rpc: RpcConnection;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-discovery-'));

  const start = async (): Promise<void> => {
    served = await startServe({
      dataDir,
      config: `
netflow: {listen: []}
host: {enabled: false}
discovery: {mndp: {listen: '127.0.0.1:21441', query_to: ['127.0.0.1:${peer.port}']}}
routeros:
  - {name: core, address: localhost, port: ${core.port}, username: monitor, password_file: password, interval: 1s}
`,
    });
    rpc = await connectRpc(served);
  };

  beforeAll(async () => {
    core = await startRouter({
      version: '7.18.2',
      identity: 'core',
      password: 'core secret',
      network: { hosts: ['annas-laptop', 'printer'], leases: 5, neighbours: [tower] },
    });
    chapel = await startRouter({ version: '7.15.3', identity: 'chapel-road', password: FIELD_PASSWORD });
    peer = await startMndpPeer([
      { mac: CHAPEL_MAC, identity: 'chapel-road', version: '7.15.3 (stable)', board: 'RBD52G', ipv4: '127.0.0.1' },
    ]);
    writeFileSync(path.join(dataDir, 'password'), 'core secret\n');
    await start();
  });
  afterAll(async () => {
    rpc.close();
    await served.stop();
    await Promise.all([core.stop(), chapel.stop(), peer.stop()]);
  });

  const found = async (wanted = {}) => (await rpc.client.discovery.list(wanted)).entries;
  const add = async (ids: string[], profileId: string): Promise<AddProgress[]> => {
    const progress: AddProgress[] = [];
    for await (const one of await rpc.client.discovery.add({ ids, profileId })) progress.push(one);
    return progress;
  };

  it("finds a router's neighbour and leases, and neither the router itself nor this computer", async () => {
    const devices = await eventually('the neighbour', found, (entries) => entries.length > 0);
    expect(devices).toMatchObject([
      {
        kind: 'mikrotik',
        name: 'tower',
        version: '7.16.1 (stable)',
        board: 'RB4011iGS+',
        macs: ['48:A9:8A:00:00:01'],
        addresses: ['192.0.2.77'],
      },
    ]);
    // Its ARP table has it as well.
    expect(devices[0]?.seenBy).toContainEqual(
      expect.objectContaining({ deviceId: 'core', by: 'core', source: 'neighbor', interface: 'ether2' }),
    );
    const all = await eventually(
      'the leases',
      () => found({ hosts: true }),
      (entries) => entries.some(({ name }) => name === 'annas-laptop'),
    );
    const laptop = all.find(({ name }) => name === 'annas-laptop');
    expect(laptop).toMatchObject({ kind: 'host', identity: '' });
    expect(laptop?.seenBy.map(({ by }) => by)).toContain('core');
  });

  it('asks all to announce themselves, and hears who does', async () => {
    expect(await rpc.client.discovery.search()).toEqual({ sentTo: 1 });
    const entries = await eventually('chapel-road', found, (list) => list.some(({ name }) => name === 'chapel-road'));
    expect(entries.find(({ name }) => name === 'chapel-road')).toMatchObject({
      kind: 'mikrotik',
      macs: [CHAPEL_MAC],
      addresses: ['127.0.0.1'],
      seenBy: [{ by: 'This computer', source: 'mndp' }],
    });
    expect((await rpc.client.discovery.list({})).mndp).toEqual({
      listening: '127.0.0.1:21441',
      problem: null,
      canSearch: true,
    });
  });

  it('hides what is ignored, also after a restart', async () => {
    const [one] = (await found()).filter(({ name }) => name === 'tower');
    await rpc.client.discovery.setIgnored({ ids: [one?.id ?? ''], ignored: true });
    expect((await found()).map(({ name }) => name)).toEqual(['chapel-road']);
    rpc.close();
    await served.stop();
    await start();
    const list = await rpc.client.discovery.list({ ignored: true });
    expect(Object.fromEntries(list.entries.map(({ name, ignored }) => [name, ignored]))).toEqual({
      'chapel-road': false,
      tower: true,
    });
    expect(list.counts.ignored).toBe(1);
  });

  it('adds with a profile what answers, says why another does not, and keeps the password to itself', async () => {
    const form = { username: 'monitor', tls: 'off', port: chapel.port, intervalMs: 1_000 } as const;
    const wrong = await rpc.client.profiles.save({ ...form, name: 'Wrong', password: 'guess' });
    const right = await rpc.client.profiles.save({ ...form, name: 'Field', password: FIELD_PASSWORD });
    expect(JSON.stringify(await rpc.client.profiles.list())).not.toMatch(/guess|only in/);
    const [chapelRoad] = await found();
    const id = chapelRoad?.id ?? '';
    const refused = await add([id], wrong.id);
    expect(refused).toMatchObject([
      { id, state: 'testing', address: '127.0.0.1' },
      { id, state: 'failed', code: 'LW_ROUTEROS_LOGIN_FAILED' },
    ]);
    expect(await add([id, 'mac of nobody'], right.id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id, state: 'added', deviceId: 'chapel-road' }),
        expect.objectContaining({ id: 'mac of nobody', state: 'failed', code: 'LW_DISCOVERY_NO_ADDRESS' }),
      ]),
    );
    const uptime = await eventually(
      'its uptime',
      () => query(served, 'mktxp_system_uptime{routerboard_name="chapel-road"}'),
      (samples) => samples.length === 1,
    );
    expect(uptime[0]?.metric).toMatchObject({ routerboard_address: '127.0.0.1' });
    expect((await found()).map(({ name }) => name)).toEqual([]);
    await rpc.client.profiles.remove({ id: right.id });
    expect(readFileSync(path.join(dataDir, 'state.db')).includes(FIELD_PASSWORD)).toBe(false);
    expect(served.stderr()).not.toContain(FIELD_PASSWORD);
  });

  it('names addresses and interfaces by what the routers told', async () => {
    const [laptop] = (await found({ hosts: true })).filter(({ name }) => name === 'annas-laptop');
    const address = laptop?.addresses[0] ?? '';
    const names = await rpc.client.names.lookUp({ addresses: [address, '127.0.0.1', '192.0.2.77', '192.0.2.200'] });
    expect(names.map(({ address: of, name, source, deviceId }) => [of, name, source, deviceId])).toEqual([
      [address, 'annas-laptop', 'dhcp', 'core'],
      ['127.0.0.1', 'chapel-road', 'device', 'chapel-road'],
      ['192.0.2.77', 'tower', 'neighbour', 'core'],
    ]);
    const interfaces = await rpc.client.names.interfaces({ device: '127.0.0.1' });
    expect(interfaces[0]).toMatchObject({ index: 1, name: 'ether1' });
  });
});
