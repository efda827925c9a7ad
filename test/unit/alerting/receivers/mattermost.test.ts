import { afterEach, describe, expect, it } from 'vitest';
import { mattermostReceiver } from '../../../../electron/engine/alerting/receivers/mattermost/index.ts';
import { MESSAGE } from './message.ts';
import { contextOf, startPeer } from './peer.ts';

let peer: Awaited<ReturnType<typeof startPeer>>;
afterEach(async () => peer.stop());

const send = (settings: object, overrides: Parameters<typeof contextOf>[0] = {}) =>
  mattermostReceiver.send(mattermostReceiver.schema.parse(settings), MESSAGE, contextOf(overrides).context);

describe('mattermost', () => {
  it('posts the alerts as Markdown', async () => {
    peer = await startPeer();
    await send({ webhook_url: `${peer.url}/hooks/key` });
    expect(peer.received[0]).toMatchObject({ method: 'POST', path: '/hooks/key' });
    expect(peer.received[0]?.body).toEqual({
      text: [
        '#### [FIRING:1] LinkDown north (critical)',
        '**Link of <core> & "edge" is down**',
        'ether1 lost its link.',
        '- alertname = LinkDown',
        '- instance = core:8728',
        '- severity = critical',
        '- site = north',
        '[Source](http://lw.example/graph?g0.expr=up)',
        '',
        '**Link of edge is down**',
        'ether1 lost its link.',
        '- alertname = LinkDown',
        '- instance = edge:8728',
        '- severity = critical',
        '- site = north',
        '',
        '',
      ].join('\n'),
      username: 'Linewarden',
    });
  });

  it('takes channel, attachments, a card and an urgency', async () => {
    peer = await startPeer();
    await send(
      {
        channel: '{{ .CommonLabels.site }}',
        text: 'x',
        attachments: [{ title: '{{ .Status }}', color: '#f00', fields: [{ title: 'a', value: 'b', short: true }] }],
        props: { card: 'more' },
        priority: { priority: 'Important', requested_ack: true, persistent_notifications: true },
      },
      { global: { mattermost_webhook_url: peer.url } },
    );
    expect(peer.received[0]?.body).toEqual({
      text: 'x',
      channel: 'north',
      username: 'Linewarden',
      attachments: [{ title: 'firing', color: '#f00', fields: [{ title: 'a', value: 'b', short: true }] }],
      props: { card: 'more' },
      priority: { priority: 'important', requested_ack: true },
    });
  });

  it('makes an attachment of fields that are written without one', async () => {
    peer = await startPeer();
    await send({ webhook_url: peer.url, text: 'x', title: 'T', color: 'good' });
    expect(peer.received[0]?.body).toEqual({
      text: 'x',
      username: 'Linewarden',
      attachments: [{ color: 'good', title: 'T' }],
    });
  });

  it('sends plain words where the template fails', async () => {
    peer = await startPeer();
    await send({ webhook_url: peer.url, text: '{{ template "gone" . }}' });
    expect(peer.received[0]?.body).toMatchObject({
      text: expect.stringMatching(
        /^#### \[FIRING:1\] LinkDown north\nFiring: Link of[^]*template "gone" not defined$/,
      ) as unknown,
    });
  });

  it('needs an address, and refuses a bad one without quoting it', async () => {
    peer = await startPeer(() => ({ status: 403, body: 'no' }));
    expect(mattermostReceiver.missing?.(mattermostReceiver.schema.parse({}), {})).toMatch(
      /^Mattermost needs webhook_url/,
    );
    expect(mattermostReceiver.schema.safeParse({ webhook_url: 'key' }).error?.issues[0]?.message).toBe(
      'webhook_url to be an http or https URL',
    );
    await expect(send({ webhook_url: `${peer.url}/hooks/key` })).rejects.toMatchObject({
      message: `${peer.host} answered 403: no.`,
      isRetryable: false,
    });
  });
});
