import { afterEach, describe, expect, it } from 'vitest';
import type { ReceiverForm } from '../../../../shared/contract/index.ts';
import { createAlertRouter, createReceivers, defaultRouting } from '../../../../electron/engine/alerting/index.ts';
import type { AlertRouter, LoadedRouting } from '../../../../electron/engine/alerting/index.ts';
import type { Notifications } from '../../../../electron/engine/store/state/index.ts';
import { silentLogger } from '../../../../electron/engine/telemetry/index.ts';
import { Labels } from '../../../../shared/model/labels.ts';
import { type PeerAnswer, startPeer } from './peer.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function notifications(): Notifications {
  const queued = new Map<string, { groupKey: string; way: string; data: unknown }>();
  return {
    silences: () => [],
    saveSilence: () => {},
    removeSilence: () => {},
    notified: () => undefined,
    setNotified: () => {},
    forgetNotified: () => {},
    queued: () => [...queued.values()],
    putQueued: (groupKey, way, data) => void queued.set(groupKey + way, { groupKey, way, data }),
    dropQueued: (groupKey, way) => void queued.delete(groupKey + way),
    delivered: (groupKey, way) => void queued.delete(groupKey + way),
  };
}

function setUp(base: LoadedRouting = defaultRouting({ hasDesktop: false })) {
  const settings = new Map<string, unknown>();
  const secrets = new Map<string, string>();
  const published: string[] = [];
  const routers: AlertRouter[] = [];
  const make = () =>
    createReceivers({
      settings: {
        get: (key) => settings.get(key),
        set: (key, value) => void settings.set(key, JSON.parse(JSON.stringify(value))),
      },
      secrets: {
        get: async (name) => secrets.get(name),
        set: async (name, secret) => void secrets.set(name, secret),
        delete: async (name) => secrets.delete(name),
      },
      router: () => router,
      base: () => base,
      onChange: () => {},
    });
  const receivers = make();
  const router = createAlertRouter({
    routing: receivers.beside(base),
    table: notifications(),
    clock: { now: () => Date.now() },
    logger: silentLogger,
    externalUrl: () => 'http://lw.example',
    publish: ({ title }) => published.push(title) > 0,
    deviceOf: () => undefined,
    onChange: () => {},
    onWritten: () => {},
  });
  routers.push(router);
  cleanups.push(() => router.stop());
  return { receivers, router, settings, secrets, published, again: make };
}

async function peerOf(answer: () => PeerAnswer = () => ({})) {
  const peer = await startPeer(answer);
  cleanups.push(() => peer.stop());
  return peer;
}

const form = (over: Partial<ReceiverForm> & Pick<ReceiverForm, 'kind' | 'settings'>): ReceiverForm => ({
  name: 'mine',
  matchers: [],
  isEnabled: true,
  ...over,
});

const alert = (name: string, severity: string) => ({
  labels: Labels.fromRecord({ alertname: name, severity }),
  annotations: { summary: `${name}!` },
  startsAtMs: Date.now() - 60_000,
  endsAtMs: Date.now() + 600_000,
  generatorUrl: '',
});

const webhook = (index: number, url: string) => ({
  kind: 'webhook',
  index,
  settings: { url, send_resolved: true, max_alerts: 0, timeout: 0 },
});

