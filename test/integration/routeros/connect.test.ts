// The seventeen cases that a client of the RouterOS API must survive: those of connecting and logging in.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { challengeResponse } from '../../../electron/engine/collectors/routeros/client/login.ts';
import { sentence } from '../../lab/routeros/wire.ts';
import {
  atEnd,
  certificate,
  connected,
  connectTo,
  failureOf,
  hostile,
  router,
  ROUTER_SHA256,
  SECRET,
} from './support.ts';

describe('case 4: !fatal, or the peer closes, during login', () => {
  it('!fatal', async () => {
    const { port } = await hostile({
      ownLogin: true,
      onCommand: (socket) => socket.end(sentence('!fatal', 'too many sessions')),
    });
    const failure = await failureOf(connectTo(port));
    expect(failure.code).toBe('LW_ROUTEROS_FATAL');
    expect(failure.message).toContain('too many sessions');
  });

  it.each([
    ['FIN', (socket: Socket) => socket.end()],
    ['RST', (socket: Socket) => socket.resetAndDestroy()],
  ])('%s after the login was sent', async (_, end) => {
    const { port } = await hostile({ ownLogin: true, onCommand: (socket) => end(socket) });
    const failure = await failureOf(connectTo(port));
    expect(failure.code).toBe('LW_ROUTEROS_CLOSED_DURING_LOGIN');
    expect(failure.hint).toContain('/ip service');
  });

  it('closed as soon as connected', async () => {
    const { port } = await hostile({ onConnect: (socket) => socket.end() });
    expect((await failureOf(connectTo(port))).code).toBe('LW_ROUTEROS_CLOSED_DURING_LOGIN');
  });
});

describe('case 9: write after close', () => {
  it('rejects at once', async () => {
    const { port } = await router();
    const connection = await connected(port);
    connection.close();
    expect((await failureOf(connection.print('/interface'))).code).toBe('LW_ROUTEROS_CLOSED');
    expect((await connection.closed).code).toBe('LW_ROUTEROS_CLOSED');
  });
});

describe('case 10: wrong password, no permission', () => {
  it.each(['6.42.12', '6.49.17', '7.15.3'])('wrong password on %s', async (version) => {
    const { port } = await router({ version });
    const failure = await failureOf(connectTo(port, { password: 'wrong-password' }));
    expect(failure.code).toBe('LW_ROUTEROS_LOGIN_FAILED');
    expect(failure.hint).toContain('user name and password');
    expect(JSON.stringify([failure.message, failure.hint, failure.stack])).not.toContain('wrong-password');
  });

  it('a peer that echoes the password finds no echo in our errors', async () => {
    const { port } = await hostile({
      ownLogin: true,
      onCommand: (socket, words) => socket.write(sentence('!trap', `=message=bad: ${words.join(' ')}`)),
    });
    const failure = await failureOf(connectTo(port));
    expect(failure.code).toBe('LW_ROUTEROS_LOGIN_FAILED');
    expect(failure.message).toContain('***');
    expect(JSON.stringify([failure.message, failure.hint, failure.stack, failure.cause])).not.toContain(SECRET);
  });

  it('nor does one that echoes it in a !fatal, or later', async () => {
    const echo = `=message=you said ${SECRET}`;
    const early = await hostile({ ownLogin: true, onCommand: (socket) => socket.write(sentence('!fatal', echo)) });
    const atLogin = await failureOf(connectTo(early.port));
    const later = await hostile({
      onCommand: (socket, words, tag) =>
        socket.write(words[0] === '/quit' ? sentence('!fatal', `bye ${SECRET}`) : sentence('!trap', echo, tag)),
    });
    const connection = await connectTo(later.port);
    const trap = await failureOf(connection.print('/system/identity'));
    const fatal = await failureOf(connection.run(['/quit']));
    expect([atLogin, trap, fatal].map(({ message }) => /you said \*\*\*|bye \*\*\*/.test(message))).toEqual([
      true,
      true,
      true,
    ]);
    expect(JSON.stringify([atLogin, trap, fatal].map((error) => [error.message, error.stack]))).not.toContain(SECRET);
  });

  it('a user without the policy "api" may not log in, one without "read" may not read', async () => {
    const noApi = await router({ policies: ['read'] });
    expect((await failureOf(connectTo(noApi.port))).code).toBe('LW_ROUTEROS_NO_PERMISSION');
    const noRead = await router({ policies: ['api'] });
    const failure = await failureOf((await connected(noRead.port)).print('/system/resource'));
    expect(failure.code).toBe('LW_ROUTEROS_NO_PERMISSION');
    expect(failure.hint).toContain('policy=read,api');
  });
});

