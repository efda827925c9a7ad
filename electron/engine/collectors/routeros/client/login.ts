// Login in both ways: name and password (RouterOS >= 6.43), or a challenge answered with MD5 (before).
import { createHash } from 'node:crypto';
import type { LinewardenError } from '../../../../../shared/model/errors.ts';
import { loginTrapError, routerosError } from './errors.ts';
import type { CommandReply, Exchange } from './exchange.ts';
import { describeEndpoint, type Endpoint } from './options.ts';
import type { Reply } from './reply.ts';

export type Credentials = { readonly username: string; readonly password: string };

/** "00" + MD5(zero byte, password, challenge bytes) as hex ("RouterOS API", login before 6.43). */
export function challengeResponse(password: string, challengeHex: string): string {
  const hash = createHash('md5').update(Buffer.of(0)).update(password, 'utf8').update(Buffer.from(challengeHex, 'hex'));
  return `00${hash.digest('hex')}`;
}

/** Resolves when logged in; rejects with LW_ROUTEROS_LOGIN_FAILED, _NO_PERMISSION, _FATAL, _CLOSED_DURING_LOGIN, _TIMEOUT. */
export async function login(
  exchange: Exchange,
  endpoint: Endpoint,
  { username, password }: Credentials,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const onTrap = (reply: Reply): LinewardenError => loginTrapError(endpoint, username, reply);
  const send = (...words: string[]): Promise<CommandReply> =>
    // Untagged: old versions and half-open sessions answer a login that way.
    exchange.run(['/login', `=name=${username}`, ...words], { ...options, untagged: true, onTrap });

  const first = await send(`=password=${password}`);
  const challenge = first.done.get('ret');
  if (challenge !== undefined) {
    if (!/^[0-9a-f]{32}$/i.test(challenge)) {
      const text = `${describeEndpoint(endpoint)} answered the login with something that is no challenge.`;
      throw routerosError('LW_ROUTEROS_NOT_ROUTEROS', text);
    }
    const second = await send(`=response=${challengeResponse(password, challenge)}`);
    if (second.done.has('ret')) {
      const text = `${describeEndpoint(endpoint)} asked for a second challenge.`;
      throw routerosError('LW_ROUTEROS_LOGIN_FAILED', text, 'Check user name and password.');
    }
  }
  exchange.loginDone();
}