describe("the window's receivers", () => {
  it('keeps secrets apart, shows none, and tells a receiver after a restart', async () => {
    const peer = await peerOf();
    const { receivers, settings, secrets, again, router } = setUp();
    const saved = await receivers.save(
      form({
        kind: 'webhook',
        settings: { url: `${peer.url}/KEY`, max_alerts: 5, 'http_config.authorization.credentials': 'tok' },
      }),
    );
    expect(saved).toMatchObject({
      name: 'mine',
      setBy: 'window',
      trouble: null,
      own: { kind: 'webhook', settings: { max_alerts: 5 }, secrets: ['url', 'http_config.authorization.credentials'] },
      ways: [{ kind: 'webhook', place: peer.host, sendResolved: true, delivered: 0, failed: 0 }],
    });
    expect(JSON.stringify([...settings, receivers.list()])).not.toMatch(/KEY|"tok"/);
    expect([...secrets.values()].toSorted()).toEqual([`${peer.url}/KEY`, 'tok'].toSorted());
    router.apply(again().beside(defaultRouting({ hasDesktop: false })));
    const { results } = await again().sendTest({ receiver: 'mine' });
    expect(results).toEqual([{ kind: 'webhook', isSent: true, text: 'The test was sent.' }]);
    expect(peer.received[0]).toMatchObject({
      path: '/KEY',
      headers: { authorization: 'Bearer tok' },
      body: { receiver: 'mine', alerts: [{ labels: { alertname: 'LinewardenTest' } }] },
    });
  });

  it("tells it what its matchers choose, and takes nothing from the file's receivers", async () => {
    const peer = await peerOf();
    const { receivers, router, published } = setUp();
    await receivers.save(form({ kind: 'webhook', settings: { url: peer.url }, matchers: ['severity="critical"'] }));
    router.start();
    router.put([alert('Down', 'critical'), alert('Slow', 'warning')]);
    await expect.poll(() => peer.received.length, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => published.toSorted(), { timeout: 10_000 }).toEqual(['Down!', 'Slow!']);
    expect(peer.received[0]?.body).toMatchObject({ groupLabels: { alertname: 'Down' } });
    // Without the window's receiver they are called the same, so that nobody is told twice when it comes or goes.
    expect(router.groups().map(({ key }) => key)).toEqual([
      '{}/{severity="critical"}:{alertname="Down"}',
      '{}:{alertname="Down"}',
      '{}:{alertname="Slow"}',
    ]);
    const { receivers: listed } = receivers.list();
    expect(listed.map(({ name, setBy }) => [name, setBy])).toEqual([
      ['this-computer', 'default'],
      ['mine', 'window'],
    ]);
    await expect.poll(() => receivers.list().receivers[1]?.ways[0]?.delivered).toBe(1);
  });

  it('says what failed, and what waits', async () => {
    const peer = await peerOf(() => ({ status: 503, body: 'later' }));
    const { receivers, router } = setUp();
    await receivers.save(form({ kind: 'webhook', settings: { url: peer.url } }));
    expect(await receivers.sendTest({ receiver: 'mine' })).toEqual({
      results: [
        { kind: 'webhook', isSent: false, text: `${peer.host} answered 503: later. An alert would be tried again.` },
      ],
    });
    router.start();
    router.put([alert('Down', 'critical')]);
    await expect
      .poll(() => receivers.list().receivers[1]?.ways[0], { timeout: 10_000 })
      .toMatchObject({
        delivered: 0,
        lastDeliveredAtMs: null,
        lastFailure: { text: `${peer.host} answered 503: later.` },
        waiting: [{ group: '{}/{}:{alertname="Down"}', lastError: `${peer.host} answered 503: later.` }],
      });
  });

  it('says of each way by itself how it fares, though two are of one kind', async () => {
    const [good, bad] = [await peerOf(), await peerOf(() => ({ status: 400, body: 'no' }))];
    const file = defaultRouting({ hasDesktop: false });
    const integrations = [webhook(0, good.url), webhook(1, bad.url)];
    const { receivers, router } = setUp({
      ...file,
      config: { ...file.config, receivers: [{ name: 'this-computer', integrations }] },
    });
    router.start();
    router.put([alert('Down', 'critical')]);
    const ways = () => receivers.list().receivers[0]?.ways;
    await expect
      .poll(() => ways()?.map(({ delivered, failed }) => [delivered, failed]), { timeout: 10_000 })
      .toEqual([
        [1, 0],
        [0, 1],
      ]);
    expect(ways()?.map(({ lastFailure }) => lastFailure?.text)).toEqual([undefined, `${bad.host} answered 400: no.`]);
  });

  it('tests a draft with the secrets that are kept, unless it leads elsewhere', async () => {
    const peer = await peerOf();
    const stranger = await peerOf();
    const { receivers } = setUp();
    const saved = await receivers.save(
      form({
        kind: 'alertmanager',
        settings: { url: peer.url, 'http_config.basic_auth.username': 'me', 'http_config.basic_auth.password': 'pw' },
      }),
    );
    const id = saved.own?.id ?? '';
    const settings = { url: peer.url, 'http_config.basic_auth.username': 'you' };
    await receivers.sendTest({ draft: form({ id, kind: 'alertmanager', settings }) });
    expect(peer.received[0]?.headers.authorization).toBe('Basic eW91OnB3');
    await expect(
      receivers.sendTest({ draft: form({ id, kind: 'alertmanager', settings: { ...settings, url: stranger.url } }) }),
    ).rejects.toMatchObject({ code: 'LW_RECEIVER_SECRET_AGAIN' });
    await expect(
      receivers.save(form({ id, kind: 'alertmanager', settings: { ...settings, url: stranger.url } })),
    ).rejects.toMatchObject({ code: 'LW_RECEIVER_SECRET_AGAIN' });
    expect(stranger.received).toEqual([]);
  });

  it('changes, switches off and removes, secrets and all', async () => {
    const peer = await peerOf();
    const { receivers, secrets, router } = setUp();
    const { own } = await receivers.save(
      form({ kind: 'slack', settings: { api_url: `${peer.url}/KEY`, channel: '#a' } }),
    );
    const id = own?.id ?? '';
    const off = await receivers.save(
      form({ id, kind: 'slack', name: 'other', settings: { channel: '#b' }, isEnabled: false }),
    );
    expect(off).toMatchObject({
      name: 'other',
      trouble: 'It is switched off.',
      own: { settings: { channel: '#b' }, secrets: ['api_url'] },
    });
    expect(router.routing.config.receivers.map(({ name }) => name)).toEqual(['this-computer']);
    await expect(receivers.sendTest({ receiver: 'other' })).rejects.toMatchObject({ code: 'LW_RECEIVER_UNKNOWN' });
    const email = await receivers.save(
      form({ id, kind: 'email', settings: { to: 'a@b', from: 'c@d', smarthost: 'localhost:25' } }),
    );
    expect(email).toMatchObject({
      own: { kind: 'email', secrets: [] },
      ways: [{ kind: 'email', sendResolved: false }],
    });
    expect(secrets.size).toBe(0);
    expect(await receivers.remove(id)).toBe(true);
    expect(await receivers.remove(id)).toBe(false);
    expect(receivers.list().receivers).toHaveLength(1);
  });

  it.each([
    [form({ kind: 'webhook', settings: {} }), 'LW_RECEIVER_INVALID', 'expected url or url_file.'],
    [form({ kind: 'email', settings: { smarthost: 'm:25' } }), 'LW_RECEIVER_INVALID', 'To is missing.'],
    [
      form({ kind: 'email', settings: { to: 'a@b' } }),
      'LW_RECEIVER_INVALID',
      'Email needs a mail server (smarthost), here or as smtp_smarthost in global.',
    ],
    [
      form({ kind: 'email', settings: { url_file: '/etc/passwd' } }),
      'LW_RECEIVER_INVALID',
      'Email has no field called "url_file".',
    ],
    [form({ kind: 'pagerduty', settings: {} }), 'LW_RECEIVER_INVALID', 'There is no receiver pagerduty.'],
    [form({ kind: 'window', settings: {}, matchers: ['severity'] }), 'LW_RECEIVER_MATCHER', undefined],
    [form({ kind: 'window', settings: {}, name: 'this-computer' }), 'LW_RECEIVER_NAME_TAKEN', undefined],
    [form({ kind: 'window', settings: {}, id: 'gone' }), 'LW_RECEIVER_GONE', undefined],
  ])('refuses %j', async (refused, code, message) => {
    const { receivers, settings, secrets } = setUp();
    await expect(receivers.save(refused)).rejects.toMatchObject({ code, ...(message !== undefined && { message }) });
    expect([settings.size, secrets.size]).toEqual([0, 0]);
  });

  it('tells nothing by a receiver whose name the file has meanwhile', async () => {
    const { receivers } = setUp();
    await receivers.save(form({ kind: 'window', settings: {} }));
    const file = defaultRouting({ hasDesktop: false });
    const taken = {
      ...file,
      config: { ...file.config, receivers: [...file.config.receivers, { name: 'mine', integrations: [] }] },
    };
    expect(receivers.beside(taken).config.receivers).toHaveLength(2);
  });

  it('offers a form of each kind, whose fields its schema knows', () => {
    const { kinds } = setUp().receivers.list();
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'window',
      'desktop',
      'email',
      'webhook',
      'slack',
      'mattermost',
      'alertmanager',
    ]);
    for (const { fields } of kinds) expect(fields.map(({ name }) => name)).toContain('send_resolved');
  });
});
