// Statuses, shapes and sentences are those that Debian's Alertmanager 0.25 gave to the same requests, but for the version.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { serveAlertmanager } from './served.ts';

const CONFIG = `
route:
  receiver: default
  group_by: [alertname]
  routes:
    - {receiver: db, matchers: ['team="db"'], continue: true, mute_time_intervals: [nights]}
inhibit_rules:
  - {source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [site]}
time_intervals:
  - {name: nights, time_intervals: [{weekdays: ['monday:friday', sunday], times: [{start_time: '22:00', end_time: '24:00'}], months: ['1:3'], days_of_month: ['-3:-1'], years: ['2026'], location: Europe/Berlin}]}
receivers:
  - {name: default, window_configs: [{}]}
  - {name: db}
`;

let served: Awaited<ReturnType<typeof serveAlertmanager>>;
beforeEach(async () => {
  served = await serveAlertmanager(CONFIG);
});
afterEach(() => served.stop());

const alert = (labels: Record<string, string>, more: object = {}) => ({ labels, ...more });
const names = (body: unknown) => (body as { labels: { alertname: string } }[]).map(({ labels }) => labels.alertname);

const SILENCE = {
  matchers: [{ name: 'team', value: 'db', isRegex: false }],
  startsAt: '2026-11-01T00:00:00Z',
  endsAt: '2027-01-01T00:00:00Z',
  createdBy: 'me',
  comment: 'c',
};

