// Who may speak to the HTTP surface: the token, and the Host and Origin that a browser says it comes from.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Checks tokens without telling by its timing how much of one was right; keeps only the hash. */
export function tokenCheck(token: string): (offered: string | undefined) => boolean {
  const expected = digest(token);
  return (offered) => offered !== undefined && offered !== '' && timingSafeEqual(digest(offered), expected);
}

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

const hostnameOf = (host: string): string | undefined => {
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
};

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
