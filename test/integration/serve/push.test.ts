// The push API as agents use it: the published script and curl lines, a Go client's requests, keys and tokens, restarts.
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRpc } from '../../support/rpc.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures');
const SECRET = 'a-secret-of-32-bytes-for-headends';
const METRICS_TOKEN = 'YOUR_METRICS_TOKEN';
const hasCurl = spawnSync('curl', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasCurl) process.stdout.write('skipped: what is sent with curl, which is not installed\n');

const config = (tls: boolean) => `
host: {enabled: false}
netflow: {listen: []}
push:
  clients:
    - {id: test-client, name: laptop-7, type: native, key: YOUR_API_KEY}
    - {id: docker-1, type: docker, key: key-of-docker-1}
  headends: [{id: h1, name: headend-us-east-1, region: us-east, datacenter: dc1}]
  jwt: {algorithm: HS256, key_file: jwt}
http:
  metrics_token_file: metrics-token
${tls ? `  tls: {cert_file: '${FIXTURES}/tls/router.crt', key_file: '${FIXTURES}/tls/router.key'}` : ''}
`;

const dirs: string[] = [];
function dataDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-push-'));
  dirs.push(dir);
  writeFileSync(path.join(dir, 'jwt'), SECRET);
  writeFileSync(path.join(dir, 'metrics-token'), `${METRICS_TOKEN}\n`);
  return dir;
}

