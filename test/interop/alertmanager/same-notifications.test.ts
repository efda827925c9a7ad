// The same configuration, alerts and silences into a real Alertmanager and into us: the same messages to the same receivers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { askV2, missing, type Peer, type Server, startAlertmanager } from './peer.ts';
import { type Hook, takeWebhooks, type Webhooks } from './webhooks.ts';

const NO_END = '0001-01-01T00:00:00Z';

/** Groups are told 1.5, 4.5, 7.5 and 10.5 seconds after the first of their alerts; what is sent comes between. */
const ROUTES = `
  receiver: root
  group_by: [case, alertname]
  group_wait: 1500ms
  group_interval: 3s
  repeat_interval: 1h
  routes:
    - matchers: [case="nested"]
      receiver: nested
      group_by: [case, site]
      routes:
        - {matchers: [team="db"], receiver: db, continue: true}
        - {matchers: ['team=~"db|web"'], receiver: either, group_by: [team]}
        - {matchers: [severity="critical"], receiver: critical, routes: [{matchers: ['page!=""'], receiver: page}]}
    - {matchers: [case="inhibited"], receiver: inhibited}
    - {matchers: [case="silenced"], receiver: silenced}
    - {matchers: [case="muted"], receiver: muted, mute_time_intervals: [always]}
    - {matchers: [case="inactive"], receiver: inactive, active_time_intervals: [never]}
    - {matchers: [case="waking"], receiver: waking, active_time_intervals: [never, always]}
    - {matchers: [case="each"], receiver: each, group_by: ['...']}
    - {matchers: [case="quiet"], receiver: quiet, continue: true}
    - {matchers: [case="quiet"], receiver: loud}
    - {matchers: [case="grows"], receiver: grows}
    - {matchers: [case="repeats"], receiver: repeats, repeat_interval: 1s}
    - {matchers: [case="times out"], receiver: times-out}
    - {match: {case: many}, receiver: many, group_by: [case]}
    - {match_re: {case: 'odd.*'}, receiver: 'odd (1)'}
`;

const RECEIVERS = [
  'root',
  'nested',
  'db',
  'either',
  'critical',
  'page',
  'inhibited',
  'silenced',
  'muted',
  'inactive',
  'waking',
  'each',
  'loud',
  'grows',
  'repeats',
  'times-out',
];

const configFor = (hooks: string): string => `
global: {resolve_timeout: 4s}
route:${ROUTES}
inhibit_rules:
  - {source_matchers: [severity="critical"], target_matchers: [severity=~"warning|info"], equal: [case, site, missing]}
  - {source_match: {severity: warning}, target_match_re: {severity: 'info'}, equal: [case]}
time_intervals:
  - {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}
mute_time_intervals:
  - {name: never, time_intervals: [{years: ['2000']}]}
receivers:
${RECEIVERS.map((name) => `  - {name: ${name}, webhook_configs: [{url: '${hooks}/${name}'}]}`).join('\n')}
  - {name: quiet, webhook_configs: [{url: '${hooks}/quiet', send_resolved: false}, {url: '${hooks}/quiet-2'}]}
  - {name: many, webhook_configs: [{url: '${hooks}/many', max_alerts: 2}]}
  - {name: 'odd (1)', webhook_configs: [{url: '${hooks}/odd'}]}
`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

type Sent = {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  startsAt?: string;
  endsAt?: string;
};

const text = (summary: string) => ({ annotations: { summary, runbook: 'https://x.example/r?a=b&c=<d>' } });

