// "Test connection": what a router says of itself, or why it cannot be reached and what to do.
import type { ConnectionTest, RouterForm } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { cleanText, isPrivateAddress } from '../../observations/index.ts';
import {
  connectRouter,
  normalizePin,
  type RouterosConnection,
  routerosError,
  type Row,
  type TlsMode,
} from './client/index.ts';
import { factList, known, routerboardFacts } from './facts.ts';
import { parseDurationSeconds } from './values.ts';

const CONNECT_TIMEOUT_MS = 8_000;
const COMMAND_TIMEOUT_MS = 5_000;

/** Policies that a monitoring user does not need; each lets whoever has the password do harm. */
const WIDE_POLICIES = ['write', 'policy', 'reboot', 'ftp', 'password', 'sensitive', 'sniff', 'romon'];

/** Never rejects for an expected failure: it is the answer, with its code, sentence and hint. */
export async function testRouterConnection(form: RouterForm, signal?: AbortSignal): Promise<ConnectionTest> {
  const startedMs = performance.now();
  try {
    const tls = tlsMode(form);
    const connection = await connectRouter({
      address: form.address,
      port: form.port,
      tls,
      username: form.username,
      password: form.password,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
      signal,
    });
    try {
      const facts = await readFacts(connection, signal);
      const warnings = [
        ...transportWarnings(connection, tls),
        ...(await groupWarnings(connection, form.username, signal)),
      ];
      return { ok: true, durationMs: performance.now() - startedMs, facts, warnings };
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof LinewardenError)) throw error;
    const { code, message, hint } = error;
    return { ok: false, durationMs: performance.now() - startedMs, code, message, hint };
  }
}

export function tlsMode({ tls, pin }: RouterForm): TlsMode {
  if (tls !== 'pin') return tls;
  const sha256 = normalizePin(pin);
  if (sha256 !== undefined) return { pin: sha256 };
  throw routerosError(
    'LW_ROUTEROS_TLS_FAILED',
    'The pin is no SHA-256 fingerprint.',
    'Give 64 hex digits; test once with "insecure" to see the fingerprint that the router shows.',
  );
}

async function readFacts(
  connection: RouterosConnection,
  signal?: AbortSignal,
): Promise<{ name: string; value: string }[]> {
  const [identity] = await connection.print('/system/identity', { signal });
  const [resource] = await connection.print('/system/resource', { signal });
  const [routerboard] = await optional(connection, '/system/routerboard', [], signal);
  const list = factList({
    ...known({
      identity: identity?.get('name'),
      boardName: resource?.get('board-name'),
      version: resource?.get('version'),
      architecture: resource?.get('architecture-name'),
      uptimeSeconds: parseDurationSeconds(resource?.get('uptime')),
    }),
    ...routerboardFacts(routerboard),
  });
  const board = cleanText(resource?.get('board-name') ?? '');
  if (board !== '') list.splice(1, 0, { name: 'board', value: board });
  if (connection.certificateSha256 !== '')
    list.push({ name: 'certificate SHA-256', value: connection.certificateSha256 });
  return list;
}

/** What may be missing or forbidden is empty. */
async function optional(
  connection: RouterosConnection,
  menu: string,
  queries: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Row[]> {
  try {
    return await connection.print(menu, { queries, signal });
  } catch (error) {
    if (connection.isOpen && signal?.aborted !== true) return [];
    throw error;
  }
}

function transportWarnings(connection: RouterosConnection, tls: TlsMode): string[] {
  if (tls === 'off') {
    if (connection.remoteAddress === '' || isPrivateAddress(connection.remoteAddress)) return [];
    return ['The password crosses a public network unencrypted: use api-ssl.'];
  }
  if (tls === 'insecure') {
    return [`Anybody can pretend to be this router: pin its certificate, SHA-256 ${connection.certificateSha256}.`];
  }
  if (tls === 'anonymous') return ['Anybody can pretend to be this router: give its api-ssl a certificate and pin it.'];
  return [];
}

async function groupWarnings(
  connection: RouterosConnection,
  username: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const users = await optional(connection, '/user/active', [], signal);
  const group = users.find((row) => row.get('name') === username)?.get('group');
  if (group === undefined) return [];
  const [row] = await optional(connection, '/user/group', [`name=${group}`], signal);
  const policies = (row?.get('policy') ?? '').split(',');
  const wide = WIDE_POLICIES.filter((policy) => policies.includes(policy));
  if (group !== 'full' && wide.length === 0) return [];
  const what = wide.length === 0 ? '' : ` (${wide.join(', ')})`;
  return [
    `The user's group "${cleanText(group)}" may do more than monitoring needs${what}: "read" and "api" are enough.`,
  ];
}
