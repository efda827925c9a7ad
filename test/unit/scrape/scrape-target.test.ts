// One target over real HTTP: what is appended, what ends, what is told of it, and the sentence for each failure.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { formTarget, startScrapeTarget, testTarget } from '../../../electron/engine/collectors/scrape/index.ts';
import type { ScrapeTarget, TargetConfig } from '../../../electron/engine/collectors/scrape/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { startExporter } from '../../lab/exporters/index.ts';
import { MemoryAppender } from './memory-appender.ts';

const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
const cleanups: (() => unknown)[] = [];
let appender: MemoryAppender;
let told: { kind: string; code?: string; message?: string }[];

beforeEach(() => {
  appender = new MemoryAppender();
  told = [];
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(listener))}/metrics`;

function start(url: string, changes: Partial<TargetConfig> = {}): ScrapeTarget {
  const target = startScrapeTarget({
    target: {
      ...formTarget({ job: 'j', url, intervalMs: 1_000 }),
      instance: 'i',
      intervalMs: 100,
      timeoutMs: 100,
      labels: { job: 'j', instance: 'i' },
      ...changes,
    },
    deviceId: 'd',
    appender,
    presence: {
      seen: () => told.push({ kind: 'seen' }),
      telemetry: () => told.push({ kind: 'telemetry' }),
      failed: (_, __, error) => told.push({ kind: 'failed', ...error }),
    },
    clock: systemClock,
    logger: silentLogger,
  });
  cleanups.push(() => target.stop());
  return target;
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !what(); i++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  if (!what()) throw new Error('it did not come');
}

const own = { job: 'j', instance: 'i' };
const of = (name: string, labels: Record<string, string> = {}) => Labels.of(name, { ...labels, ...own });
const up = () => appender.last(of('up'))?.value;
const scraped = (count: number) => until(() => appender.samples(of('up')).length >= count);

describe('scraping', () => {
  it('appends what is exposed, with job and instance, and the series about the scrape, all at one time', async () => {
    const url = await serve((_, response) => response.end('a{b="c"} 1\nd 2\n'));
    const target = start(url);
    await scraped(1);
    const first = appender.samples(of('up'))[0];
    expect(first).toMatchObject({ value: 1, stale: false });
    expect(appender.samples(of('a', { b: 'c' }))[0]).toEqual({ ...first, value: 1 });
    expect(appender.samples(of('d'))[0]).toEqual({ ...first, value: 2 });
    expect(appender.samples(of('scrape_samples_scraped'))[0]).toEqual({ ...first, value: 2 });
    expect(appender.samples(of('scrape_samples_post_metric_relabeling'))[0]).toEqual({ ...first, value: 2 });
    expect(appender.samples(of('scrape_series_added'))[0]).toEqual({ ...first, value: 2 });
    expect(appender.samples(of('scrape_duration_seconds'))[0]?.value).toBeGreaterThan(0);
    expect(target.status()).toMatchObject({ name: 'scrape', intervalMs: 100, samples: 2, lastError: null });
    expect(told.slice(0, 2)).toEqual([{ kind: 'seen' }, { kind: 'telemetry' }]);
    await scraped(2);
    expect(appender.samples(of('scrape_series_added'))[1]?.value).toBe(0);
  });

  it('asks as Prometheus does: formats, time-out, gzip, a kept connection', async () => {
    const seen: { headers: Record<string, unknown>; port: number | undefined }[] = [];
    const url = await serve((request, response) => {
      seen.push({ headers: request.headers, port: request.socket.remotePort });
      response.writeHead(200, {
        'content-encoding': 'gzip',
        'content-type': 'application/openmetrics-text; version=1.0.0',
      });
      response.end(gzipSync('# TYPE a counter\na_total 5\n# EOF\n'));
    });
    start(url, { timeoutMs: 90 });
    await scraped(2);
    expect(seen[0]?.headers).toMatchObject({
      'x-prometheus-scrape-timeout-seconds': '0.09',
      'accept-encoding': 'gzip',
    });
    expect(String(seen[0]?.headers['accept'])).toMatch(
      /^application\/openmetrics-text;version=1\.0\.0.*text\/plain;version=0\.0\.4/,
    );
    expect(String(seen[0]?.headers['user-agent'])).toContain('Linewarden');
    expect(seen[1]?.port).toBe(seen[0]?.port);
    expect(appender.last(of('a_total'))?.value).toBe(5);
  });

  it('follows redirects', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/metrics') response.writeHead(302, { location: '/there' }).end();
      else response.end('a 7\n');
    });
    start(url);
    await scraped(1);
    expect(appender.last(of('a'))?.value).toBe(7);
  });

  it("keeps the samples' own times, unless honor_timestamps is off", async () => {
    const url = await serve((_, response) => response.end('a 1 1000\n'));
    const target = start(url);
    await scraped(1);
    expect(appender.samples(of('a'))[0]?.timestampMs).toBe(1_000);
    await target.stop();
    appender = new MemoryAppender();
    start(url, { honorTimestamps: false });
    await scraped(1);
    expect(appender.samples(of('a'))[0]?.timestampMs).toBe(appender.samples(of('up'))[0]?.timestampMs);
  });

  it('drops a sample that claims to be more than ten minutes ahead', async () => {
    const url = await serve((_, response) => response.end(`a 1 ${Date.now() + 11 * 60_000}\nb 1\n`));
    start(url);
    await scraped(1);
    expect(appender.samples(of('a'))).toEqual([]);
    expect(appender.samples(of('b'))).not.toEqual([]);
  });

  it('sends credentials from their file, read anew each time', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'linewarden-scrape-'));
    cleanups.push(() => rm(dir, { recursive: true }));
    const file = path.join(dir, 'secret');
    await writeFile(file, 'one\n');
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('a 1\n');
    });
    start(url, { auth: { kind: 'basic', username: 'u', file } });
    await scraped(1);
    await writeFile(file, 'two\n');
    await scraped(3);
    expect(seen[0]).toBe('Basic dTpvbmU=');
    expect(seen.at(-1)).toBe('Basic dTp0d28=');
  });

  it('tells help and type of what it scrapes', async () => {
    const url = await serve((_, response) => response.end('# HELP a Some help.\n# TYPE a gauge\na 1\n'));
    const target = start(url);
    await scraped(1);
    expect(target.metadata()).toEqual({ a: [{ type: 'gauge', help: 'Some help.', unit: '' }] });
  });
});

describe('staleness', () => {
  it('ends a series that is no longer exposed', async () => {
    let body = 'a 1\nb 1\n';
    const url = await serve((_, response) => response.end(body));
    start(url);
    await scraped(1);
    body = 'a 2\n';
    await until(() => appender.last(of('b'))?.stale === true);
    expect(appender.last(of('a'))?.stale).toBe(false);
  });

  it('ends all series of a target that is down, with up = 0, and takes them up again', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'app', seed: 1 });
    cleanups.push(() => exporter.stop());
    start(exporter.url);
    await until(() => up() === 1);
    const series = of('app_requests_total', { route: '/', code: '200' });
    await exporter.setDown(true);
    await until(() => up() === 0);
    expect(appender.last(series)).toMatchObject({ stale: true, timestampMs: appender.last(of('up'))?.timestampMs });
    expect(appender.last(of('scrape_samples_scraped'))).toMatchObject({ value: 0, stale: false });
    await exporter.setDown(false);
    await until(() => up() === 1);
    expect(appender.last(series)?.stale).toBe(false);
  });

  it('drops the whole scrape for one bad line', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'node', seed: 1 });
    cleanups.push(() => exporter.stop());
    const target = start(exporter.url);
    await until(() => up() === 1);
    exporter.setBadBody(true);
    await until(() => up() === 0);
    expect(appender.last(of('node_load1'))?.stale).toBe(true);
    expect(target.status().lastError?.message).toMatch(/^Line \d+ of the answer is not valid: /);
  });

  it('ends everything, up included, when the target is removed; nothing when the engine only restarts', async () => {
    const url = await serve((_, response) => response.end('a 1\n'));
    const kept = start(url);
    await scraped(1);
    await kept.stop({ endSeries: false });
    expect(appender.last(of('a'))?.stale).toBe(false);
    const removed = start(url);
    await scraped(appender.samples(of('up')).length + 1);
    await removed.stop();
    expect(appender.last(of('a'))?.stale).toBe(true);
    expect(appender.last(of('up'))?.stale).toBe(true);
    const { commits } = appender;
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
    expect(appender.commits).toBe(commits);
  });

  it('does not end a series that has times of its own', async () => {
    let body = 'a 1 1000\nb 1\n';
    const url = await serve((_, response) => response.end(body));
    start(url);
    await scraped(1);
    body = 'c 1\n';
    await until(() => appender.last(of('b'))?.stale === true);
    expect(appender.samples(of('a')).some(({ stale }) => stale)).toBe(false);
  });

  it('says so when the store refuses, without blaming the target', async () => {
    const url = await serve((_, response) => response.end('a 1\n'));
    appender.failure = new LinewardenError('LW_STORE_FULL', 'The disk is full.');
    const target = start(url);
    await until(() => target.status().lastError !== null);
    expect(target.status().lastError).toMatchObject({ code: 'LW_STORE_FULL', message: 'The disk is full.' });
    expect(told.some(({ kind }) => kind === 'failed' || kind === 'telemetry')).toBe(false);
    appender.failure = undefined;
    await until(() => target.status().lastError === null);
  });
});

/** The first failure that presence is told of. */
const first = async (url: string, changes: Partial<TargetConfig> = {}) => {
  start(url, changes);
  await until(() => told.some(({ kind }) => kind === 'failed'));
  await scraped(1);
  expect(up()).toBe(0);
  return told.find(({ kind }) => kind === 'failed');
};

describe('failures', () => {
  it('a name that does not resolve', async () => {
    const failed = await first('http://no-such-host.invalid:9100/metrics', { timeoutMs: 5_000 });
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_DNS' });
    expect(failed?.message).toMatch(/^The name no-such-host\.invalid:9100 cannot be resolved\./);
  });

  it('a port where nothing listens', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'app', seed: 1 });
    await exporter.stop();
    const failed = await first(exporter.url);
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_REFUSED' });
    expect(failed?.message).toMatch(/^127\.0\.0\.1:\d+ refuses the connection\. Nothing listens on that port/);
  });

  it('a target that hangs', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'app', seed: 1 });
    cleanups.push(() => exporter.stop());
    exporter.setHang(true);
    const failed = await first(exporter.url);
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_TIMEOUT' });
    expect(failed?.message).toContain('did not answer within 0.1 s');
  });

  it('a body that never ends', async () => {
    const url = await serve((_, response) => {
      response.write('a 1\n');
    });
    expect(await first(url)).toMatchObject({ code: 'LW_SCRAPE_TIMEOUT' });
  });

  it('TLS that the target does not speak', async () => {
    const plain = await serve((_, response) => response.end('a 1\n'));
    expect(await first(plain.replace('http:', 'https:'), { timeoutMs: 2_000 })).toMatchObject({
      code: 'LW_SCRAPE_TLS',
    });
  });

  it.skipIf(!hasOpenssl)(`a certificate that is not trusted${hasOpenssl ? '' : ' (skipped: no openssl)'}`, async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'linewarden-tls-'));
    cleanups.push(() => rm(dir, { recursive: true }));
    const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    spawnSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', ...subject]);
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) =>
      response.end('a 1\n'),
    );
    const url = `https://127.0.0.1:${await listening(server)}/metrics`;
    const failed = await first(url, { timeoutMs: 2_000 });
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_TLS' });
    expect(failed?.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    // With its authority, or without verifying, it works.
    appender = new MemoryAppender();
    start(url, { timeoutMs: 2_000, tls: { caFile: cert, insecureSkipVerify: false, serverName: undefined } });
    await until(() => up() === 1);
    appender = new MemoryAppender();
    start(url, { timeoutMs: 2_000, tls: { caFile: undefined, insecureSkipVerify: true, serverName: undefined } });
    await until(() => up() === 1);
  });

  it('an HTTP status', async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    const failed = await first(url);
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_HTTP_STATUS' });
    expect(failed?.message).toMatch(/answers with HTTP status 404\. Check the path/);
    // It answered, whatever it said.
    expect(told).toContainEqual({ kind: 'seen' });
  });

  it('a web page', async () => {
    const url = await serve((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><p>hello');
    });
    expect(await first(url)).toMatchObject({ code: 'LW_SCRAPE_NOT_METRICS' });
  });

  it('something else than HTTP', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.end('220 mail.example ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await first(`http://127.0.0.1:${port}/metrics`)).toMatchObject({ code: 'LW_SCRAPE_NOT_HTTP' });
  });

  it('a connection that closes half-way', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('a 1\n');
      setTimeout(() => request.socket.destroy(), 20);
    });
    expect(await first(url)).toMatchObject({ code: 'LW_SCRAPE_CLOSED' });
  });

  it('a body above its limit, also when it is only large once unpacked', async () => {
    const big = gzipSync(Buffer.alloc(5_000_000, 'a'));
    const url = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(big);
    });
    expect(big.length).toBeLessThan(10_000);
    const failed = await first(url, { bodyLimitBytes: 10_000, timeoutMs: 2_000 });
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_TOO_LARGE' });
    expect(failed?.message).toContain('larger than 10000 bytes');
  });

  it('a damaged gzip stream', async () => {
    const url = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end('not gzip');
    });
    expect(await first(url)).toMatchObject({ code: 'LW_SCRAPE_BAD_ENCODING' });
  });

  it('more samples than sample_limit', async () => {
    const url = await serve((_, response) => response.end('a 1\nb 1\nc 1\n'));
    expect(await first(url, { sampleLimit: 2 })).toMatchObject({ code: 'LW_SCRAPE_SAMPLE_LIMIT' });
  });

  it('a credentials file that is not there', async () => {
    const url = await serve((_, response) => response.end('a 1\n'));
    const auth = { kind: 'token', type: 'Bearer', file: '/nonexistent/secret' } as const;
    expect(await first(url, { auth })).toMatchObject({ code: 'LW_SCRAPE_FILE' });
  });
});

