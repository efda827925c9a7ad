// The built UI's files. They are few and small, so each is read whole; nothing outside their folder is ever named.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

// Mantine sets element styles at run time; nothing else may come from anywhere but here.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function registerUi(app: FastifyInstance, rendererDir: string): void {
  const root = path.resolve(rendererDir);
  app.get('/*', async (request, reply) => {
    const file = uiFile(root, request.url);
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file === undefined || found?.isFile() !== true) {
      reply.callNotFound();
      return reply;
    }
    const etag = `W/"${found.size.toString(16)}-${Math.trunc(found.mtimeMs).toString(16)}"`;
    // Built assets carry a hash in their name; the page itself must be asked for anew.
    const immutable = path.dirname(file) === path.join(root, 'assets');
    reply.headers({
      'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: etag,
    });
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(await readFile(file));
  });
}

/** The file that a request's path names below `root`; undefined when it names none or leads out of it. */
export function uiFile(root: string, url: string): string | undefined {
  const [encoded = ''] = url.split(/[?#]/, 1);
  let decoded: string;
  try {
    decoded = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  // Windows also parts at backslashes and knows drives and streams by their colons.
  if (/[\0\\:]/.test(decoded) || decoded.split('/').includes('..')) return undefined;
  const file = path.join(root, decoded === '/' ? 'index.html' : decoded);
  return file.startsWith(root + path.sep) ? file : undefined;
}
