// Who may speak to the HTTP surface: tokens and their scopes, and the Host and Origin that a browser says it comes from.
import { hash as hashOf, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** read: ask; write: send samples and alerts; alerts: all of alerts and silences; admin: everything, and the window. */
export type Scope = 'read' | 'write' | 'alerts' | 'admin';

/** Who a token is for. */
export type Bearer = { readonly name: string; readonly scope: Scope };

/** Tokens are only known by their hash (SHA-256, hex). */
export type TokenEntry = Bearer & { readonly sha256: string };

export type TokenBook = (offered: string | undefined) => Bearer | undefined;

const digest = (text: string): Buffer => hashOf('sha256', text, 'buffer');

export const hashToken = (token: string): string => digest(token).toString('hex');

/** Looks a token up without telling by its timing how much of one was right. */
export function tokenBook(entries: readonly TokenEntry[]): TokenBook {
  const known = entries.map(({ name, scope, sha256 }) => ({ name, scope, hash: Buffer.from(sha256, 'hex') }));
  return (offered) => {
    if (offered === undefined || offered === '') return undefined;
    const hash = digest(offered);
    let found: Bearer | undefined;
    for (const entry of known) if (timingSafeEqual(entry.hash, hash)) found ??= entry;
    return found && { name: found.name, scope: found.scope };
  };
}

/** `needed`: one of them is enough. */
export const mayUse = ({ scope }: Bearer, ...needed: readonly Scope[]): boolean =>
  scope === 'admin' || needed.includes(scope);

/** The token of an Authorization header: Bearer, or the password of Basic (for clients that know only that). */
export function offeredToken(authorization: string | undefined): string | undefined {
  const match = /^(Bearer|Basic) +(\S+)$/i.exec(authorization ?? '');
  if (match === null) return undefined;
  const [, scheme = '', credentials = ''] = match;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  const plain = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return colon < 0 ? undefined : plain.slice(colon + 1);
}

/** Clients say the same few hosts with every request. */
const hostnames = new Map<string, string | undefined>();
const MAX_HOSTNAMES = 64;

function hostnameOf(host: string): string | undefined {
  if (hostnames.has(host)) return hostnames.get(host);
  if (hostnames.size >= MAX_HOSTNAMES) hostnames.clear();
  const hostname = readHostname(host);
  hostnames.set(host, hostname);
  return hostname;
}

function readHostname(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
}

/**
 * True when a Host header may be answered. A page of another site cannot make a browser send a Host that it does not
 * resolve itself, so names are only accepted from a list (DNS rebinding); an IP literal cannot be rebound.
 */
export function hostAllowed(host: string | undefined, allowedNames: readonly string[]): boolean {
  if (host === undefined) return false;
  const name = hostnameOf(host);
  if (name === undefined) return false;
  return isIP(name) !== 0 || allowedNames.includes(name.toLowerCase());
}

/** True when a browser's request comes from a page of this very server; programs send no Origin. */
export function originAllowed(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

export type Refusal = { readonly status: number; readonly error: string };

/** Why a request with these headers is not answered; undefined when it is. */
export function refusalOf(
  { host, origin }: { readonly host?: string | undefined; readonly origin?: string | undefined },
  allowedNames: readonly string[],
): Refusal | undefined {
  if (!hostAllowed(host, allowedNames)) {
    return { status: 421, error: 'This Host is not one of ours; add it to http.allowed_hosts.' };
  }
  if (!originAllowed(origin, host)) return { status: 403, error: 'Requests from other sites are refused.' };
  return undefined;
}
