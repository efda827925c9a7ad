import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectRpc } from '../../support/rpc.ts';
import { ask, cliFile, eventually, nodeBinary, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

type RuleGroup = { file: string; rules: { health: string }[] };

const config = 'netflow: {listen: []}\n';

const statusWith = (served: Served, url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served.url);
    http
      .get({ hostname, port, path: url, headers, timeout: 5_000 }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .on('error', reject);
  });

/** `linewarden query` on the files of a data dir. */
const askStored = (dir: string) =>
  spawnSync(nodeBinary(), [cliFile, 'query', 'count(up)', '--data-dir', dir], {
    encoding: 'utf8',
    timeout: 20_000,
  });

describe('serve, as a person starts it', () => {
  let served: Served;
  beforeAll(async () => {
    served = await startServe({ config });
  });
  afterAll(async () => {
    await served.stop();
  });

  it('shows this computer within 20 seconds, under the names of Node Exporter', async () => {
    const cpus = await eventually(
      'CPU seconds',
      () => query(served, 'node_cpu_seconds_total{mode="idle"}'),
      (samples) => samples.length > 0,
    );
    expect(cpus[0]?.metric['job']).toBe('node');
    expect(cpus[0]?.metric['instance']).not.toBe('');
    expect(await query(served, 'up{job="node"}')).toHaveLength(1);
  });

  it('answers the window over the socket once the token is right', async () => {
    const rpc = await connectRpc(served);
    const { client } = rpc;
    const info = await client.system.info();
    expect(info).toMatchObject({ mode: 'serve', labRunning: false, dataDir: served.dataDir });
    const devices = await eventually(
      'this computer online',
      () => client.devices.list(),
      (list) => list.some((device) => device.kind === 'host' && device.state === 'online'),
    );
    expect(devices.map((device) => device.kind)).toEqual(['host']);
    const detail = await client.devices.get({ id: devices[0]?.id ?? '' });
    expect(detail.facts.length).toBeGreaterThan(2);
    rpc.close();
  });

  it('closes a socket whose token is wrong with 4401', async () => {
    const socket = new WebSocket(`${served.url.replace(/^http/, 'ws')}/rpc`);
    const code = await new Promise<number>((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ token: 'not-the-token' })));
      socket.on('close', resolve);
    });
    expect(code).toBe(4401);
  });

  it('polls this computer each second while its page is open', async () => {
    const rpc = await connectRpc(served);
    const { client } = rpc;
    const id = (await client.system.info()).hostDeviceId ?? '';
    const stream = await client.devices.watch({ id });
    const first = await stream.next();
    expect(first.value).toEqual({ intervalMs: 1_000 });
    await eventually(
      'second by second samples',
      () => query(served, 'count_over_time(node_load1[5s])'),
      (samples) => Number(samples[0]?.value[1] ?? 0) >= 4,
    );
    await stream.return?.();
    rpc.close();
  });

  it('keeps everything but health behind the token', async () => {
    expect(await statusWith(served, '/api/v1/query?query=1', {})).toBe(401);
    expect(await statusWith(served, '/metrics', {})).toBe(401);
    expect(await statusWith(served, '/api/v1/query?query=1', { Authorization: 'Bearer wrong' })).toBe(401);
    expect(await statusWith(served, '/api/v1/query?query=1', { Authorization: `Bearer ${served.token}` })).toBe(200);
    expect(await statusWith(served, '/-/healthy', {})).toBe(200);
    expect(await statusWith(served, '/ready', {})).toBe(200);
    expect(await statusWith(served, '/', {})).toBe(200);
  });

  it('refuses foreign hosts, foreign origins and paths outside the UI', async () => {
    expect(await statusWith(served, '/', { Host: 'evil.example' })).toBe(421);
    expect(await statusWith(served, '/', { Origin: 'https://evil.example' })).toBe(403);
    expect([403, 404]).toContain(await statusWith(served, '/../../package.json', {}));
    expect([403, 404]).toContain(await statusWith(served, '/%2e%2e/%2e%2e/package.json', {}));
  });

  it("answers in Prometheus's shapes, by GET and by POST", async () => {
    const vector = await ask(served, '/api/v1/query?query=vector(1)%2B1&time=1435781451.781');
    expect(vector).toEqual({ resultType: 'vector', result: [{ metric: {}, value: [1435781451.781, '2'] }] });
    const matrix = await ask(served, '/api/v1/query_range?query=time()&start=0&end=10&step=5');
    expect(matrix).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '0'],
            [5, '5'],
            [10, '10'],
          ],
        },
      ],
    });
    const posted = await fetch(`${served.url}/api/v1/query`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${served.token}`, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query: '1/0', time: '0' }),
    });
    expect(await posted.json()).toEqual({ status: 'success', data: { resultType: 'scalar', result: [0, '+Inf'] } });
  });

  it('tells a bad query by its place, and a missing parameter by its name', async () => {
    const bad = await fetch(`${served.url}/api/v1/query?query=${encodeURIComponent('sum(')}`, {
      headers: { Authorization: `Bearer ${served.token}` },
    });
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringMatching(/^invalid parameter "query": 1:\d+: parse error: /) as string,
    });
    await expect(ask(served, '/api/v1/series')).rejects.toThrow('no match[] parameter provided');
    await expect(ask(served, '/api/v1/query_range?query=1&start=0&end=20000&step=1')).rejects.toThrow(
      'exceeded maximum resolution of 11,000 points per timeseries',
    );
  });

  it('lists series, label names and label values', async () => {
    const series = (await ask(served, '/api/v1/series?match[]=node_load1')) as Record<string, string>[];
    expect(series).toHaveLength(1);
    expect(series[0]?.['__name__']).toBe('node_load1');
    expect(await ask(served, '/api/v1/labels?match[]=node_load1')).toEqual(['__name__', 'instance', 'job']);
    expect(await ask(served, '/api/v1/label/job/values?match[]=node_load1')).toEqual(['node']);
  });

  it("tells rules, alerts, targets and a query's own form as Prometheus does", async () => {
    const rules = await eventually(
      'rules that were evaluated',
      () => ask(served, '/api/v1/rules?type=alert&rule_name[]=DeviceOffline') as Promise<{ groups: RuleGroup[] }>,
      ({ groups }) => groups[0]?.rules[0]?.health === 'ok',
      40_000,
    );
    expect(rules.groups).toHaveLength(1);
    expect(rules.groups[0]).toMatchObject({ file: 'linewarden/devices.yml', interval: 15, limit: 0 });
    expect(rules.groups[0]?.rules).toHaveLength(1);
    expect(rules.groups[0]?.rules[0]).toMatchObject({
      name: 'DeviceOffline',
      state: 'inactive',
      type: 'alerting',
      alerts: [],
      labels: { severity: 'critical' },
    });
    expect(await ask(served, '/api/v1/rules?type=record')).toEqual({ groups: [] });
    expect(await ask(served, '/api/v1/alerts')).toEqual({ alerts: expect.any(Array) as unknown[] });
    expect(await ask(served, '/api/v1/targets')).toEqual({
      activeTargets: [],
      droppedTargets: [],
      droppedTargetCounts: {},
    });
    expect(await ask(served, '/api/v1/format_query?query=sum(rate(a[5m]))by(b)')).toBe('sum by (b) (rate(a[5m]))');
  });

  it.skipIf(process.platform === 'win32')('keeps its token in a file that only its owner can read', () => {
    const { mode } = statSync(path.join(served.dataDir, 'admin-token'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('does not let a second engine onto the same data', () => {
    const second = spawnSync(
      nodeBinary(),
      [cliFile, 'serve', '--data-dir', served.dataDir, '--listen', '127.0.0.1:0'],
      {
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`${served.process.pid}`);
  });
});

describe('stopping', () => {
  it(
    'ends on SIGTERM although refused upgrades and half-open peers hold their sockets',
    { timeout: 40_000 },
    async () => {
      const served = await startServe({ config });
      const { hostname, port } = new URL(served.url);
      const upgrade = (origin: string): Promise<Socket> =>
        new Promise((resolve, reject) => {
          const socket = connect(Number(port), hostname, () => {
            socket.write(
              `GET /rpc HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\n` +
                'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
            );
          });
          socket.once('data', () => resolve(socket));
          socket.once('error', reject);
        });
      const refused = await Promise.all(Array.from({ length: 20 }, () => upgrade('http://evil.example')));
      const waiting = await upgrade(served.url);
      const silent = connect(Number(port), hostname);
      // The engine cuts whoever holds on: to these peers that is a reset.
      for (const socket of [...refused, waiting, silent]) socket.on('error', () => {});
      await Promise.all(
        refused.map((socket) =>
          eventually(
            'the refused socket to be closed',
            () => Promise.resolve(socket.readyState),
            (state) => state !== 'open',
          ),
        ),
      );
      expect(await served.stop()).toBe(0);
      for (const socket of [...refused, waiting, silent]) socket.destroy();
    },
  );
});

describe('starting and stopping', () => {
  it('exits 0 on SIGTERM and starts again on the same data', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-restart-'));
    const first = await startServe({ config, dataDir });
    await eventually(
      'data',
      () => query(first, 'node_boot_time_seconds'),
      (samples) => samples.length === 1,
    );
    expect(await first.stop()).toBe(0);
    expect(first.stderr()).toBe('');
    const again = await startServe({ config, dataDir });
    expect(again.token).toBe(first.token);
    expect(await query(again, 'count_over_time(node_boot_time_seconds[5m])')).toHaveLength(1);
    expect(await again.stop()).toBe(0);
    rmSync(dataDir, { recursive: true, force: true });
  });

  const refusals: [title: string, config: string, expected: RegExp][] = [
    ['an unknown key', 'hosts: {}\n', /linewarden\.yml:1:1: hosts: unknown key; expected one of .*host/],
    [
      'a wrong type',
      'global:\n  scrape_interval: 5\n',
      /linewarden\.yml:2:20: global\.scrape_interval: expected a duration such as 15s/,
    ],
    ['broken YAML', 'a: [1\n', /linewarden\.yml:\d+:\d+: /],
  ];
  it.each(refusals)('exits 1 with file, line and field on %s', (_title, text, expected) => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-bad-'));
    const file = path.join(dataDir, 'linewarden.yml');
    writeFileSync(file, text);
    const result = spawnSync(
      nodeBinary(),
      [cliFile, 'serve', '--data-dir', dataDir, '--config', file, '--listen', '127.0.0.1:0'],
      {
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
    expect(result.status).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(expected);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('uses the linewarden.yml of its data dir when none is named', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-own-'));
    writeFileSync(path.join(dataDir, 'linewarden.yml'), `${config}host: {enabled: false}\n`);
    const served = await startServe({ dataDir });
    const rpc = await connectRpc(served);
    expect(await rpc.client.system.info()).toMatchObject({
      configFile: path.join(dataDir, 'linewarden.yml'),
      hostDeviceId: null,
    });
    rpc.close();
    await served.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('checks a config with the files that it names, before anything is started', () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-check-'));
    const file = path.join(dataDir, 'linewarden.yml');
    const check = () =>
      spawnSync(nodeBinary(), [cliFile, 'check', 'config', file], { encoding: 'utf8', timeout: 20_000 });
    writeFileSync(
      file,
      'routeros: [{name: core, address: 10.0.0.1, username: m, password_file: absent}]\nrule_files: [bad.yml]\n',
    );
    writeFileSync(path.join(dataDir, 'bad.yml'), 'groups:\n  - name: a\n    rules: [{alert: A, expr: "sum("}]\n');
    const bad = check();
    expect(bad.status).toBe(1);
    expect(bad.stderr).toContain('routeros[0].password_file: the file absent cannot be read');
    expect(bad.stderr).toMatch(/bad\.yml:3:\d+: .*expr/);
    writeFileSync(file, config);
    expect(check()).toMatchObject({ status: 0, stdout: `${file}: no problem found\n` });
    writeFileSync(file, 'storage: {retention: {raw: 30d}}\n');
    const noted = check();
    expect(noted.status).toBe(0);
    expect(noted.stdout).toContain('storage.retention: Without summaries a graph over weeks reads every sample');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('asks stored data while no engine runs there, and tells a folder that holds none', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-query-'));
    const none = path.join(dataDir, 'none');
    expect(askStored(none)).toMatchObject({ status: 1, stdout: '' });
    expect(askStored(none).stderr).toContain(`there are no stored metrics in ${none}`);
    const served = await startServe({ config, dataDir });
    await eventually(
      'data',
      () => query(served, 'up'),
      (samples) => samples.length > 0,
    );
    expect(askStored(dataDir).stderr).toContain(`${served.process.pid}`);
    await served.stop();
    // What was stored is asked as of a moment before the stop.
    const answer = spawnSync(
      nodeBinary(),
      [cliFile, 'query', 'count_over_time(up{job="node"}[5m])', '--data-dir', dataDir],
      { encoding: 'utf8', timeout: 20_000 },
    );
    expect(answer.stdout).toMatch(/"job":"node"\} [1-9]\d* @ \d+/);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('says which port is taken', async () => {
    const blocker = http.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => {
      blocker.once('listening', resolve);
    });
    const { port } = blocker.address() as { port: number };
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-port-'));
    const result = spawnSync(nodeBinary(), [cliFile, 'serve', '--data-dir', dataDir, '--listen', `127.0.0.1:${port}`], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain(`127.0.0.1:${port} is in use by another program`);
    blocker.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
