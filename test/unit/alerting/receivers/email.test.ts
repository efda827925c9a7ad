import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { emailReceiver } from '../../../../electron/engine/alerting/receivers/email/index.ts';
import { MESSAGE } from './message.ts';
import { contextOf } from './peer.ts';

const fixture = (name: string): string => path.resolve(import.meta.dirname, '../../../fixtures/tls', name);

type Taken = {
  readonly from: string;
  readonly to: string[];
  readonly secure: boolean;
  readonly raw: string;
  user: string;
};

const servers: SMTPServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(resolve);
    await promise;
  }
});

const NAME = 'me';
const PASSWORD = 'hunter22';

/** A mail server on loopback with STARTTLS and a sign-in, unless told otherwise. */
async function startMailServer(options: SMTPServerOptions = {}) {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    key: readFileSync(fixture('router.key')),
    cert: readFileSync(fixture('router.crt')),
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    logger: false,
    onAuth(auth, _session, callback) {
      const { username, password } = auth;
      const isRight = password === undefined ? auth.validatePassword(PASSWORD) : password === PASSWORD;
      if (username === NAME && isRight) callback(null, { user: username });
      else callback(new Error(`no such password ${String(password)}`));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          raw: Buffer.concat(chunks).toString('utf8'),
          user: String(session.user ?? ''),
        });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  servers.push(server);
  return { smarthost: `127.0.0.1:${(server.server.address() as AddressInfo).port}`, taken };
}

const SIGN_IN = { auth_username: NAME, auth_password: PASSWORD };
const TLS = { tls_config: { ca_file: fixture('router.crt') } };

const send = (settings: object, overrides: Parameters<typeof contextOf>[0] = {}) => {
  const { context, logged } = contextOf(overrides);
  const all = { to: 'noc@example.com', from: 'Linewarden <lw@example.com>', ...settings };
  return emailReceiver.send(emailReceiver.schema.parse(all), MESSAGE, context).then(() => logged);
};

/** Headers by name in small letters, and the parts decoded by content type. */
function parsed(raw: string) {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = Object.fromEntries(
    head
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  ) as Record<string, string>;
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1];
  const parts = (boundary === undefined ? [] : rest.join('\r\n\r\n').split(`--${boundary}`))
    .filter((part) => part.includes('Content-Type'))
    .map((part) => {
      const at = part.indexOf('\r\n\r\n');
      const type = /Content-Type: ([\w/]+)/.exec(part)?.[1] ?? '';
      return [type, decoded(part.slice(at + 4), part.slice(0, at))] as const;
    });
  return { headers, parts: Object.fromEntries(parts) };
}