describe('alerts', () => {
  it('shows an alert as Alertmanager does', async () => {
    expect(await served.ask('POST', '/alerts', [alert({ alertname: 'A', team: 'db', x: '' })])).toEqual({
      status: 200,
      body: undefined,
      type: '',
    });
    expect((await served.ask('GET', '/alerts')).body).toEqual([
      {
        annotations: {},
        endsAt: '2026-11-21T12:05:00.000Z',
        fingerprint: '7c645696d60f2876',
        receivers: [{ name: 'db' }],
        startsAt: '2026-11-21T12:00:00.000Z',
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
        updatedAt: '2026-11-21T12:00:00.000Z',
        labels: { alertname: 'A', team: 'db' },
      },
    ]);
  });

  it('takes the valid ones of an array and tells of the others', async () => {
    const sent = [
      alert({ alertname: 'A' }),
      alert({ alertname: '' }),
      alert({}),
      alert({ alertname: 'C' }, { startsAt: '2030-01-01T00:00:00Z', endsAt: '2029-01-01T00:00:00Z' }),
    ];
    expect(await served.ask('POST', '/alerts', sent)).toEqual({
      status: 400,
      body: 'at least one label pair required; at least one label pair required; start time must be before end time',
      type: 'application/json; charset=utf-8',
    });
    expect(names((await served.ask('GET', '/alerts')).body)).toEqual(['A']);
  });

  it.each([
    ['nonsense', 400, 400],
    ['{}', 400, 400],
    ['[{"labels":{"alertname":5}}]', 400, 400],
    ['[{"labels":{"alertname":"A"},"startsAt":"yesterday"}]', 400, 400],
    ['[{"annotations":{"a":"b"}}]', 422, 602],
  ])('refuses %s whole', async (body, status, code) => {
    const answer = await served.ask('POST', '/alerts', body);
    expect(answer).toMatchObject({ status, body: { code } });
    expect((await served.ask('GET', '/alerts')).body).toEqual([]);
  });

  it('says what is missing as Alertmanager does', async () => {
    expect((await served.ask('POST', '/alerts', '[{"annotations":{"a":"b"}}]')).body).toEqual({
      code: 602,
      message: '0.labels in body is required',
    });
    expect(await served.ask('POST', '/alerts', '[]', 'admin', 'text/plain')).toMatchObject({
      status: 415,
      body: { code: 415, message: 'unsupported media type "text/plain", only [application/json] are allowed' },
    });
    expect(await served.ask('POST', '/alerts')).toMatchObject({
      status: 422,
      body: { code: 602, message: 'alerts in body is required' },
    });
  });

  it("takes Go's zero time for one that was not sent, and nanoseconds", async () => {
    const sent = alert(
      { alertname: 'A' },
      { startsAt: '2026-11-21T11:59:59.123456789+00:00', endsAt: '0001-01-01T00:00:00.000Z', annotations: null },
    );
    expect((await served.ask('POST', '/alerts', [sent])).status).toBe(200);
    expect((await served.ask('GET', '/alerts')).body).toMatchObject([
      { startsAt: '2026-11-21T11:59:59.123Z', endsAt: '2026-11-21T12:05:00.000Z' },
    ]);
  });

  it('does not show resolved ones', async () => {
    await served.ask('POST', '/alerts', [alert({ alertname: 'A' }), alert({ alertname: 'B' })]);
    await served.ask('POST', '/alerts', [alert({ alertname: 'A' }, { endsAt: '2026-11-21T12:00:00Z' })]);
    expect(names((await served.ask('GET', '/alerts')).body)).toEqual(['B']);
    expect((await served.ask('GET', '/alerts/groups')).body).toHaveLength(1);
  });

  describe('of which some are asked for', () => {
    beforeEach(async () => {
      await served.ask('POST', '/alerts', [
        alert({ alertname: 'Loud' }),
        alert({ alertname: 'Silenced', team: 'db' }),
        alert({ alertname: 'Source', severity: 'critical', site: 'a' }),
        alert({ alertname: 'Target', severity: 'warning', site: 'a' }),
      ]);
      await served.ask('POST', '/silences', SILENCE);
    });

    it.each([
      ['', ['Loud', 'Silenced', 'Source', 'Target']],
      ['active=false', ['Silenced', 'Target']],
      ['silenced=false', ['Loud', 'Source', 'Target']],
      ['inhibited=false', ['Loud', 'Silenced', 'Source']],
      ['silenced=false&inhibited=false&active=true&unprocessed=false', ['Loud', 'Source']],
      ['active=maybe', ['Silenced', 'Target']],
      ['filter=team%3Ddb', ['Silenced']],
      ['filter=team%3D%22db%22&filter=x%3D1', []],
      ['filter=alertname%3D~%22S.*%22&filter=site%21%3Da', ['Silenced']],
      ['receiver=d', []],
      ['receiver=d.', ['Silenced']],
      ['receiver=db%7Cdefault', ['Loud', 'Silenced', 'Source', 'Target']],
    ])('?%s', async (query, expected) => {
      expect(names((await served.ask('GET', `/alerts?${query}`)).body).toSorted()).toEqual(expected);
      const groups = (await served.ask('GET', `/alerts/groups?${query}`)).body as { alerts: unknown }[];
      expect(groups.flatMap((group) => names(group.alerts)).toSorted()).toEqual(expected);
    });

    it('tells by what each is kept quiet', async () => {
      const { body } = await served.ask('GET', '/alerts?active=false');
      const [id] = ((await served.ask('GET', '/silences')).body as { id: string }[]).map((silence) => silence.id);
      const found = (body as { labels: { alertname: string }; status: unknown }[])
        .map(({ labels, status }) => [labels.alertname, status] as const)
        .toSorted(([a], [b]) => a.localeCompare(b));
      expect(found).toEqual([
        ['Silenced', { state: 'suppressed', silencedBy: [id], inhibitedBy: [], mutedBy: [] }],
        [
          'Target',
          { state: 'suppressed', silencedBy: [], inhibitedBy: [expect.stringMatching(/^[0-9a-f]{16}$/)], mutedBy: [] },
        ],
      ]);
    });
  });

  it('tells what of our own keeps one quiet as what mutes it', async () => {
    await served.ask('POST', '/alerts', [alert({ alertname: 'InMaintenance' })]);
    expect((await served.ask('GET', '/alerts?active=false')).body).toMatchObject([
      { status: { state: 'suppressed', silencedBy: [], inhibitedBy: [], mutedBy: ['Maintenance: roof'] } },
    ]);
    expect((await served.ask('GET', '/alerts?muted=false')).body).toEqual([]);
  });

  it('refuses filters that cannot be read', async () => {
    expect(await served.ask('GET', '/alerts?filter=nonsense')).toMatchObject({
      status: 400,
      body: 'bad matcher format: nonsense',
    });
    expect(await served.ask('GET', '/alerts?receiver=%5B')).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^failed to parse receiver param: /),
    });
  });

  it('shows groups with their labels and receiver', async () => {
    await served.ask('POST', '/alerts', [
      alert({ alertname: 'B' }),
      alert({ alertname: 'A', instance: '2' }),
      alert({ alertname: 'A', instance: '1' }),
      alert({ alertname: 'A', team: 'db' }),
    ]);
    const groups = (await served.ask('GET', '/alerts/groups')).body as {
      labels: unknown;
      receiver: unknown;
      alerts: { labels: unknown }[];
    }[];
    expect(groups.map(({ labels, receiver, alerts }) => [labels, receiver, alerts.map((each) => each.labels)])).toEqual(
      [
        [{ alertname: 'A' }, { name: 'db' }, [{ alertname: 'A', team: 'db' }]],
        [
          { alertname: 'A' },
          { name: 'default' },
          [
            { alertname: 'A', instance: '1' },
            { alertname: 'A', instance: '2' },
          ],
        ],
        [{ alertname: 'B' }, { name: 'default' }, [{ alertname: 'B' }]],
      ],
    );
  });
});

