import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { webhookReceiver } from '../../../../electron/engine/alerting/receivers/webhook/index.ts';
import { goTimestamp } from '../../../../electron/engine/alerting/receivers/webhook/payload.ts';
import { MESSAGE } from './message.ts';
import { contextOf, type PeerAnswer, startPeer } from './peer.ts';

const peers: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

const peerOf = async (...args: Parameters<typeof startPeer>) => {
  const peer = await startPeer(...args);
  peers.push(peer);
  return peer;
};

const answering = (answer: PeerAnswer) => peerOf(() => answer);

const send = (settings: object, overrides: Parameters<typeof contextOf>[0] = {}) =>
  webhookReceiver.send(webhookReceiver.schema.parse(settings), MESSAGE, contextOf(overrides).context);

const PAYLOAD = {
  receiver: String.raw`team\.x`,
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'LinkDown', instance: 'core:8728', severity: 'critical', site: 'north' },
      annotations: {
        summary: 'Link of <core> & "edge" is down',
        description: 'ether1 lost its link.',
        runbook: 'https://wiki.example/r?a=1&b=2',
      },
      startsAt: '2026-11-21T03:04:05Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://lw.example/graph?g0.expr=up',
      fingerprint: '0123456789abcdef',
    },
    {
      status: 'resolved',
      labels: { alertname: 'LinkDown', instance: 'edge:8728', severity: 'critical', site: 'north' },
      annotations: { summary: 'Link of edge is down', description: 'ether1 lost its link.' },
      startsAt: '2026-11-21T03:04:05Z',
      endsAt: '2026-11-21T03:05:35.5Z',
      generatorURL: '',
      fingerprint: 'fedcba9876543210',
    },
  ],
  notification_reason: 'first notification',
  groupLabels: { alertname: 'LinkDown', site: 'north' },
  commonLabels: { alertname: 'LinkDown', severity: 'critical', site: 'north' },
  commonAnnotations: { description: 'ether1 lost its link.' },
  routeLabels: { team: 'field' },
  externalURL: 'http://lw.example',
  version: '4',
  groupKey: '{}:{alertname="LinkDown", site="north"}',
  truncatedAlerts: 0,
};