/** What is sent at which second; `t` gives a moment of the run. */
function timeline(t: (second: number) => string): { at: number; alerts: Sent[] }[] {
  const far = t(3_600);
  const fires = (labels: Record<string, string>, more: Partial<Sent> = {}): Sent => ({
    labels,
    startsAt: t(0),
    endsAt: far,
    ...more,
  });
  return [
    {
      at: 0,
      alerts: [
        fires({ case: 'none', alertname: 'A' }, text('a')),
        fires({ alertname: 'B', instance: '2', job: 'node' }),
        fires({ alertname: 'B', instance: '1', job: 'node', empty: '' }),
        fires({ alertname: 'B', instance: '3', job: 'a' }),
        fires({ case: 'nested', alertname: 'N1', team: 'db', site: 'a' }),
        fires({ case: 'nested', alertname: 'N2', team: 'web', site: 'a' }),
        fires({ case: 'nested', alertname: 'N3', severity: 'critical', site: 'b' }),
        fires({ case: 'nested', alertname: 'N4', severity: 'critical', page: 'yes' }),
        fires({ case: 'nested', alertname: 'N5', site: 'b' }),
        fires({ case: 'inhibited', alertname: 'Source', severity: 'critical', site: 'a' }),
        fires({ case: 'inhibited', alertname: 'Target', severity: 'warning', site: 'a' }),
        fires({ case: 'inhibited', alertname: 'Other', severity: 'warning', site: 'b' }),
        fires({ case: 'inhibited', alertname: 'Chained', severity: 'info', site: 'c' }),
        fires({ case: 'silenced', alertname: 'S1', site: 'a' }),
        fires({ case: 'silenced', alertname: 'S1', site: 'b' }),
        fires({ case: 'silenced', alertname: 'S2', site: 'a' }),
        fires({ case: 'muted', alertname: 'M' }),
        fires({ case: 'inactive', alertname: 'M' }),
        fires({ case: 'waking', alertname: 'M' }),
        fires({ case: 'each', alertname: 'E', instance: '1' }, text('one')),
        fires({ case: 'each', alertname: 'E', instance: '2' }, text('two')),
        fires({ case: 'quiet', alertname: 'Q' }),
        fires({ case: 'quiet', alertname: 'P' }),
        fires({ case: 'grows', alertname: 'G', instance: '1' }, text('one')),
        fires({ case: 'repeats', alertname: 'R' }),
        { labels: { case: 'times out', alertname: 'T' }, startsAt: t(0) },
        ...['5', '3', '1', '4'].map((instance) => fires({ case: 'many', alertname: 'Many', instance }, text(instance))),
        fires({ case: 'oddly', alertname: 'Größe "x" \\ <y>', path: '/a b\n' }),
      ],
    },
    {
      at: 3,
      alerts: [
        fires({ case: 'inhibited', alertname: 'Source', severity: 'critical', site: 'a' }, { endsAt: t(2) }),
        fires({ case: 'quiet', alertname: 'Q' }, { endsAt: t(2) }),
        fires({ case: 'grows', alertname: 'G', instance: '2' }, { startsAt: t(3), ...text('two') }),
        fires({ case: 'none', alertname: 'A' }, text('changed, which is no reason to tell it again')),
        fires({ case: 'grows', alertname: 'Never fired' }, { endsAt: t(2) }),
      ],
    },
    {
      at: 6,
      alerts: [
        fires({ case: 'grows', alertname: 'G', instance: '1' }, { endsAt: t(5), ...text('one, over') }),
        fires({ case: 'quiet', alertname: 'Q' }, { startsAt: t(6) }),
        fires({ case: 'each', alertname: 'E', instance: '1' }, { endsAt: t(5) }),
      ],
    },
    {
      at: 9,
      alerts: [
        fires({ case: 'grows', alertname: 'G', instance: '2' }, { startsAt: t(3), endsAt: t(8), ...text('two') }),
        fires({ case: 'quiet', alertname: 'P' }, { endsAt: t(8) }),
      ],
    },
  ];
}

const END_S = 11.6;

