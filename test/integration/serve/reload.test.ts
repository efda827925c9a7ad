import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRouter } from '../../lab/routeros/index.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { ask, eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const base = 'netflow: {listen: []}\nhost: {enabled: false}\n';

describe.skipIf(process.platform === 'win32')('a config that is read again on SIGHUP', () => {
  let router: SimulatedRouter;
  let served: Served;
  let rpc: RpcConnection;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-reload-'));

  const inDir = (file: string): string => path.join(dataDir, file);
  const reload = (config: string): void => {
    writeFileSync(inDir('linewarden.yml'), config);
    served.process.kill('SIGHUP');
  };
  const ids = async (): Promise<string[]> => (await rpc.client.devices.list()).map(({ id }) => id);
  const problems = async (): Promise<string[]> => (await rpc.client.system.health()).problems;
  const routerWith = (passwordFile: string): string =>
    `routeros: [{name: core, address: 127.0.0.1, port: ${router.port}, username: monitor, password_file: ${passwordFile}, interval: 1s}]\n`;

  beforeAll(async () => {
    router = await startRouter({ version: '7.18.2', identity: 'core', password: 'right' });
    writeFileSync(inDir('wrong'), 'wrong\n');
    writeFileSync(inDir('right'), 'right\n');
    served = await startServe({ config: base, dataDir });
    rpc = await connectRpc(served);
  });
  afterAll(async () => {
    rpc.close();
    await served.stop();
    await router.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('adds what is new, and logs in with the password of another file', async () => {
    reload(base + routerWith('wrong'));
    const refused = await eventually(
      'a refused login',
      () => rpc.client.devices.list(),
      ([device]) => device?.lastError !== undefined && device.lastError !== null,
    );
    expect(refused[0]?.lastError?.code).toBe('LW_ROUTEROS_LOGIN_FAILED');
    reload(base + routerWith('right'));
    const accepted = await eventually(
      'the router online',
      () => rpc.client.devices.list(),
      ([device]) => device?.state === 'online',
    );
    expect(accepted.map(({ id }) => id)).toEqual(['core']);
  });

  it('takes a device of the file away that is no longer in it', async () => {
    reload(`${base}devices: [{id: edge-7, addresses: [10.0.7.1]}]\n`);
    expect(await eventually('the edge alone', ids, (list) => !list.includes('core'))).toEqual(['edge-7']);
    reload(base);
    expect(await eventually('no edge', ids, (list) => !list.includes('edge-7'))).toEqual([]);
  });

  it('takes retention, limits, presence and rule times at once, and says so of nothing', async () => {
    const storage = () => rpc.client.storage.status();
    expect(await storage()).toMatchObject({
      retention: { raw: '30d', '5m': '1y', '1h': '5y' },
      retentionFrom: 'default',
      maxSeries: 500_000,
    });
    reload(
      `${base}storage: {retention: {raw: 60d, 1d: 1y}, max_size: 2GB, max_series: 1000}\npresence: {offline_after: 1m}\nglobal: {evaluation_interval: 1s, external_labels: {site: north}}\n`,
    );
    const changed = await eventually('the retention', storage, ({ retentionFrom }) => retentionFrom === 'file');
    expect(changed).toMatchObject({
      retention: { raw: '60d', '1d': '1y' },
      maxBytes: 2_147_483_648,
      maxSizeFrom: 'file',
      maxSeries: 1_000,
    });
    expect(changed.tiers.map(({ name, keepMs }) => [name, keepMs])).toEqual([
      ['raw', 5_184_000_000],
      ['1d', 31_536_000_000],
    ]);
    expect((await rpc.client.system.info()).retentionDays).toBe(60);
    await expect(rpc.client.storage.change({ retention: 'compact' })).rejects.toMatchObject({
      data: { code: 'LW_STORAGE_PROVISIONED' },
    });
    const groups = (await ask(served, '/api/v1/rules')) as { groups: { name: string; interval: number }[] };
    // The group of the flow rules has no interval of its own.
    expect(groups.groups.find(({ name }) => name === 'flows')?.interval).toBe(1);
    expect(await problems()).toEqual([]);
    reload(base);
    await eventually('the default', storage, ({ retentionFrom }) => retentionFrom === 'default');
  });

  it('keeps what the window set where the file says nothing of it', async () => {
    await rpc.client.storage.change({ retention: { raw: '7d', '5m': '90d' }, maxBytes: 1_073_741_824 });
    reload(`${base}storage: {max_size: 3GB}\n`);
    const status = await eventually(
      'the size of the file',
      () => rpc.client.storage.status(),
      ({ maxSizeFrom }) => maxSizeFrom === 'file',
    );
    expect(status).toMatchObject({
      retention: { raw: '1w', '5m': '90d' },
      retentionFrom: 'window',
      maxBytes: 3_221_225_472,
    });
    reload(base);
    const again = await eventually(
      'the size of the window',
      () => rpc.client.storage.status(),
      ({ maxSizeFrom }) => maxSizeFrom === 'window',
    );
    expect(again.maxBytes).toBe(1_073_741_824);
    await rpc.client.storage.change({ retention: null, maxBytes: null });
  });

  it('says what takes effect with the next start only, until it is taken back', async () => {
    reload(`${base}http: {allowed_hosts: [monitor.lan]}\n`);
    expect(await eventually('the sentence', problems, (list) => list.length > 0)).toEqual([
      'The config was read again; what changed in http takes effect with the next start.',
    ]);
    reload(base);
    await eventually('no problem', problems, (list) => list.length === 0);
  });

  it('keeps everything as it was when a rule file has a mistake', async () => {
    writeFileSync(inDir('bad.yml'), 'groups:\n  - name: g\n    rules: [{alert: A, expr: "sum("}]\n');
    reload(`${base}rule_files: [bad.yml]\ndevices: [{id: edge-8, addresses: [10.0.8.1]}]\n`);
    await eventually(
      'the refusal',
      () => Promise.resolve(served.stderr()),
      (text) => text.includes('the config was not reloaded') && text.includes('bad.yml:3:'),
    );
    expect(await ids()).toEqual([]);
    expect(await problems()).toEqual([]);
  });

  it('refuses a target whose URL holds a password, which would be stored in plain view', async () => {
    const form = { job: 'a', url: 'http://user:secret@127.0.0.1:9/metrics', intervalMs: 15_000 };
    await expect(rpc.client.devices.addTarget(form)).rejects.toMatchObject({
      data: { code: 'LW_SCRAPE_URL_CREDENTIALS' },
    });
    expect(await ids()).toEqual([]);
  });
});
