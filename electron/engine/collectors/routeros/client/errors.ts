// Every way in which speaking to a router fails, as a code, a sentence for the operator and what to do.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { WireViolation } from './codec.ts';
import { describeEndpoint, type Endpoint } from './options.ts';
import { type Reply, trapCategories } from './reply.ts';
import { printable } from './text.ts';

export type RouterosCode =
  | 'LW_ROUTEROS_REFUSED'
  | 'LW_ROUTEROS_TIMEOUT'
  | 'LW_ROUTEROS_UNREACHABLE'
  | 'LW_ROUTEROS_DNS'
  | 'LW_ROUTEROS_LOGIN_FAILED'
  | 'LW_ROUTEROS_NO_PERMISSION'
  | 'LW_ROUTEROS_TLS_SELF_SIGNED'
  | 'LW_ROUTEROS_TLS_UNTRUSTED'
  | 'LW_ROUTEROS_TLS_NAME'
  | 'LW_ROUTEROS_TLS_EXPIRED'
  | 'LW_ROUTEROS_TLS_PIN_CHANGED'
  | 'LW_ROUTEROS_TLS_FAILED'
  | 'LW_ROUTEROS_NOT_ROUTEROS'
  | 'LW_ROUTEROS_CLOSED_DURING_LOGIN'
  | 'LW_ROUTEROS_CLOSED'
  | 'LW_ROUTEROS_FATAL'
  | 'LW_ROUTEROS_PROTOCOL'
  | 'LW_ROUTEROS_TOO_LARGE'
  | 'LW_ROUTEROS_TOO_MANY_SERIES'
  | 'LW_ROUTEROS_TRAP'
  | 'LW_ROUTEROS_NO_SUCH_COMMAND'
  | 'LW_ROUTEROS_CANCELLED'
  | 'LW_ROUTEROS_FAILED';

export const routerosError = (code: RouterosCode, message: string, hint = '', cause?: unknown): LinewardenError =>
  new LinewardenError(code, message, cause === undefined ? { hint } : { hint, cause });

const enableApi =
  'Enable the API on the router: /ip service set api disabled=no (api-ssl for TLS), and check the port.';
const checkFirewall = 'Check the address, the cable and the firewall between here and the router.';
const allowAddress =
  'The router may allow other addresses only: add this machine to "address" of /ip service and of /user.';

/** Node's error code; an AggregateError of several tried addresses has an empty text and keeps it inside. */
export function nodeErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors)) return nodeErrorCode(error.errors[0]);
  return '';
}