async function run(server: Server, startMs: number): Promise<void> {
  const t = (second: number): string => new Date(startMs + second * 1_000).toISOString();
  const silence = (site: string) => ({
    matchers: [
      { name: 'case', value: 'silenced', isRegex: false, isEqual: true },
      { name: 'site', value: site, isRegex: true, isEqual: true },
    ],
    startsAt: t(0),
    endsAt: t(3_600),
    createdBy: 'test',
    comment: '',
  });
  const silences = [
    (await askV2(server, 'POST', 'silences', silence('a|x'))) as { silenceID: string },
    (await askV2(server, 'POST', 'silences', { ...silence('b'), endsAt: t(6) })) as { silenceID: string },
  ];
  for (const { at, alerts } of timeline(t)) {
    await pause(Math.max(0, startMs + at * 1_000 - Date.now()));
    await askV2(server, 'POST', 'alerts', alerts);
    if (at === 3) await askV2(server, 'DELETE', `silence/${silences[0]?.silenceID}`);
  }
  await pause(Math.max(0, startMs + END_S * 1_000 - Date.now()));
}

/** Without what is of the peer, and of newer Alertmanagers; each group's messages in their order. */
function told({ received }: Webhooks, startMs: number): Record<string, unknown[]> {
  const second = (time: string): string => {
    if (time === NO_END) return 'none';
    const at = (Date.parse(time) - startMs) / 1_000;
    return Number.isInteger(at) ? `second ${at}` : 'when it timed out';
  };
  const byGroup: Record<string, unknown[]> = {};
  for (const { path, hook } of received) {
    const { externalURL: _peer, ...more } = hook as Hook & Record<string, unknown>;
    delete more['notification_reason'];
    delete more['routeLabels'];
    (byGroup[`${path} ${hook.groupKey}`] ??= []).push({
      ...more,
      alerts: hook.alerts.map((alert) => ({
        ...alert,
        startsAt: second(alert.startsAt),
        endsAt: second(alert.endsAt),
      })),
    });
  }
  return byGroup;
}

describe.skipIf(missing !== '')(
  `side by side with a real Alertmanager${missing === '' ? '' : ` (skipped: ${missing})`}`,
  () => {
    let theirs: Record<string, unknown[]>;
    let ours: Record<string, unknown[]>;
    const stops: (() => Promise<unknown>)[] = [];

    beforeAll(async () => {
      const [theirHooks, ourHooks] = await Promise.all([takeWebhooks(), takeWebhooks()]);
      stops.push(
        () => theirHooks.stop(),
        () => ourHooks.stop(),
      );
      const indented = configFor(ourHooks.url).replaceAll('\n', '\n  ');
      const served: Served = await startServe({
        config: `netflow: {listen: []}\nhost: {enabled: false}\nalertmanager:${indented}\n`,
      });
      stops.push(() => served.stop());
      const peer: Peer = await startAlertmanager(configFor(theirHooks.url));
      stops.push(() => peer.stop());
      const startMs = Math.ceil(Date.now() / 1_000) * 1_000 + 1_000;
      await pause(startMs - 500 - Date.now());
      await Promise.all([run(peer, startMs), run(served, startMs)]);
      theirs = told(theirHooks, startMs);
      ours = told(ourHooks, startMs);
    }, 60_000);
    afterAll(async () => {
      await Promise.all(stops.map((stop) => stop()));
    });

    it('the peer told what it had to: the run was one', () => {
      const counts = Object.fromEntries(
        Object.entries(theirs).map(([group, messages]) => [group.split(' ', 1)[0] ?? '', messages.length]),
      );
      expect(counts).toMatchObject({ '/root': 1, '/grows': 4, '/repeats': 4, '/times-out': 2, '/many': 1 });
      expect(Object.keys(counts)).not.toContain('/muted');
      expect(Object.keys(counts)).not.toContain('/inactive');
    });

    it('to the same groups of the same receivers', () => {
      expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).toSorted());
    });

    it('as many messages with the same contents, in the same order', () => {
      expect(ours).toEqual(theirs);
    });
  },
);
