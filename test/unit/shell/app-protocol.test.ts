import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileFor, SCHEME_PRIVILEGES, serveFile } from '../../../electron/main/app-protocol.ts';

const top = mkdtempSync(path.join(tmpdir(), 'linewarden-protocol-'));
const dir = path.join(top, 'renderer');
beforeAll(() => {
  mkdirSync(path.join(dir, 'assets'), { recursive: true });
  writeFileSync(path.join(dir, 'index.html'), '<!doctype html>window');
  writeFileSync(path.join(dir, 'assets/main.js'), 'run()');
  writeFileSync(path.join(dir, 'assets/blob.bin'), 'x');
  writeFileSync(path.join(top, 'secret.txt'), 'not yours');
  mkdirSync(path.join(top, 'renderer-evil'));
  writeFileSync(path.join(top, 'renderer-evil/a.js'), 'evil');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const get = (url: string, method = 'GET') => serveFile(dir, { url, method });

describe('app://linewarden/', () => {
  it('serves the page and its files with their types', async () => {
    const page = await get('app://linewarden/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    await expect(page.text()).resolves.toBe('<!doctype html>window');
    const script = await get('app://linewarden/assets/main.js?v=1');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    await expect(script.text()).resolves.toBe('run()');
    expect((await get('app://linewarden/assets/blob.bin')).headers.get('content-type')).toBe(
      'application/octet-stream',
    );
  });

  it('serves the page for a path of its own routing', async () => {
    await expect((await get('app://linewarden/devices/core')).text()).resolves.toBe('<!doctype html>window');
  });

  it('says 404 for a file that is not there', async () => {
    expect((await get('app://linewarden/assets/none.js')).status).toBe(404);
  });

  it.each([
    ['dots', 'app://linewarden/../secret.txt'],
    ['dots after a folder', 'app://linewarden/assets/../../secret.txt'],
    ['encoded dots', 'app://linewarden/%2e%2e/secret.txt'],
    ['an encoded slash', 'app://linewarden/..%2fsecret.txt'],
    ['all encoded', 'app://linewarden/%2e%2e%2fsecret.txt'],
    ['encoded dots after a folder', 'app://linewarden/assets/%2e%2e%2f%2e%2e%2fsecret.txt'],
    ['an encoded backslash', 'app://linewarden/..%5csecret.txt'],
    ['a backslash', 'app://linewarden/..\\secret.txt'],
    ['a neighbour whose name begins alike', 'app://linewarden/..%2frenderer-evil%2fa.js'],
    ['twice encoded dots', 'app://linewarden/%252e%252e%252fsecret.txt'],
    ['a drive', 'app://linewarden/c:%5csecret.txt'],
    ['a NUL', 'app://linewarden/index.html%00.js'],
    ['broken encoding', 'app://linewarden/%ff%fe.js'],
    ['another host', 'app://elsewhere/index.html'],
    ['no host', 'app:///index.html'],
    ['another scheme', 'file:///etc/passwd'],
    ['no URL', 'secret.txt'],
  ])('serves nothing for %s', async (_, url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    await expect(answer.text()).resolves.toBe('');
  });

  it('does not serve an absolute path', async () => {
    const absolute = path.join(top, 'secret.txt');
    expect((await get(`app://linewarden/${encodeURIComponent(absolute)}`)).status).toBe(404);
    expect((await get(`app://linewarden/${absolute}`)).status).toBe(404);
  });

  it('means a file inside its folder or none, whatever the path', () => {
    for (const url of ['app://linewarden/a/b.js', 'app://linewarden//x.js', 'app://linewarden/%2f%2fetc/x.js'])
      expect(fileFor(dir, url)).toSatisfy(
        (file: string | undefined) => file === undefined || file.startsWith(`${dir}${path.sep}`),
      );
  });

  it.each(['..%5csecret.txt', 'assets%5c..%5c..%5csecret.txt', 'c:%2fsecret.txt', 'index.html::$DATA.html', 'a%00.js'])(
    'means no file by %s, whatever the system takes it for',
    (name) => {
      expect(fileFor(dir, `app://linewarden/${name}`)).toBeUndefined();
    },
  );

  it('answers nothing but GET and HEAD', async () => {
    expect((await get('app://linewarden/', 'POST')).status).toBe(405);
    await expect((await get('app://linewarden/', 'HEAD')).text()).resolves.toBe('');
  });

  it.each(['app://linewarden/', 'app://linewarden/assets/main.js', 'app://linewarden/none.js'])(
    'sends the security headers with %s',
    async (url) => {
      const { headers } = await get(url);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ]),
      );
      expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it('is a secure origin of its own that does not get past the policy', () => {
    expect(SCHEME_PRIVILEGES).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true } });
    expect(SCHEME_PRIVILEGES.privileges).not.toHaveProperty('bypassCSP');
    expect(SCHEME_PRIVILEGES.privileges).not.toHaveProperty('corsEnabled');
  });
});