describe('webhook', () => {
  it("posts Alertmanager's JSON of version 4", async () => {
    const peer = await peerOf();
    await send({ url: `${peer.url}/hook?key=1` });
    expect(peer.received).toHaveLength(1);
    expect(peer.received[0]).toMatchObject({
      method: 'POST',
      path: '/hook?key=1',
      headers: { 'content-type': 'application/json' },
    });
    expect(peer.received[0]?.body).toEqual(PAYLOAD);
  });

  it('leaves out what is over max_alerts and says how many', async () => {
    const peer = await peerOf();
    await send({ url: peer.url, max_alerts: 1 });
    expect(peer.received[0]?.body).toEqual({ ...PAYLOAD, alerts: [PAYLOAD.alerts[0]], truncatedAlerts: 1 });
  });

  it('takes the URL from a file, each time', async () => {
    const peer = await peerOf();
    const dir = mkdtempSync(path.join(tmpdir(), 'lw-webhook-'));
    const file = path.join(dir, 'url');
    writeFileSync(file, `${peer.url}/one\n`);
    await send({ url_file: file });
    writeFileSync(file, `${peer.url}/two\n`);
    await send({ url_file: file });
    rmSync(dir, { recursive: true });
    await expect(send({ url_file: file })).rejects.toMatchObject({ isRetryable: true });
    expect(peer.received.map((each) => each.path)).toEqual(['/one', '/two']);
  });

  it.each([
    [{ basic_auth: { username: 'me', password: 'p:w' } }, 'Basic bWU6cDp3'],
    [{ authorization: { credentials: 'tok' } }, 'Bearer tok'],
    [{ authorization: { type: 'Token', credentials: 'tok' } }, 'Token tok'],
    [{ bearer_token: 'old' }, 'Bearer old'],
    [{}, undefined],
  ])('signs in by http_config %j', async (http, expected) => {
    const peer = await peerOf();
    await send({ url: peer.url, http_config: http });
    expect(peer.received[0]?.headers.authorization).toBe(expected);
  });

  it('signs in as the URL says, and by the global http_config where there is no own one', async () => {
    const peer = await peerOf();
    await send({ url: peer.url.replace('//', '//us%40er:pa%3Ass@') });
    await send({ url: peer.url }, { global: { http_config: { bearer_token: 'shared', follow_redirects: true } } });
    expect(peer.received.map((each) => each.headers.authorization)).toEqual([
      'Basic dXNAZXI6cGE6c3M=',
      'Bearer shared',
    ]);
  });

  it.each([
    [500, true],
    [503, true],
    [429, true],
    [400, false],
    [404, false],
    [301, false],
  ])('of status %i: retryable %s', async (status, isRetryable) => {
    const peer = await answering({ status, body: 'no\nthanks' });
    const hint = status === 301 ? '; enter the address that it leads to' : '';
    await expect(send({ url: `${peer.url}/hook` })).rejects.toMatchObject({
      message: `${peer.host} answered ${status}: no thanks${hint}.`,
      isRetryable,
    });
  });

  it('can try again when nobody listens, or nobody answers in time', async () => {
    const gone = await startPeer();
    await gone.stop();
    await expect(send({ url: gone.url })).rejects.toMatchObject({
      message: `${gone.host} refuses the connection: check the port, and whether it runs.`,
      isRetryable: true,
    });
    const silent = await answering({ isSilent: true });
    await expect(send({ url: silent.url, timeout: '50ms' })).rejects.toMatchObject({
      message: `${silent.host} did not answer in time.`,
      isRetryable: true,
    });
    await expect(send({ url: silent.url }, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      isRetryable: true,
    });
  });

  it('reads a bounded piece of an endless answer', async () => {
    const peer = await answering({ status: 500, body: 'x'.repeat(10_000_000) });
    const failed = send({ url: peer.url });
    await expect(failed).rejects.toMatchObject({ isRetryable: true });
    const { message } = (await failed.catch((error: unknown) => error)) as Error;
    expect(message).toBe(`${peer.host} answered 500: ${'x'.repeat(200)}….`);
  });

  it('follows a redirection that keeps the POST, without the credentials to another place', async () => {
    const target = await peerOf();
    const peer = await peerOf(({ path: at }) =>
      at === '/a'
        ? { status: 307, headers: { location: '/b' } }
        : { status: 308, headers: { location: `${target.url}/c` } },
    );
    await send({ url: `${peer.url}/a`, http_config: { bearer_token: 'tok' } });
    expect(peer.received.map((each) => [each.path, each.headers.authorization])).toEqual([
      ['/a', 'Bearer tok'],
      ['/b', 'Bearer tok'],
    ]);
    expect(target.received[0]).toMatchObject({ method: 'POST', path: '/c', body: PAYLOAD });
    expect(target.received[0]?.headers.authorization).toBeUndefined();
    await expect(send({ url: `${peer.url}/a`, http_config: { follow_redirects: false } })).rejects.toThrow(
      'answered 307',
    );
    const circle = await answering({ status: 307, headers: { location: '/' } });
    await expect(send({ url: circle.url })).rejects.toThrow('answered 307');
    expect(circle.received).toHaveLength(6);
  });

  it('tells no part of an address that may be a secret, though the other end names it', async () => {
    const peer = await peerOf(({ path: asked }) => ({
      status: 404,
      body: `Cannot POST ${asked}; no hook k3y-k3y-k3y`,
    }));
    await expect(send({ url: `${peer.url}/hooks/k3y-k3y-k3y?t=7oken` })).rejects.toThrow(
      `${peer.host} answered 404: Cannot POST <secret>; no hook <secret>.`,
    );
  });

  it('tells no secret', async () => {
    const peer = await peerOf(({ headers, path: at }) => ({
      status: 400,
      body: `bad ${String(headers.authorization)} at http://${String(headers.host)}${at}`,
    }));
    const failed = await send({
      url: `${peer.url}/T0/SECRETPATH`,
      http_config: { authorization: { credentials: 'hunter22' } },
    }).catch((error: unknown) => error);
    expect(String(failed)).toBe(`Error: ${peer.host} answered 400: bad Bearer <secret> at <secret>.`);
    const invalid = webhookReceiver.schema.safeParse({ url: 'hooks.example/SECRETPATH' });
    expect(JSON.stringify(invalid.error?.issues)).toContain('url to be an http or https URL');
    expect(JSON.stringify(invalid.error?.issues)).not.toContain('SECRETPATH');
  });

  it.each([
    [{}, 'url or url_file'],
    [{ url: 'http://a', url_file: 'b' }, 'url or url_file, not both'],
    [{ url: 'ftp://a' }, 'url to be an http or https URL'],
    [{ url: 'http://a', http_config: { proxy_url: 'http://p' } }, 'nothing: a proxy is not supported by Linewarden'],
    [{ url: 'http://a', http_config: { oauth2: {} } }, 'nothing: OAuth 2 is not supported by Linewarden'],
    [
      { url: 'http://a', http_config: { bearer_token: 'a', basic_auth: { username: 'b' } } },
      'one of basic_auth, authorization and bearer_token',
    ],
  ])('refuses %j', (settings, message) => {
    const result = webhookReceiver.schema.safeParse(settings);
    expect(result.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  it('tells of ends unless told otherwise', () => {
    expect(webhookReceiver.sendsResolved(webhookReceiver.schema.parse({ url: 'http://a' }))).toBe(true);
    expect(webhookReceiver.sendsResolved(webhookReceiver.schema.parse({ url: 'http://a', send_resolved: false }))).toBe(
      false,
    );
  });
});

describe('times in the body', () => {
  it.each([
    [1_795_230_245_000, '2026-11-21T03:04:05Z'],
    [1_795_230_245_120, '2026-11-21T03:04:05.12Z'],
    [1_795_230_240_005, '2026-11-21T03:04:00.005Z'],
    [0, '1970-01-01T00:00:00Z'],
    [-1_000, '1969-12-31T23:59:59Z'],
  ])('%s is %s', (ms, text) => {
    expect(goTimestamp(ms)).toBe(text);
  });
});