describe('case 11: refused, TLS, certificates, and a peer that is no RouterOS', () => {
  it('a refused port', async () => {
    const started = await router();
    await started.setOffline(true);
    const failure = await failureOf(connectTo(started.port));
    expect(failure.code).toBe('LW_ROUTEROS_REFUSED');
    expect(failure.message).toBe(`127.0.0.1:${started.port} refuses the connection.`);
    expect(failure.hint).toContain('/ip service set api disabled=no');
  });

  it('a refused port by a name with several addresses has a text too', async () => {
    const started = await router();
    await started.setOffline(true);
    const failure = await failureOf(connectTo(started.port, { address: 'localhost' }));
    expect(failure.code).toBe('LW_ROUTEROS_REFUSED');
    expect(failure.message).not.toBe('');
  });

  it('a name that does not exist', async () => {
    const failure = await failureOf(connectTo(8_728, { address: 'router.invalid' }));
    expect(failure.code).toBe('LW_ROUTEROS_DNS');
    expect(failure.message).toContain('router.invalid');
  });

  it('TLS to a plain port, and plain to a TLS port', async () => {
    const http = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    atEnd(() => http.close());
    const { port } = http.address() as AddressInfo;
    const noTls = await failureOf(connectTo(port, { tls: 'insecure' }));
    expect(noTls.code).toBe('LW_ROUTEROS_TLS_FAILED');
    expect(noTls.hint).toContain('8729');

    const secured = await router({ tls: certificate('router') });
    const noPlain = await failureOf(connectTo(secured.port));
    expect(['LW_ROUTEROS_NOT_ROUTEROS', 'LW_ROUTEROS_CLOSED_DURING_LOGIN']).toContain(noPlain.code);
    // A TLS alert as a server sends it to a client that speaks plainly.
    const alerting = await hostile({ onConnect: (socket) => socket.write(Buffer.from('15030100020246', 'hex')) });
    const alerted = await failureOf(connectTo(alerting.port));
    expect(alerted.code).toBe('LW_ROUTEROS_NOT_ROUTEROS');
    expect(alerted.hint).toContain('choose TLS');
  });

  it('a self-signed certificate: the error tells its SHA-256 to pin', async () => {
    const { port } = await router({ tls: certificate('router') });
    const failure = await failureOf(connectTo(port, { tls: 'verify' }));
    expect(failure.code).toBe('LW_ROUTEROS_TLS_SELF_SIGNED');
    expect(failure.hint).toContain(ROUTER_SHA256);
  });

  it('insecure and the right pin connect, a changed pin does not, and no login is sent to it', async () => {
    const started = await router({ tls: certificate('router') });
    const insecure = await connected(started.port, { tls: 'insecure' });
    expect(insecure.certificateSha256).toBe(ROUTER_SHA256);
    const pinned = await connected(started.port, {
      tls: { pin: ROUTER_SHA256.toUpperCase().replaceAll(/..(?=.)/g, '$&:') },
    });
    expect(await pinned.print('/system/identity')).toHaveLength(1);

    const changed = await router({ tls: certificate('other-name') });
    const failure = await failureOf(connectTo(changed.port, { tls: { pin: ROUTER_SHA256 } }));
    expect(failure.code).toBe('LW_ROUTEROS_TLS_PIN_CHANGED');
    expect(failure.message).toContain('fc8a937fe6dce627a150bfb54ad0f90c147be51dd181d77f37bb48de75b328cb');
    expect(changed.commands).toEqual([]);
  });

  it.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n'],
    ['an SSH server', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['an FTP server', '220 ready\r\n'],
  ])('%s is told apart from a router', async (_, greeting) => {
    const { port } = await hostile({ onConnect: (socket) => socket.write(greeting) });
    const failure = await failureOf(connectTo(port));
    expect(failure.code).toBe('LW_ROUTEROS_NOT_ROUTEROS');
    expect(failure.hint).toContain('8728');
  });

  it('a peer that accepts and stays silent times out', async () => {
    const { port } = await hostile({ ownLogin: true });
    expect((await failureOf(connectTo(port, { connectTimeoutMs: 80 }))).code).toBe('LW_ROUTEROS_TIMEOUT');
    expect((await failureOf(connectTo(port, { connectTimeoutMs: 80, tls: 'insecure' }))).code).toBe(
      'LW_ROUTEROS_TIMEOUT',
    );
  });
});