describe('silences', () => {
  it('are made, shown and ended', async () => {
    const made = await served.ask('POST', '/silences', SILENCE);
    expect(made).toMatchObject({ status: 200, body: { silenceID: expect.any(String) } });
    const { silenceID: id } = made.body as { silenceID: string };
    const shown = {
      id,
      status: { state: 'active' },
      updatedAt: '2026-11-21T12:00:00.000Z',
      comment: 'c',
      createdBy: 'me',
      endsAt: '2027-01-01T00:00:00.000Z',
      matchers: [{ isEqual: true, isRegex: false, name: 'team', value: 'db' }],
      // It cannot begin in the past.
      startsAt: '2026-11-21T12:00:00.000Z',
    };
    expect((await served.ask('GET', '/silences')).body).toEqual([shown]);
    expect((await served.ask('GET', `/silence/${id}`)).body).toEqual(shown);
    served.now.ms += 60_000;
    expect(await served.ask('DELETE', `/silence/${id}`)).toMatchObject({ status: 200, body: undefined });
    expect(await served.ask('DELETE', `/silence/${id}`)).toMatchObject({ status: 200, body: undefined });
    expect((await served.ask('GET', `/silence/${id}`)).body).toEqual({
      ...shown,
      status: { state: 'expired' },
      updatedAt: '2026-11-21T12:01:00.000Z',
      endsAt: '2026-11-21T12:01:00.000Z',
    });
  });

  it.each([
    [{ matchers: [] }, 422, { code: 612, message: 'matchers in body should have at least 1 items' }],
    [{ comment: undefined }, 422, { code: 602, message: 'comment in body is required' }],
    [
      { matchers: [{ name: 'zone', value: 'b' }] },
      422,
      { code: 602, message: 'matchers.0.isRegex in body is required' },
    ],
    [
      { matchers: [{ name: 'zone', value: '', isRegex: false }] },
      400,
      expect.stringMatching(/must not match an empty value/),
    ],
    [
      { matchers: [{ name: 'zone', value: '[', isRegex: true }] },
      400,
      expect.stringMatching(/^silence invalid: invalid label matcher 0: /),
    ],
    [{ endsAt: '2025-01-01T00:00:00Z' }, 400, expect.stringMatching(/must end after its start/)],
    [
      { startsAt: '2024-01-01T00:00:00Z', endsAt: '2025-01-01T00:00:00Z' },
      400,
      expect.stringMatching(/must end in the future/),
    ],
    [{ id: '8a5e0a5e-0a5e-4a5e-8a5e-0a5e0a5e0a5e' }, 404, expect.stringMatching(/no silence with this id/)],
  ])('with %o are refused', async (change, status, body) => {
    const answer = await served.ask('POST', '/silences', { ...SILENCE, ...change });
    expect(answer).toMatchObject({ status });
    expect(answer.body).toEqual(body);
    expect((await served.ask('GET', '/silences')).body).toEqual([]);
  });

  it('are ordered by state, and found by their matchers', async () => {
    const post = async (name: string, value: string, startsAt: string, endsAt: string) => {
      const matchers = [{ name, value, isRegex: false, isEqual: true }];
      const { body } = await served.ask('POST', '/silences', { ...SILENCE, matchers, startsAt, endsAt });
      return (body as { silenceID: string }).silenceID;
    };
    const later = await post('a', 'late', '2026-11-21T12:00:00Z', '2026-11-23T00:00:00Z');
    const sooner = await post('a', 'soon', '2026-11-21T12:00:00Z', '2026-11-22T00:00:00Z');
    const pending = await post('a', 'pending', '2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z');
    const over = await post('b', 'over', '2026-11-21T12:00:00Z', '2026-11-23T00:00:00Z');
    served.now.ms += 1_000;
    await served.ask('DELETE', `/silence/${over}`);
    const ids = async (query: string) =>
      ((await served.ask('GET', `/silences${query}`)).body as { id: string }[]).map(({ id }) => id);
    expect(await ids('')).toEqual([sooner, later, pending, over]);
    expect(await ids('?filter=b%3Dover')).toEqual([over]);
    expect(await ids('?filter=a%3D~%22soon%7Clate%22')).toEqual([sooner, later]);
  });

  it('that are none', async () => {
    expect(await served.ask('GET', '/silence/nonsense')).toMatchObject({
      status: 422,
      body: { code: 601, message: 'silenceID in path must be of type uuid: "nonsense"' },
    });
    expect(await served.ask('GET', '/silence/8a5e0a5e-0a5e-4a5e-8a5e-0a5e0a5e0a5e')).toMatchObject({
      status: 404,
      body: undefined,
    });
    expect((await served.ask('DELETE', '/silence/8a5e0a5e-0a5e-4a5e-8a5e-0a5e0a5e0a5e')).status).toBe(404);
  });
});

