// What went wrong on the way to a receiver, in words that name its host and nothing secret.
import { DeliveryError } from '../../delivery/queue.ts';

const TLS = /^(CERT_|ERR_TLS|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA)/;

function* codesOf(error: unknown, depth = 0): Generator<string> {
  if (!(error instanceof Error) || depth > 5) return;
  // Nodemailer puts a code of its own in the place of the system's.
  if ('originalCode' in error && typeof error.originalCode === 'string') yield error.originalCode;
  if ('code' in error && typeof error.code === 'string') yield error.code;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') yield 'ETIMEDOUT';
  if (error instanceof AggregateError) for (const each of error.errors) yield* codesOf(each, depth + 1);
  yield* codesOf(error.cause, depth + 1);
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'has no address: check the name',
  EAI_AGAIN: 'has no address now: check the name, and whether this computer reaches its name servers',
  ECONNREFUSED: 'refuses the connection: check the port, and whether it runs',
  EHOSTUNREACH: 'cannot be reached: check the address and the network between',
  ENETUNREACH: 'cannot be reached: check the address and the network between',
  ECONNRESET: 'closed the connection without an answer',
  EPIPE: 'closed the connection without an answer',
  UND_ERR_SOCKET: 'closed the connection without an answer',
  ETIMEDOUT: 'did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'did not answer in time',
  HPE_INVALID_CONSTANT: 'does not answer in HTTP: check the port, and whether it wants https',
};

function sentenceOf(code: string): string | undefined {
  if (TLS.test(code)) {
    return `did not prove who it is (${code}): check its certificate, or give its authority in tls_config.ca_file`;
  }
  if (/^(?:ERR_SSL|EPROTO)/.test(code)) return `speaks no TLS, or another kind (${code}): check the port`;
  return SENTENCES[code] ?? (code.startsWith('HPE_') ? SENTENCES['HPE_INVALID_CONSTANT'] : undefined);
}

/** Of a connection that failed; the network may be back later. */
export function connectionFailure(error: unknown, host: string): DeliveryError {
  if (error instanceof DeliveryError) return error;
  for (const code of codesOf(error)) {
    const sentence = sentenceOf(code);
    if (sentence !== undefined) return new DeliveryError(`${host} ${sentence}.`, { isRetryable: true });
  }
  // The error itself is kept out: its text may hold the whole address.
  return new DeliveryError(`${host} could not be told.`, { isRetryable: true });
}

const MAX_QUOTED = 200;
/** A path's shorter parts, such as `hooks`, are words. */
const MIN_PART = 8;

/** What of an address may be a secret, the longest first: servers say "Cannot POST /hooks/KEY". */
export function secretsOfUrl(text: string): string[] {
  if (!URL.canParse(text)) return [text];
  const { pathname, search, searchParams, username, password } = new URL(text);
  const parts = pathname.split('/').filter((part) => part.length >= MIN_PART);
  const given = [text, `${pathname}${search}`, pathname, ...searchParams.values(), ...parts, username, password];
  return [...new Set(given)].filter((part) => part !== '/' && part !== '').toSorted((a, b) => b.length - a.length);
}

/** What a peer said, short, on one line, and without any of the secrets. */
export function quoted(text: string, secrets: readonly string[]): string {
  let plain = text;
  for (const secret of secrets) if (secret.length > 3) plain = plain.replaceAll(secret, '<secret>');
  // oxlint-disable-next-line no-control-regex -- control characters are what has to go
  plain = plain.replaceAll(/[\0-\x1f\x7f]+/g, ' ').trim();
  return plain.length > MAX_QUOTED ? `${plain.slice(0, MAX_QUOTED)}…` : plain;
}