function decoded(body: string, head: string): string {
  if (head.includes('base64')) return Buffer.from(body, 'base64').toString('utf8');
  if (!head.includes('quoted-printable')) return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

describe('email', () => {
  it('sends text and HTML over STARTTLS, signed in', async () => {
    const { smarthost, taken } = await startMailServer();
    await send({ smarthost, ...SIGN_IN, ...TLS });
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({ from: 'lw@example.com', to: ['noc@example.com'], secure: true, user: NAME });
    const { headers, parts } = parsed(taken[0]?.raw ?? '');
    expect(headers).toMatchObject({
      subject: '[FIRING:1] LinkDown north (critical)',
      from: 'Linewarden <lw@example.com>',
      to: 'noc@example.com',
    });
    expect(headers['content-type']).toMatch(/^multipart\/alternative;/);
    expect(Object.keys(parts)).toEqual(['text/plain', 'text/html']);
    expect(parts['text/plain']).toMatch(/^Firing\r\nLink of <core> & "edge" is down\r\nether1 lost its link\.\r\n/);
    expect(parts['text/plain']).toContain('All alerts: http://lw.example/alerts');
    expect(parts['text/html']).toContain('Link of &lt;core&gt; &amp; &#34;edge&#34; is down');
    expect(parts['text/html']).toContain('https://wiki.example/r?a=1&amp;b=2');
    expect(parts['text/html']).toContain('until 2026-11-21 03:05:35 UTC');
  });

  it('takes server, sender and sign-in from global', async () => {
    const { smarthost, taken } = await startMailServer();
    const global = {
      smtp_smarthost: smarthost,
      smtp_from: 'global@example.com',
      smtp_auth_username: NAME,
      smtp_auth_password: PASSWORD,
      smtp_hello: 'nms.example',
      smtp_tls_config: { ca_file: fixture('router.crt'), insecure_skip_verify: false },
    };
    await send({ from: undefined }, { global });
    expect(taken[0]).toMatchObject({ from: 'global@example.com', user: NAME });
  });

  it('renders addresses and headers, which do not change where it goes', async () => {
    const { smarthost, taken } = await startMailServer();
    await send({
      smarthost,
      ...SIGN_IN,
      ...TLS,
      to: '{{ .CommonLabels.site }}@example.com, b@example.com',
      headers: {
        Subject: 'Now\n {{ .Status }}',
        To: 'everybody@example.com',
        'X-Site': '{{ .CommonLabels.site }}\r\nEvil: 1',
      },
      html: '',
      text: 'é {{ .Status }}',
    });
    expect(taken[0]?.to).toEqual(['north@example.com', 'b@example.com']);
    const raw = taken[0]?.raw ?? '';
    const { headers } = parsed(raw);
    expect(headers).toMatchObject({ subject: 'Now firing', to: 'everybody@example.com', 'x-site': 'north Evil: 1' });
    expect(headers['evil']).toBeUndefined();
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });

  it('keeps the mails of a group, or of its day, together', async () => {
    const { smarthost, taken } = await startMailServer();
    await send({ smarthost, ...SIGN_IN, ...TLS, threading: { enabled: true } });
    await send({ smarthost, ...SIGN_IN, ...TLS, threading: { enabled: true, thread_by_date: 'none' } });
    const references = taken.map(({ raw }) => parsed(raw).headers['references']);
    expect(references[0]).toMatch(/^<alert-[0-9a-f]{32}-2026-11-21@linewarden>$/);
    expect(references[1]).toBe(references[0]?.replace('-2026-11-21', ''));
    expect(parsed(taken[0]?.raw ?? '').headers['in-reply-to']).toBe(references[0]);
  });

  it('signs in by CRAM-MD5 with a secret', async () => {
    const { smarthost, taken } = await startMailServer();
    await send({ smarthost, auth_username: NAME, auth_secret: PASSWORD, ...TLS });
    expect(taken[0]?.user).toBe(NAME);
  });

  it('speaks TLS from the start where told to', async () => {
    const { smarthost, taken } = await startMailServer({ secure: true });
    await send({ smarthost, ...SIGN_IN, ...TLS, force_implicit_tls: true });
    expect(taken[0]?.secure).toBe(true);
  });

  it('does not send over a connection without TLS, unless told to', async () => {
    const { smarthost, taken } = await startMailServer({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
    });
    await expect(send({ smarthost, ...SIGN_IN })).rejects.toMatchObject({
      message: expect.stringContaining(`${smarthost} offers no TLS (STARTTLS)`) as unknown,
      isRetryable: false,
    });
    expect(taken).toEqual([]);
    await send({ smarthost, ...SIGN_IN, require_tls: false });
    expect(taken[0]?.secure).toBe(false);
  });

  it('refuses a certificate that proves nothing', async () => {
    const { smarthost, taken } = await startMailServer();
    await expect(send({ smarthost, ...SIGN_IN })).rejects.toThrow(
      `${smarthost} did not prove who it is (DEPTH_ZERO_SELF_SIGNED_CERT): check its certificate, or give its authority in tls_config.ca_file.`,
    );
    expect(taken).toEqual([]);
    await expect(send({ smarthost, force_implicit_tls: true })).rejects.toThrow('speaks no TLS, or another kind');
  });

  it('tells a wrong password without the password, and does not try again', async () => {
    const { smarthost } = await startMailServer();
    const failed = send({ smarthost, auth_username: NAME, auth_password: 'wrong-one', ...TLS });
    await expect(failed).rejects.toMatchObject({
      message: `${smarthost} refused user name or password. It answered: 535 no such password <secret>`,
      isRetryable: false,
    });
  });

  it.each([
    [450, true],
    [550, false],
  ])('of a recipient refused with %i: retryable %s', async (responseCode, isRetryable) => {
    const { smarthost } = await startMailServer({
      onRcptTo(_address, _session, callback) {
        callback(Object.assign(new Error('not now'), { responseCode }));
      },
    });
    await expect(send({ smarthost, ...SIGN_IN, ...TLS })).rejects.toMatchObject({
      message: expect.stringContaining(
        `${smarthost} did not take the mail. It answered: ${responseCode} not now`,
      ) as unknown,
      isRetryable,
    });
  });

  it('counts as sent when one of several recipients is refused, and says so in the log', async () => {
    const { smarthost, taken } = await startMailServer({
      onRcptTo({ address }, _session, callback) {
        callback(address.startsWith('bad') ? new Error('unknown') : null);
      },
    });
    const logged = await send({ smarthost, ...SIGN_IN, ...TLS, to: 'bad@example.com, good@example.com' });
    expect(taken[0]?.to).toEqual(['good@example.com']);
    expect(logged).toEqual([`{"receiver":"team.x","refused":1} ${smarthost} refused recipients`]);
  });

  it('can try again when nobody listens, and ends when it is told to', async () => {
    const { smarthost } = await startMailServer();
    const [server] = servers.splice(0);
    const { promise, resolve } = Promise.withResolvers<void>();
    server?.close(resolve);
    await promise;
    await expect(send({ smarthost })).rejects.toMatchObject({
      message: `${smarthost} refuses the connection: check the port, and whether it runs.`,
      isRetryable: true,
    });
    const silent = await startMailServer({ onConnect: () => {} });
    await expect(send({ smarthost: silent.smarthost }, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      message: `${silent.smarthost} did not answer in time.`,
      isRetryable: true,
    });
  });

  it('sends plain words where a template fails, and nothing where an address does', async () => {
    const { smarthost, taken } = await startMailServer();
    await send({ smarthost, ...SIGN_IN, ...TLS, html: '{{ .Nothing }}' });
    const { headers, parts } = parsed(taken[0]?.raw ?? '');
    expect(headers['subject']).toBe('[FIRING:1] LinkDown north (critical)');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(parts).toEqual({});
    expect(taken[0]?.raw).toContain('This message is in plain words');
    await expect(send({ smarthost, ...SIGN_IN, ...TLS, to: '{{ .Nothing }}' })).rejects.toMatchObject({
      isRetryable: false,
    });
    expect(taken).toHaveLength(1);
  });

  it.each([
    [{}, /expected string/],
    [{ to: 'a@b', smarthost: 'mail.example.com' }, /^a mail server with its port/],
    [{ to: 'a@b', auth_password: 'a', auth_password_file: 'b' }, /^auth_password or auth_password_file/],
    [{ to: 'a@b', headers: { subject: 'a', Subject: 'b' } }, /^headers to have each name once/],
    [{ to: 'a@b', auth_identity: 'x' }, /^nothing: Linewarden signs in as auth_username/],
  ])('refuses %j', (settings, message) => {
    expect(emailReceiver.schema.safeParse(settings).error?.issues[0]?.message).toMatch(message);
  });

  it('needs a server and a sender, and tells ends only when asked to', () => {
    const bare = emailReceiver.schema.parse({ to: 'a@b' });
    expect(emailReceiver.missing?.(bare, {})).toMatch(/^Email needs a mail server/);
    expect(emailReceiver.missing?.(bare, { smtp_smarthost: 'm:25' })).toMatch(/^Email needs a sender/);
    expect(emailReceiver.missing?.(bare, { smtp_smarthost: 'm:25', smtp_from: 'a@b' })).toBeUndefined();
    expect(emailReceiver.sendsResolved(bare)).toBe(false);
    expect(emailReceiver.place?.(bare, { smtp_smarthost: 'm:25' })).toBe('a@b by m:25');
  });
});
