// Every way in which a target can fail has its own code and sentence; the connection test says the same beforehand.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PLAIN_HTTP } from '../../../electron/engine/http-client/index.ts';
import { testTarget } from '../../../electron/engine/collectors/scrape/index.ts';
import { startExporter } from '../../lab/exporters/index.ts';
import { MemoryAppender } from './memory-appender.ts';
import { until, useTargetRig } from './target-rig.ts';

const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
const rig = useTargetRig();

describe('failures', () => {
  it('a name that does not resolve', async () => {
    const failed = await rig.firstFailure('http://no-such-host.invalid:9100/metrics', { timeoutMs: 5_000 });
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_DNS' });
    expect(failed?.message).toMatch(/^The name no-such-host\.invalid:9100 cannot be resolved\./);
  });

  it('a port where nothing listens', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'app', seed: 1 });
    await exporter.stop();
    const failed = await rig.firstFailure(exporter.url);
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_REFUSED' });
    expect(failed?.message).toMatch(/^127\.0\.0\.1:\d+ refuses the connection\. Nothing listens on that port/);
  });

  it('a target that hangs', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'app', seed: 1 });
    rig.cleanups.push(() => exporter.stop());
    exporter.setHang(true);
    const failed = await rig.firstFailure(exporter.url, { timeoutMs: 100 });
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_TIMEOUT' });
    expect(failed?.message).toContain('did not answer within 0.1 s');
  });

  it('a body that never ends', async () => {
    const url = await rig.serve((_, response) => {
      response.write('a 1\n');
    });
    expect(await rig.firstFailure(url, { timeoutMs: 100 })).toMatchObject({ code: 'LW_SCRAPE_TIMEOUT' });
  });

  it('TLS that the target does not speak', async () => {
    const plain = await rig.serve((_, response) => response.end('a 1\n'));
    expect(await rig.firstFailure(plain.replace('http:', 'https:'), { timeoutMs: 2_000 })).toMatchObject({
      code: 'LW_SCRAPE_TLS',
    });
  });

  it.skipIf(!hasOpenssl)(`a certificate that is not trusted${hasOpenssl ? '' : ' (skipped: no openssl)'}`, async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'linewarden-tls-'));
    rig.cleanups.push(() => rm(dir, { recursive: true }));
    const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    spawnSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', ...subject]);
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) =>
      response.end('a 1\n'),
    );
    const url = `https://127.0.0.1:${await rig.listening(server)}/metrics`;
    const failed = await rig.firstFailure(url, { timeoutMs: 2_000 });
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_TLS' });
    expect(failed?.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    // With its authority, or without verifying, it works.
    rig.appender = new MemoryAppender();
    rig.start(url, { timeoutMs: 2_000, http: { ...PLAIN_HTTP, tls: { caFile: cert, insecureSkipVerify: false } } });
    await until(() => rig.up() === 1);
    rig.appender = new MemoryAppender();
    rig.start(url, { timeoutMs: 2_000, http: { ...PLAIN_HTTP, tls: { insecureSkipVerify: true } } });
    await until(() => rig.up() === 1);
  });

  it('an HTTP status', async () => {
    const url = await rig.serve((_, response) => response.writeHead(404).end());
    const failed = await rig.firstFailure(url);
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_HTTP_STATUS' });
    expect(failed?.message).toMatch(/answers with HTTP status 404\. Check the path/);
    // It answered, whatever it said.
    expect(rig.told).toContainEqual({ kind: 'seen' });
  });

  it('a web page', async () => {
    const url = await rig.serve((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><p>hello');
    });
    expect(await rig.firstFailure(url)).toMatchObject({ code: 'LW_SCRAPE_NOT_METRICS' });
  });

  it('something else than HTTP', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.end('220 mail.example ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    rig.cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await rig.firstFailure(`http://127.0.0.1:${port}/metrics`)).toMatchObject({ code: 'LW_SCRAPE_NOT_HTTP' });
  });

  it('a connection that closes half-way', async () => {
    const url = await rig.serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('a 1\n');
      setTimeout(() => request.socket.destroy(), 20);
    });
    expect(await rig.firstFailure(url)).toMatchObject({ code: 'LW_SCRAPE_CLOSED' });
  });

  it('a body above its limit, also when it is only large once unpacked', async () => {
    const big = gzipSync(Buffer.alloc(5_000_000, 'a'));
    const url = await rig.serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(big);
    });
    expect(big.length).toBeLessThan(10_000);
    const failed = await rig.firstFailure(url, { bodyLimitBytes: 10_000, timeoutMs: 2_000 });
    expect(failed).toMatchObject({ code: 'LW_SCRAPE_TOO_LARGE' });
    expect(failed?.message).toContain('larger than 10000 bytes');
  });

  it('a damaged gzip stream', async () => {
    const url = await rig.serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end('not gzip');
    });
    expect(await rig.firstFailure(url)).toMatchObject({ code: 'LW_SCRAPE_BAD_ENCODING' });
  });

  it('more samples than sample_limit', async () => {
    const url = await rig.serve((_, response) => response.end('a 1\nb 1\nc 1\n'));
    expect(await rig.firstFailure(url, { sampleLimit: 2 })).toMatchObject({ code: 'LW_SCRAPE_SAMPLE_LIMIT' });
  });

  it('a credentials file that is not there', async () => {
    const url = await rig.serve((_, response) => response.end('a 1\n'));
    const auth = { kind: 'token', type: 'Bearer', secret: { file: '/nonexistent/secret' } } as const;
    expect(await rig.firstFailure(url, { http: { ...PLAIN_HTTP, auth } })).toMatchObject({
      code: 'LW_HTTP_CLIENT_FILE',
    });
  });
});

describe('the connection test', () => {
  it('says what the target is', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'node', seed: 3 });
    rig.cleanups.push(() => exporter.stop());
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
    rig.cleanups.push(() => exporter.stop());
    exporter.setHang(true);
    const answer = await testTarget({ job: 'node', url: exporter.url, intervalMs: 60_000 }, AbortSignal.timeout(50));
    expect(answer).toMatchObject({ ok: false });
    expect(answer.durationMs).toBeLessThan(5_000);
  });
});
