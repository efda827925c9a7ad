import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerUi, uiFile } from '../../../electron/engine/api/http/ui-files.ts';

describe('the files of the UI', () => {
  let dir: string;
  let app: FastifyInstance;
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'linewarden-ui-'));
    mkdirSync(path.join(dir, 'ui/assets'), { recursive: true });
    writeFileSync(path.join(dir, 'secret.txt'), 'secret');
    writeFileSync(path.join(dir, 'ui/index.html'), '<p>page</p>');
    writeFileSync(path.join(dir, 'ui/assets/index-1a2b.js'), 'run()');
    app = fastify();
    registerUi(app, path.join(dir, 'ui'));
  });
  afterAll(async () => {
    await app.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('the page is asked for anew each time, and not sent again when it is the same', async () => {
    const first = await app.inject('/?from=1');
    expect(first.body).toBe('<p>page</p>');
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    const again = await app.inject({ url: '/', headers: { 'if-none-match': String(first.headers['etag']) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('assets, whose names change with their content, are kept for a year', async () => {
    const { body, headers } = await app.inject('/assets/index-1a2b.js');
    expect(body).toBe('run()');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('a HEAD gets the length without the content', async () => {
    const { body, headers } = await app.inject({ method: 'HEAD', url: '/assets/index-1a2b.js' });
    expect([body, headers['content-length']]).toEqual(['', '5']);
  });

  it.each(['/assets', '/assets/', '/none.js', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%00'])(
    'there is nothing at %s',
    async (url) => {
      expect((await app.inject(url)).statusCode).toBe(404);
    },
  );

  it.each(['/..\\secret.txt', '/%5c..%5csecret.txt', '/C:/secret.txt', '/index.html:stream', '/%', '/a/../index.html'])(
    '%s names no file on any platform',
    (url) => {
      expect(uiFile(path.resolve('/ui'), url)).toBeUndefined();
    },
  );
});