/** A failure before or below TLS. */
export function transportError(endpoint: Endpoint, error: unknown): LinewardenError {
  const where = describeEndpoint(endpoint);
  const code = nodeErrorCode(error);
  switch (code) {
    case 'ECONNREFUSED':
      return routerosError('LW_ROUTEROS_REFUSED', `${where} refuses the connection.`, enableApi, error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
    case 'EAI_NONAME': {
      const text = `The name ${endpoint.address} cannot be resolved to an address.`;
      return routerosError('LW_ROUTEROS_DNS', text, 'Check its spelling and the DNS, or give the IP address.', error);
    }
    case 'ETIMEDOUT':
      return timeoutError(`${where} does not answer.`, checkFirewall);
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return routerosError('LW_ROUTEROS_UNREACHABLE', `There is no route to ${where}.`, checkFirewall, error);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return closedError(endpoint, error);
    default: {
      const text = `The connection to ${where} failed${code === '' ? '' : ` (${code})`}.`;
      return routerosError('LW_ROUTEROS_FAILED', text, checkFirewall, error);
    }
  }
}

export const timeoutError = (message: string, hint = checkFirewall): LinewardenError =>
  routerosError('LW_ROUTEROS_TIMEOUT', message, hint);

export const closedError = (endpoint: Endpoint, cause?: unknown): LinewardenError =>
  routerosError(
    'LW_ROUTEROS_CLOSED',
    `The connection to ${describeEndpoint(endpoint)} was closed by the other side.`,
    'It is tried again by itself; the router may have restarted.',
    cause,
  );

export const closedDuringLoginError = (endpoint: Endpoint, cause?: unknown): LinewardenError =>
  routerosError(
    'LW_ROUTEROS_CLOSED_DURING_LOGIN',
    `${describeEndpoint(endpoint)} closed the connection during the login.`,
    allowAddress,
    cause,
  );

export const closedHereError = (endpoint: Endpoint): LinewardenError =>
  routerosError('LW_ROUTEROS_CLOSED', `The connection to ${describeEndpoint(endpoint)} is closed.`);

export const cancelledError = (): LinewardenError =>
  routerosError('LW_ROUTEROS_CANCELLED', 'The request to the router was cancelled.');

/** A signal that was aborted with one of our errors says itself why. */
export function abortError(signal: AbortSignal): LinewardenError {
  const reason: unknown = signal.reason;
  return reason instanceof LinewardenError ? reason : cancelledError();
}

export function fatalError(endpoint: Endpoint, reply: Reply, duringLogin: boolean): LinewardenError {
  const said = printable(reply.text || (reply.row.get('message') ?? ''));
  const text = `${describeEndpoint(endpoint)} ended the session${said === '' ? '.' : `: ${said}`}`;
  return routerosError('LW_ROUTEROS_FATAL', text, duringLogin ? allowAddress : 'It is tried again by itself.');
}

export function violationError(endpoint: Endpoint, violation: WireViolation): LinewardenError {
  const where = describeEndpoint(endpoint);
  if (violation.kind !== 'not-a-reply') {
    const text = `${where} sent what the RouterOS API does not allow (${violation.kind}: ${violation.detail}).`;
    return routerosError('LW_ROUTEROS_PROTOCOL', text, 'Check that this port is the API service of a RouterOS device.');
  }
  // A TLS alert record begins 15 03: a plain client at a TLS port.
  const hint = violation.detail.startsWith('15 03')
    ? 'The port speaks TLS: choose TLS for this router, or use the port of the plain API (8728).'
    : 'Give the port of the API service (8728, with TLS 8729), not that of WinBox, the web or SSH.';
  return routerosError('LW_ROUTEROS_NOT_ROUTEROS', `${where} answers, but not as a RouterOS API.`, hint);
}

const readPolicies = 'The user needs the policies "read" and "api": /user group set <group> policy=read,api';

/** A !trap as an answer to a command. The router's own words stay in the sentence. */
export function trapError(command: string, reply: Reply): LinewardenError {
  const said = printable(reply.row.get('message') ?? '') || 'no message';
  const category = trapCategories[reply.row.get('category') ?? ''];
  const text = `The router answered "${said}" to ${command}${category === undefined ? '' : ` (${category})`}.`;
  if (/not enough permissions|not permitted|permission denied/i.test(said)) {
    return routerosError('LW_ROUTEROS_NO_PERMISSION', text, readPolicies);
  }
  if (/no such command|unknown command|bad command name/i.test(said)) {
    return routerosError('LW_ROUTEROS_NO_SUCH_COMMAND', text, 'This RouterOS version or its packages do not have it.');
  }
  return routerosError('LW_ROUTEROS_TRAP', text);
}

/** A !trap as an answer to the login. */
export function loginTrapError(endpoint: Endpoint, username: string, reply: Reply): LinewardenError {
  const said = printable(reply.row.get('message') ?? '');
  const who = `${printable(username)} on ${describeEndpoint(endpoint)}`;
  if (/permi|not allowed|policy/i.test(said)) {
    const text = `The user ${who} may not use the API: "${said}".`;
    return routerosError('LW_ROUTEROS_NO_PERMISSION', text, readPolicies);
  }
  const text = `The login as ${who} was refused: "${said === '' ? 'no reason given' : said}".`;
  const hint = `Check user name and password. ${allowAddress}`;
  return routerosError('LW_ROUTEROS_LOGIN_FAILED', text, hint);
}
