// app://linewarden/: the built window, served from its folder and from nowhere above it.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Protocol } from 'electron';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';
import { HOST, SCHEME } from './page-origin.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** To be said before Electron is ready: the scheme has origins, is secure, and its pages may fetch from it. */
export const SCHEME_PRIVILEGES = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const;

/**
 * The file that a URL of the window means, undefined when it means none inside `dir`.
 * A path without an extension is a page of the window's own routing and means index.html.
 */
export function fileFor(dir: string, url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== `${SCHEME}:` || host !== HOST) return undefined;
  const decoded = decodePath(pathname);
  // A backslash separates folders on Windows, a colon names a drive or a stream there, and a NUL ends a C string.
  if (decoded === undefined || /[\\:\0]/.test(decoded)) return undefined;
  const file = path.resolve(dir, `.${decoded}`);
  const inside = path.relative(dir, file);
  if (inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) return undefined;
  return path.extname(file) === '' ? path.join(dir, 'index.html') : file;
}

function decodePath(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

/** Answers one request for the window's files. */
export async function serveFile(dir: string, request: { url: string; method: string }): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const file = fileFor(dir, request.url);
  if (file === undefined) return refuse(404);
  try {
    if (!(await stat(file)).isFile()) return refuse(404);
    const body = await readFile(file);
    return new Response(request.method === 'HEAD' ? null : body, { headers: headersFor(file) });
  } catch {
    return refuse(404);
  }
}

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const headersFor = (file: string): Record<string, string> => ({
  ...SECURITY_HEADERS,
  'content-type': TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
});

const refuse = (status: number): Response => new Response(null, { status, headers: SECURITY_HEADERS });

export function serveApp(protocol: Protocol, dir: string): void {
  protocol.handle(SCHEME, (request) => serveFile(dir, request));
}