let plain: Served;
let secure: Served;
beforeAll(async () => {
  [plain, secure] = await Promise.all([
    startServe({ dataDir: dataDir(), config: config(false) }),
    startServe({ dataDir: dataDir(), config: config(true) }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([plain.stop(), secure.stop()]);
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

async function run(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

const values = async (served: Served, selector: string): Promise<Record<string, string>> => {
  const samples = await query(served, selector);
  return Object.fromEntries(samples.map(({ metric, value }) => [metric['__name__'] ?? '', value[1]]));
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(subject: string, expiresInS = 300): string {
  const claims = { sub: subject, aud: 'linewarden', exp: Math.floor(Date.now() / 1_000) + expiresInS };
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

const send = (url: string, credential: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(`${plain.url}${url}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json', ...headers },
    body,
  });

/** What Go's http.Client sends, byte by byte, and the status line that it gets. */
async function asGo(served: Served): Promise<string> {
  const { hostname, port, protocol } = new URL(served.url);
  const body =
    '{"headless":false,"metrics":{"bytes_received":2097152,"bytes_sent":1048576,"connection_uptime":3600,"packets_received":1500,"packets_sent":1000}}';
  const request = [
    'POST /api/v1/clients/test-client/metrics HTTP/1.1',
    'Host: manager.example.com',
    'User-Agent: Go-http-client/1.1',
    `Content-Length: ${body.length}`,
    'Authorization: Bearer YOUR_API_KEY',
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
    '',
    body,
  ].join('\r\n');
  const ca = readFileSync(path.join(FIXTURES, 'tls/router.crt'));
  const socket =
    protocol === 'https:' ? connectTls({ host: hostname, port: Number(port), ca }) : connect(Number(port), hostname);
  socket.write(request);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString().split('\r\n', 1)[0] ?? '';
}

const getByCurl = async (url: string) => (await run('curl', ['-s', `${plain.url}${url}`])).stdout;

describe.skipIf(!hasCurl)('the published agents', () => {
  it('a cron job in a container sends the counters of its interface', async () => {
    const env = {
      CLIENT_ID: 'docker-1',
      API_KEY: 'key-of-docker-1',
      MANAGER_URL: plain.url,
      PATH: `${path.join(FIXTURES, 'push')}:${process.env['PATH'] ?? ''}`,
    };
    const { code, stdout } = await run('sh', [path.join(FIXTURES, 'push/submit_metrics.sh')], env);
    expect({ code, answer: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      answer: { status: 'success', accepted: 1, late: 0, warnings: [] },
    });
    const stored = await query(plain, '{client_id="docker-1",__name__!~".*timestamp"}');
    expect(Object.fromEntries(stored.map(({ metric, value }) => [metric['__name__'], value[1]]))).toEqual({
      tobogganing_client_bytes_sent: '1048576',
      tobogganing_client_bytes_received: '2097152',
      tobogganing_client_packets_sent: '1000',
      tobogganing_client_packets_received: '1500',
      tobogganing_client_connection_uptime_seconds: '3600.25',
    });
    expect(stored[0]?.metric).toMatchObject({
      client_id: 'docker-1',
      name: 'docker-1',
      type: 'docker',
      headless: 'true',
    });
  });

  it('curl sends a report, and reads it on /metrics', async () => {
    const line =
      `curl -X POST ${plain.url}/api/v1/clients/test-client/metrics -H "Authorization: Bearer YOUR_API_KEY" ` +
      `-H "Content-Type: application/json" -d '{"headless": false, "metrics": {"bytes_sent": 1000, "bytes_received": 2000, "connection_uptime": 60}}' -v`;
    const sent = await run('sh', ['-c', line]);
    expect(sent.stderr).toContain('< HTTP/1.1 200 OK');
    const read = `curl -H "Authorization: Bearer ${METRICS_TOKEN}" ${plain.url}/metrics | grep tobogganing_client_bytes_sent`;
    const { stdout } = await run('sh', ['-c', read]);
    expect(stdout).toContain(
      'tobogganing_client_bytes_sent{client_id="test-client",name="laptop-7",type="native",headless="false"} 1000\n',
    );
  });

  it('curl asks for health as probes do', async () => {
    expect(await getByCurl('/health')).toBe('OK');
    expect(await getByCurl('/ready')).toBe('OK');
    expect(JSON.parse(await getByCurl('/healthz'))).toMatchObject({
      status: 'ok',
      devices_online: expect.any(Number) as number,
    });
  });
});

describe('a Go client', () => {
  it('is answered over HTTP and HTTPS, by whatever name it knows this machine', async () => {
    for (const served of [plain, secure]) expect(await asGo(served)).toBe('HTTP/1.1 200 OK');
  });
});

const statusOfH1 = async (credential: string): Promise<number> =>
  (await send('/api/v1/headends/h1/metrics', credential, '{"metrics":{}}')).status;

describe('a headend', () => {
  const body = JSON.stringify({
    headend_name: 'headend-us-east-1',
    metrics: {
      active_connections: 150,
      bandwidth_in: 10_485_760,
      bandwidth_out: 5_242_880,
      cpu_usage: 45.2,
      memory_usage: 2_147_483_648,
    },
  });

  it('sends with its token, packed too, and becomes a device with a state', async () => {
    const answer = await send('/api/v1/headends/h1/metrics', token('h1'), gzipSync(body), {
      'Content-Encoding': 'gzip',
    });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'success', accepted: 1, late: 0, warnings: [] },
    ]);
    expect(await values(plain, '{headend_id="h1",datacenter="dc1",region="us-east",__name__!~".*timestamp"}')).toEqual({
      tobogganing_headend_active_connections: '150',
      tobogganing_headend_bandwidth_in_bytes: '10485760',
      tobogganing_headend_bandwidth_out_bytes: '5242880',
      tobogganing_headend_cpu_usage_percent: '45.2',
      tobogganing_headend_memory_usage_bytes: '2147483648',
    });
    const rpc = await connectRpc(plain);
    const device = await eventually(
      'the headend online',
      () => rpc.client.devices.get({ id: 'headend/h1' }),
      ({ state }) => state === 'online',
    );
    rpc.close();
    expect(device).toMatchObject({ kind: 'headend', name: 'headend-us-east-1', address: '127.0.0.1' });
    expect(device.collectors).toMatchObject([{ name: 'push', samples: 6, warning: null }]);
  });

  it('is refused as an API should', async () => {
    expect(await statusOfH1(token('h2'))).toBe(403);
    expect(await statusOfH1(token('h1', -60))).toBe(401);
    expect(await statusOfH1('YOUR_API_KEY')).toBe(401);
  });
});

const answerOf = async (answer: Response) => {
  const { error } = (await answer.json()) as { error: string };
  return `${answer.status} ${error}`;
};

describe('a request that is not as it should be', () => {
  const url = '/api/v1/clients/test-client/metrics';
  const good = '{"metrics":{}}';
  it('is answered with a status and a reason in JSON', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 ** 2));
    const packed = { 'Content-Encoding': 'gzip' };
    expect(await answerOf(await fetch(`${plain.url}${url}`, { method: 'POST' }))).toMatch(/^401 an API key is needed/);
    expect(await answerOf(await send(url, 'wrong', good))).toMatch(/^401 the API key is not valid/);
    expect(await answerOf(await send(url, 'key-of-docker-1', good))).toMatch(/^403 the API key is that of another/);
    expect(await answerOf(await send(url, 'YOUR_API_KEY', 'x'.repeat(2 ** 20 + 1)))).toMatch(
      /^413 the body is too large/,
    );
    expect(await answerOf(await send(url, 'YOUR_API_KEY', bomb, packed))).toMatch(/^413 the body is too large/);
    expect(await answerOf(await send(url, 'YOUR_API_KEY', 'no gzip', packed))).toBe('422 the body is not gzip');
    expect(await answerOf(await send(url, 'YOUR_API_KEY', '{'))).toBe('422 the body is not JSON');
    expect(await answerOf(await send(url, 'YOUR_API_KEY', good, { 'Content-Type': 'text/csv' }))).toMatch(/^415 /);
    expect(await answerOf(await send(url, 'YOUR_API_KEY', good, { 'Content-Encoding': 'br' }))).toMatch(/^415 /);
    expect(await answerOf(await fetch(`${plain.url}${url}`))).toBe('405 metrics are sent by POST');
  });

  it('comes too often: 429 with the time to wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 70 }, () => send('/api/v1/clients/docker-1/metrics', 'key-of-docker-1', good)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await refused[0]?.json()).toMatchObject({ status: 'error', code: 'LW_PUSH_TOO_MANY' });
  });
});

const sent = async (key: string): Promise<number> =>
  (await send('/api/v1/clients/gw-1/metrics', key, '{"metrics":{}}')).status;

const scraped = async (bearer: string): Promise<number> =>
  (await fetch(`${plain.url}/metrics`, { headers: { Authorization: `Bearer ${bearer}` } })).status;

describe('keys of the window and tokens of /metrics', () => {
  it('are made, changed and revoked while others hold', async () => {
    const rpc = await connectRpc(plain);
    const { client } = rpc;
    const { key } = await client.push.addClient({ id: 'gw-1', name: '', type: 'docker' });
    const next = await client.push.rotateKey({ id: 'gw-1', overlapMs: 3_600_000 });
    expect([await sent(key), await sent(next.key)]).toEqual([200, 200]);
    const { clients } = await client.push.get();
    const [old] = clients.find(({ id }) => id === 'gw-1')?.keys ?? [];
    await client.push.revokeKey({ id: 'gw-1', keyId: old?.id ?? '' });
    expect([await sent(key), await sent(next.key)]).toEqual([401, 200]);
    await client.push.removeClient({ id: 'gw-1' });
    expect(await sent(next.key)).toBe(401);
    expect((await client.devices.list()).map(({ id }) => id)).not.toContain('client/gw-1');
    expect(JSON.stringify(await client.push.get())).not.toMatch(/sha256|YOUR_API_KEY/);

    const first = await client.push.rotateMetricsToken({ overlapMs: 0 });
    const second = await client.push.rotateMetricsToken({ overlapMs: 3_600_000 });
    expect([await scraped(first.key), await scraped(second.key), await scraped('wrong')]).toEqual([200, 200, 401]);
    const { metrics } = await client.push.get();
    expect(metrics.provided).toEqual(['file']);
    await client.push.revokeMetricsToken({ id: metrics.tokens[0]?.id ?? '' });
    expect([await scraped(first.key), await scraped(second.key)]).toEqual([401, 200]);
    const asked = await fetch(`${plain.url}/api/v1/query?query=1`, {
      headers: { Authorization: `Bearer ${second.key}` },
    });
    expect(asked.status).toBe(401);
    rpc.close();
  });
});

describe('what was pushed', () => {
  it('is still there after a kill', async () => {
    const { dataDir: dir } = plain;
    const checkIn = async (): Promise<string | undefined> => {
      const headers = { Authorization: `Bearer ${METRICS_TOKEN}` };
      const text = await (await fetch(`${plain.url}/metrics`, { headers })).text();
      return /^tobogganing_client_last_check_in_timestamp\{client_id="test-client".*$/m.exec(text)?.[0];
    };
    const before = await checkIn();
    expect(before).toMatch(/ \d{10}(\.\d+)?$/);
    await plain.kill();
    plain = await startServe({ dataDir: dir, config: config(false) });
    expect(await checkIn()).toBe(before);
  });
});