describe('the rest', () => {
  it('tells the routing in force without how receivers are reached', async () => {
    const { body } = await served.ask('GET', '/status');
    expect(body).toMatchObject({
      cluster: { peers: [], status: 'disabled' },
      uptime: '2026-11-21T12:00:00.000Z',
      versionInfo: { revision: 'linewarden-1.2.3', version: '0.28.0' },
    });
    expect(parse((body as { config: { original: string } }).config.original)).toEqual({
      global: { resolve_timeout: '5m' },
      route: {
        receiver: 'default',
        group_by: ['alertname'],
        routes: [{ receiver: 'db', matchers: ['team="db"'], continue: true, mute_time_intervals: ['nights'] }],
      },
      inhibit_rules: [
        { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: ['site'] },
      ],
      time_intervals: [
        {
          name: 'nights',
          time_intervals: [
            {
              times: [{ start_time: '22:00', end_time: '24:00' }],
              weekdays: ['monday:friday', 'sunday'],
              days_of_month: ['-3:-1'],
              months: ['1:3'],
              years: ['2026'],
              location: 'Europe/Berlin',
            },
          ],
        },
      ],
      receivers: [{ name: 'default' }, { name: 'db' }],
    });
    expect((await served.ask('GET', '/receivers')).body).toEqual([{ name: 'default' }, { name: 'db' }]);
  });

  it('has no other methods and no other paths', async () => {
    expect(await served.ask('DELETE', '/alerts')).toMatchObject({
      status: 405,
      body: { code: 405, message: 'method DELETE is not allowed, but [GET,POST] are' },
    });
    expect(await served.ask('GET', '/nothing')).toMatchObject({
      status: 404,
      body: { code: 404, message: 'path /api/v2/nothing was not found' },
    });
  });

  it.each([
    ['GET', '/status', [401, 200, 403, 200, 200]],
    ['GET', '/receivers', [401, 200, 403, 200, 200]],
    ['GET', '/alerts', [401, 200, 403, 200, 200]],
    ['GET', '/alerts/groups', [401, 200, 403, 200, 200]],
    ['GET', '/silences', [401, 200, 403, 200, 200]],
    ['GET', '/silence/8a5e0a5e-0a5e-4a5e-8a5e-0a5e0a5e0a5e', [401, 404, 403, 404, 404]],
    ['POST', '/alerts', [401, 403, 200, 200, 200]],
    ['POST', '/silences', [401, 403, 400, 400, 400]],
    ['DELETE', '/silence/8a5e0a5e-0a5e-4a5e-8a5e-0a5e0a5e0a5e', [401, 403, 404, 404, 404]],
  ] as const)('%s %s needs its scope: nobody, read, write, alerts, admin', async (method, url, expected) => {
    const found = [];
    for (const who of ['nobody', 'read', 'write', 'alerts', 'admin'] as const) {
      found.push((await served.ask(method, url, method === 'POST' ? [] : undefined, who)).status);
    }
    expect(found).toEqual(expected);
  });
});
