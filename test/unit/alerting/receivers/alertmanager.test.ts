import { afterEach, describe, expect, it } from 'vitest';
import { alertmanagerReceiver } from '../../../../electron/engine/alerting/receivers/alertmanager/index.ts';
import { MESSAGE } from './message.ts';
import { contextOf, startPeer } from './peer.ts';

let peer: Awaited<ReturnType<typeof startPeer>>;
afterEach(async () => peer.stop());

const send = (settings: object, message = MESSAGE) =>
  alertmanagerReceiver.send(alertmanagerReceiver.schema.parse(settings), message, contextOf().context);

describe('upstream alertmanager', () => {
  it('posts the alerts as Prometheus does, with an end that outlasts the next repetition', async () => {
    peer = await startPeer();
    await send({ url: peer.url });
    expect(peer.received[0]).toMatchObject({ method: 'POST', path: '/api/v2/alerts' });
    expect(peer.received[0]?.body).toEqual([
      {
        labels: { alertname: 'LinkDown', instance: 'core:8728', severity: 'critical', site: 'north' },
        annotations: {
          summary: 'Link of <core> & "edge" is down',
          description: 'ether1 lost its link.',
          runbook: 'https://wiki.example/r?a=1&b=2',
        },
        startsAt: '2026-11-21T03:04:05Z',
        endsAt: '2026-11-21T08:06:05Z',
        generatorURL: 'http://lw.example/graph?g0.expr=up',
      },
      {
        labels: { alertname: 'LinkDown', instance: 'edge:8728', severity: 'critical', site: 'north' },
        annotations: { summary: 'Link of edge is down', description: 'ether1 lost its link.' },
        startsAt: '2026-11-21T03:04:05Z',
        endsAt: '2026-11-21T03:05:35.5Z',
        generatorURL: '',
      },
    ]);
  });

  it.each([
    ['/am/', '/am/api/v2/alerts'],
    ['/api/v2/alerts', '/api/v2/alerts'],
  ])('finds the API at %s', async (at, expected) => {
    peer = await startPeer();
    await send({ url: `${peer.url}${at}`, ends_after: '1h' });
    expect(peer.received[0]?.path).toBe(expected);
  });

  it('sends many alerts in several requests', async () => {
    peer = await startPeer();
    const [alert] = MESSAGE.alerts;
    await send({ url: peer.url }, { ...MESSAGE, alerts: Array.from({ length: 5_001 }, () => alert!) });
    expect(peer.received.map((each) => (each.body as unknown[]).length)).toEqual([5_000, 1]);
  });

  it('does not send again what was refused', async () => {
    peer = await startPeer(() => ({ status: 400, body: '"at least one label"' }));
    await expect(send({ url: peer.url })).rejects.toMatchObject({ isRetryable: false });
  });
});