describe('the connection test', () => {
  it('says what the target is', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'node', seed: 3 });
    cleanups.push(() => exporter.stop());
    const answer = await testTarget({ job: 'node', url: exporter.url, intervalMs: 5_000 });
    expect(answer).toMatchObject({ ok: true, warnings: [] });
    const facts = answer.ok ? answer.facts : [];
    expect(facts).toContainEqual({ name: 'Software', value: 'node_exporter 1.8.2' });
    expect(facts).toContainEqual({ name: 'Format', value: 'OpenMetrics 1.0' });
    expect(facts).toContainEqual({ name: 'Samples', value: '17' });
  });

  it('says why it does not work and what to do', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'node', seed: 3 });
    await exporter.stop();
    expect(await testTarget({ job: 'node', url: exporter.url, intervalMs: 5_000 })).toMatchObject({
      ok: false,
      code: 'LW_SCRAPE_REFUSED',
      hint: 'Nothing listens on that port: check that the exporter runs, and its port.',
    });
  });

  it('refuses credentials in the URL', async () => {
    const answer = await testTarget({ job: 'node', url: 'http://u:p@127.0.0.1:1/', intervalMs: 5_000 });
    expect(answer).toMatchObject({ ok: false, code: 'LW_SCRAPE_URL_CREDENTIALS' });
  });

  it('ends when it is no longer wanted', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'node', seed: 3 });
    cleanups.push(() => exporter.stop());
    exporter.setHang(true);
    const answer = await testTarget({ job: 'node', url: exporter.url, intervalMs: 60_000 }, AbortSignal.timeout(50));
    expect(answer).toMatchObject({ ok: false });
    expect(answer.durationMs).toBeLessThan(5_000);
  });
});