describe('case 11: TLS with verification', () => {
  it('a certificate of a known authority connects; another name or an old date does not', async () => {
    const before = getCACertificates('default');
    atEnd(() => setDefaultCACertificates(before));
    setDefaultCACertificates([certificate('router').cert, certificate('other-name').cert, certificate('expired').cert]);

    const good = await router({ tls: certificate('router') });
    expect(await (await connected(good.port, { tls: 'verify' })).print('/system/identity')).toHaveLength(1);
    const otherName = await router({ tls: certificate('other-name') });
    expect((await failureOf(connectTo(otherName.port, { tls: 'verify' }))).code).toBe('LW_ROUTEROS_TLS_NAME');
    const expired = await router({ tls: certificate('expired') });
    expect((await failureOf(connectTo(expired.port, { tls: 'verify' }))).code).toBe('LW_ROUTEROS_TLS_EXPIRED');
    expect([otherName.commands, expired.commands]).toEqual([[], []]);
  });
});

describe('case 12: api-ssl without a certificate', () => {
  it('works by anonymous Diffie-Hellman if that is chosen, and only then', async () => {
    const { port } = await router({ tls: 'anonymous' });
    const anonymous = await connected(port, { tls: 'anonymous' });
    expect(await anonymous.print('/system/identity')).toHaveLength(1);
    expect(anonymous.certificateSha256).toBe('');
    for (const tls of ['verify', 'insecure', { pin: ROUTER_SHA256 }] as const) {
      const failure = await failureOf(connectTo(port, { tls }));
      expect(failure.code).toBe('LW_ROUTEROS_TLS_FAILED');
      expect(failure.hint).toContain('certificate');
    }
  });
});

describe('case 13: both ways to log in', () => {
  it('the challenge before 6.43: the password itself is not in the answer', async () => {
    const started = await router({ version: '6.42.12' });
    const connection = await connected(started.port);
    expect(await connection.print('/system/identity')).toHaveLength(1);
    const logins = started.commands.filter(([command]) => command === '/login');
    expect(logins).toHaveLength(2);
    expect(logins[1]?.join(' ')).toMatch(/^\/login =name=monitor =response=00[0-9a-f]{32}$/);
  });

  it('the challenge answer is the one of the published algorithm', () => {
    // printf '\0secret' + challenge bytes | md5sum
    expect(challengeResponse('secret', '0123456789abcdef0123456789abcdef')).toBe('00ebbe7c3df6b3d902bfd1f355c6e63289');
  });

  it.each(['6.43', '6.49.17', '7.15.3', '7.18'])('name and password on %s', async (version) => {
    const { port } = await router({ version });
    expect(await (await connected(port)).print('/system/identity')).toHaveLength(1);
  });
});
