// A receiver that the window adds to the served engine: tested, told of an alert, kept over a restart, its secret shown nowhere.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRpc } from '../../support/rpc.ts';
import { eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { startPeer } from '../../unit/alerting/receivers/peer.ts';

const CONFIG = 'netflow: {listen: []}\nhost: {enabled: false}\nhttp: {listen: "127.0.0.1:0"}\n';

describe('receivers of the window', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-receivers-'));
  let served: Served;
  let peer: Awaited<ReturnType<typeof startPeer>>;
  const mails: string[] = [];
  const mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, callback) {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        mails.push(text);
        callback();
      });
    },
  });

  beforeAll(async () => {
    peer = await startPeer();
    const { promise, resolve } = Promise.withResolvers<void>();
    mailServer.listen(0, '127.0.0.1', resolve);
    await promise;
    served = await startServe({ config: CONFIG, dataDir });
  });
  afterAll(async () => {
    await served.stop();
    await peer.stop();
    const { promise, resolve } = Promise.withResolvers<void>();
    mailServer.close(resolve);
    await promise;
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('are tested before they are kept, and told of alerts once they are', async () => {
    const rpc = await connectRpc(served);
    const draft = {
      name: 'hook',
      kind: 'webhook',
      settings: { url: `${peer.url}/SECRETKEY` },
      matchers: ['alertname="Posted"'],
    };
    expect(await rpc.client.receivers.sendTest({ draft })).toEqual({
      results: [{ kind: 'webhook', isSent: true, text: 'The test was sent.' }],
    });
    expect(peer.received[0]?.body).toMatchObject({
      receiver: 'hook',
      alerts: [{ labels: { alertname: 'LinewardenTest' } }],
    });
    const saved = await rpc.client.receivers.save(draft);
    expect(saved).toMatchObject({
      setBy: 'window',
      own: { secrets: ['url'], settings: {} },
      ways: [{ place: peer.host }],
    });
    const refused = rpc.client.receivers.save({ ...draft, name: 'bad', settings: { url: 'nowhere' } });
    await expect(refused).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { code: 'LW_RECEIVER_INVALID' } });
    const posted = await fetch(`${served.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
      body: JSON.stringify([
        { labels: { alertname: 'Posted' }, startsAt: new Date(Date.now() - 60_000).toISOString() },
      ]),
    });
    expect(posted.status).toBe(200);
    await eventually(
      'the message',
      async () => peer.received.length,
      (count) => count === 2,
    );
    expect(peer.received[1]).toMatchObject({
      path: '/SECRETKEY',
      body: { status: 'firing', groupLabels: { alertname: 'Posted' } },
    });
    const list = JSON.stringify(await rpc.client.receivers.list());
    expect(list).not.toContain('SECRETKEY');
    rpc.close();
  });

  it('mail by the mail server that the form names', async () => {
    const rpc = await connectRpc(served);
    const smarthost = `127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`;
    const settings = { to: 'noc@example.com', from: 'lw@example.com', smarthost };
    const draft = { name: 'mail', kind: 'email', settings };
    const { results } = await rpc.client.receivers.sendTest({ draft });
    expect(results[0]).toMatchObject({ isSent: false });
    expect(results[0]?.text).toContain(`${smarthost} offers no TLS (STARTTLS)`);
    const plain = { ...draft, settings: { ...settings, require_tls: false } };
    expect(await rpc.client.receivers.sendTest({ draft: plain })).toMatchObject({ results: [{ isSent: true }] });
    expect(mails[0]).toContain('Subject: [FIRING:1] LinewardenTest');
    rpc.close();
  });

  it('are there after a restart, with their secret sealed', async () => {
    await served.stop();
    for (const file of ['state.db', 'state.db-wal']) {
      const text = readIfThere(path.join(dataDir, file));
      expect(text.includes('SECRETKEY')).toBe(false);
    }
    served = await startServe({ config: CONFIG, dataDir });
    const rpc = await connectRpc(served);
    const before = peer.received.length;
    expect(await rpc.client.receivers.sendTest({ receiver: 'hook' })).toMatchObject({ results: [{ isSent: true }] });
    expect(peer.received[before]?.path).toBe('/SECRETKEY');
    rpc.close();
  });
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
