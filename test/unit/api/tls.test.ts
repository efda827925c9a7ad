// A renewed certificate is served without a restart; a broken one is told, and the one before it stays.
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { readTls, watchTls } from '../../../electron/engine/api/http/tls.ts';

const TLS = path.resolve(import.meta.dirname, '../../fixtures/tls');
const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-tls-'));
const files = { certFile: path.join(dir, 'cert.pem'), keyFile: path.join(dir, 'key.pem') };
const put = (name: string): void => {
  copyFileSync(path.join(TLS, `${name}.crt`), files.certFile);
  copyFileSync(path.join(TLS, `${name}.key`), files.keyFile);
};
const cleanups: (() => unknown)[] = [];
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

async function servedName(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

it('serves what was renewed, and keeps what works', async () => {
  put('router');
  const server = createServer(readTls(files)).listen(0, '127.0.0.1');
  cleanups.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const problems: (string | undefined)[] = [];
  const watch = watchTls(files, {
    renewed: (pair) => server.setSecureContext(pair),
    onProblem: (sentence) => problems.push(sentence),
    everyMs: 10,
  });
  cleanups.push(() => watch.stop());
  const first = await servedName(port);

  copyFileSync(path.join(TLS, 'other-name.crt'), files.certFile);
  await vi.waitFor(() => expect(problems).toHaveLength(1));
  expect(problems[0]).toMatch(/are no certificate and key that fit; the certificate before it is still served\.$/);
  expect(await servedName(port)).toBe(first);

  put('other-name');
  await vi.waitFor(() => expect(problems).toHaveLength(2));
  expect(problems[1]).toBeUndefined();
  expect(await servedName(port)).not.toBe(first);
});

it('stays in force while its files cannot even be looked at', async () => {
  put('router');
  const problems: (string | undefined)[] = [];
  const watch = watchTls(files, { renewed: () => {}, onProblem: (sentence) => problems.push(sentence), everyMs: 10 });
  cleanups.push(() => watch.stop());
  rmSync(files.certFile);
  symlinkSync('cert.pem', files.certFile);
  cleanups.push(() => rmSync(files.certFile));
  await vi.waitFor(() => expect(problems).toHaveLength(1));
  expect(problems[0]).toMatch(/cannot be read for TLS; the certificate before it is still served\.$/);
});

it('is refused at the start where it cannot be read or does not fit', () => {
  expect(() => readTls({ ...files, certFile: path.join(dir, 'none') })).toThrow(/none cannot be read for TLS/);
  writeFileSync(files.certFile, 'no PEM');
  expect(() => readTls(files)).toThrow(/no certificate and key that fit/);
});
