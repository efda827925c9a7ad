// Why a receiver gave no answer, in words that name its host and nothing secret.
import { LinewardenError } from '../../../shared/model/errors.ts';

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
};

const TLS = /^(?:CERT_|ERR_TLS|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA)/;

function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return '';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'ETIMEDOUT';
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (own in SENTENCES || TLS.test(own) || own.startsWith('HPE_')) return own;
  if (error instanceof AggregateError) return codeOf(error.errors[0], depth + 1);
  return codeOf(error.cause, depth + 1) || own;
}

/** What is wrong, as the end of a sentence that begins with the receiver. */
export function whyNoAnswer(error: unknown): string {
  // Of files that are named in the config and cannot be read.
  if (error instanceof LinewardenError) return `is not asked: ${error.message}`;
  const code = codeOf(error);
  if (TLS.test(code))
    return `did not prove who it is (${code}): check its certificate, or give its authority in ca_file`;
  if (/^(?:ERR_SSL|EPROTO)/.test(code)) return `speaks no TLS, or another kind (${code}): check the port`;
  if (code.startsWith('HPE_')) return 'does not answer in HTTP: check the port, and whether it wants https';
  return SENTENCES[code] ?? `could not be asked${code === '' ? '' : ` (${code})`}`;
}
