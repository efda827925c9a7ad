import { afterEach, describe, expect, it } from 'vitest';
import { slackReceiver } from '../../../../electron/engine/alerting/receivers/slack/index.ts';
import { MESSAGE } from './message.ts';
import { contextOf, startPeer } from './peer.ts';

let peer: Awaited<ReturnType<typeof startPeer>>;
afterEach(async () => peer.stop());

const OK = { body: 'ok', headers: { 'content-type': 'text/html' } };

const send = (settings: object, overrides: Parameters<typeof contextOf>[0] = {}, message = MESSAGE) => {
  const { context, logged } = contextOf(overrides);
  return slackReceiver.send(slackReceiver.schema.parse(settings), message, context).then(() => logged);
};

describe('slack', () => {
  it("posts Alertmanager's attachment with its defaults", async () => {
    peer = await startPeer(() => OK);
    await send({ api_url: `${peer.url}/services/T0/B0/key`, channel: '#noc' });
    expect(peer.received[0]).toMatchObject({ method: 'POST', path: '/services/T0/B0/key' });
    expect(peer.received[0]?.body).toEqual({
      channel: '#noc',
      username: 'Linewarden',
      attachments: [
        {
          title: '[FIRING:1] LinkDown north (critical)',
          title_link: 'http://lw.example/alerts',
          text: '',
          fallback: '[FIRING:1] LinkDown north (critical) | http://lw.example/alerts',
          callback_id: '',
          footer: '',
          color: 'danger',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
        },
      ],
    });
  });

  it('renders every field, fields and actions, and is green once all is over', async () => {
    peer = await startPeer(() => OK);
    const resolved = { ...MESSAGE, status: 'resolved' as const, alerts: MESSAGE.alerts.slice(1) };
    await send(
      {
        api_url: peer.url,
        title: 'T {{ .Status }}',
        text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}',
        short_fields: true,
        fields: [
          { title: 'Site', value: '{{ .CommonLabels.site }}' },
          { title: 'All', value: 'x', short: false },
        ],
        actions: [
          { type: 'button', text: 'Look', url: '{{ .ExternalURL }}', name: 'dropped' },
          {
            type: 'button',
            text: 'Ack',
            name: 'ack',
            value: '{{ .Status }}',
            confirm: { text: 'Sure?', ok_text: 'Yes' },
          },
        ],
        link_names: true,
        icon_emoji: ':warning:',
        footer: 'lw',
      },
      {},
      resolved,
    );
    expect(peer.received[0]?.body).toEqual({
      username: 'Linewarden',
      icon_emoji: ':warning:',
      link_names: true,
      attachments: [
        {
          title: 'T resolved',
          title_link: 'http://lw.example/alerts',
          text: 'Link of edge is down',
          fallback: '[RESOLVED] LinkDown north (critical) | http://lw.example/alerts',
          callback_id: '',
          fields: [
            { title: 'Site', value: 'north', short: true },
            { title: 'All', value: 'x', short: false },
          ],
          actions: [
            { type: 'button', text: 'Look', url: 'http://lw.example' },
            { type: 'button', text: 'Ack', name: 'ack', value: 'resolved', confirm: { text: 'Sure?', ok_text: 'Yes' } },
          ],
          footer: 'lw',
          color: 'good',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
        },
      ],
    });
  });

  it('takes the URL and the token from global, and posts with a token to the API', async () => {
    peer = await startPeer(() => ({
      body: '{"ok":true}',
      headers: { 'content-type': 'application/json; charset=utf-8' },
    }));
    await send({ channel: 'c' }, { global: { slack_api_url: `${peer.url}/g` } });
    await send({ channel: 'c', app_token: 'xoxb-1', app_url: `${peer.url}/api` });
    expect(peer.received.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/g', undefined],
      ['/api', 'Bearer xoxb-1'],
    ]);
  });

  it.each([
    ['{"ok":false,"error":"channel_not_found"}', 'application/json', 'channel_not_found', false],
    ['{"ok":false,"error":"ratelimited"}', 'application/json', 'ratelimited', true],
    ['invalid_token', 'text/plain', 'invalid_token', false],
    ['<html>', 'application/json', '<html>', false],
  ])('takes 200 with %s as an error', async (body, type, said, isRetryable) => {
    peer = await startPeer(() => ({ body, headers: { 'content-type': type } }));
    await expect(send({ api_url: peer.url })).rejects.toMatchObject({
      message: `${peer.host} answered: ${said}.`,
      isRetryable,
    });
  });

  it('tries again what was too much at once', async () => {
    peer = await startPeer(() => ({ status: 429, body: 'rate_limited' }));
    await expect(send({ api_url: peer.url })).rejects.toMatchObject({ isRetryable: true });
  });

  it('sends plain words where a template fails, and says so', async () => {
    peer = await startPeer(() => OK);
    const logged = await send({ api_url: peer.url, channel: '#noc', text: '{{ .Nothing }}' });
    const failure =
      'A template failed: template: :1:3: executing "" at <.Nothing>: can\'t evaluate field Nothing in type template.Data';
    expect(logged).toEqual([`{"receiver":"team.x","field":"text"} ${failure}`]);
    expect(peer.received[0]?.body).toMatchObject({
      channel: '#noc',
      attachments: [
        {
          title: '[FIRING:1] LinkDown north',
          text: [
            'Firing: Link of <core> & "edge" is down (alertname=LinkDown, instance=core:8728, severity=critical, site=north)',
            'Resolved: Link of edge is down (alertname=LinkDown, instance=edge:8728, severity=critical, site=north)',
            `This message is in plain words since its template could not be used. ${failure}`,
          ].join('\n'),
          fallback: '[FIRING:1] LinkDown north',
          color: 'danger',
        },
      ],
    });
  });

  it('cuts a title that Slack would refuse', async () => {
    peer = await startPeer(() => OK);
    await send({ api_url: peer.url, title: '😀'.repeat(2_000) });
    expect(peer.received[0]?.body).toMatchObject({ attachments: [{ title: `${'😀'.repeat(1_023)}…` }] });
  });

  it('needs an address from somewhere, and tells ends only when asked to', async () => {
    peer = await startPeer();
    const bare = slackReceiver.schema.parse({});
    expect(slackReceiver.missing?.(bare, {})).toMatch(/^Slack needs api_url/);
    expect(slackReceiver.missing?.(bare, { slack_api_url_file: '/x' })).toBeUndefined();
    expect(slackReceiver.sendsResolved(bare)).toBe(false);
    expect(
      slackReceiver.place?.(slackReceiver.schema.parse({ api_url: 'https://hooks.slack.com/services/KEY' }), {}),
    ).toBe('hooks.slack.com');
  });
});
