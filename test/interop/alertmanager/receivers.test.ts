// Alerts handed on to a real Alertmanager, and the same message to Slack from a real Alertmanager and from us.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { startPeer } from '../../unit/alerting/receivers/peer.ts';
import { askV2, missing, type Peer, type Server, startAlertmanager } from './peer.ts';

const OK = { body: 'ok', headers: { 'content-type': 'text/plain' } };
const TOKEN = 'a-token-for-sending-alerts';

const slackOf = (url: string): string => `
  - name: chat
    slack_configs:
      - api_url: ${url}
        channel: '#{{ .CommonLabels.site }}'
        username: nms
        send_resolved: true
        title: '{{ .Status | toUpper }} {{ .GroupLabels.SortedPairs.Values | join " " }} {{ .Receiver }}'
        title_link: 'http://nms.example/{{ .CommonLabels.alertname }}'
        text: '{{ range .Alerts }}{{ .Annotations.summary }} since {{ .StartsAt.Format "15:04:05" }} {{ .GeneratorURL }} {{ end }}'
        fallback: '{{ len .Alerts.Firing }}/{{ len .Alerts.Resolved }}'
        footer: '{{ .CommonAnnotations.SortedPairs.Names | join "," }}'
        icon_emoji: ':bell:'
        link_names: true
        short_fields: true
        fields:
          - {title: Site, value: '{{ .CommonLabels.site }}'}
          - {title: Long, value: 'x & <y>', short: false}
        actions:
          - {type: button, text: Look, url: 'http://nms.example/{{ .Status }}', style: primary}`;

const ROUTE = 'route: {receiver: chat, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}';

const sent = (startsAtMs: number, endsAtMs?: number) => [
  {
    labels: { alertname: 'LinkDown', site: 'north', instance: 'core:8728', severity: 'critical' },
    annotations: { summary: 'Link <down> & out', runbook: 'https://wiki.example/a?b=c' },
    startsAt: new Date(startsAtMs).toISOString(),
    ...(endsAtMs !== undefined && { endsAt: new Date(endsAtMs).toISOString() }),
    generatorURL: 'http://nms.example/graph?g0.expr=up',
  },
];

type Gettable = {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
};

describe.skipIf(missing !== '')(
  `receivers beside a real Alertmanager${missing === '' ? '' : ` (skipped: ${missing})`}`,
  () => {
    const closing: (() => Promise<unknown>)[] = [];
    const bodies = () => [toUs.received.map(({ body }) => body), toThem.received.map(({ body }) => body)] as const;
    const both = (count: number) =>
      eventually(
        'messages',
        async () => bodies(),
        ([us, them]) => us.length === count && them.length === count,
      );
    const there = async () => (await askV2(theirs, 'GET', 'alerts?filter=alertname%3D%22Handed%22')) as Gettable[];
    let theirs: Peer;
    let ours: Server;
    let served: Served;
    let toThem: Awaited<ReturnType<typeof startPeer>>;
    let toUs: Awaited<ReturnType<typeof startPeer>>;

    beforeAll(async () => {
      toThem = await startPeer(() => OK);
      toUs = await startPeer(() => OK);
      closing.push(
        () => toThem.stop(),
        () => toUs.stop(),
      );
      theirs = await startAlertmanager(`${ROUTE}\nreceivers:${slackOf(toThem.url)}\n`);
      closing.push(() => theirs.stop());
      const sha256 = createHash('sha256').update(TOKEN).digest('hex');
      const upstream = `
  - name: upstream
    alertmanager_configs: [{url: '${theirs.url}'}]`;
      const section = `${ROUTE.replace('{receiver', '{routes: [{matchers: [hand=on], receiver: upstream}], receiver')}\nreceivers:${slackOf(toUs.url)}${upstream}\n`;
      served = await startServe({
        config: [
          'host: {enabled: false}',
          'netflow: {listen: []}',
          `http: {tokens: [{name: alerts, scope: write, sha256: ${sha256}}]}`,
          `alertmanager:\n${section.replaceAll(/^/gm, '  ')}`,
        ].join('\n'),
      });
      closing.push(() => served.stop());
      ours = { url: served.url.replace(/\/$/, ''), token: TOKEN };
    });
    afterAll(async () => {
      for (const close of closing.toReversed()) await close();
    });

    it('posts to Slack what Alertmanager posts, when it fires and when it is over', async () => {
      const startsAtMs = Date.now() - 60_000;
      const post = async (endsAtMs?: number) => {
        await askV2(theirs, 'POST', 'alerts', sent(startsAtMs, endsAtMs));
        await askV2(ours, 'POST', 'alerts', sent(startsAtMs, endsAtMs));
      };
      await post();
      await both(1);
      await post(Date.now());
      const [us, them] = await both(2);
      expect(us).toEqual(them);
      expect(us[0]).toMatchObject({
        channel: '#north',
        attachments: [{ title: 'FIRING LinkDown chat', color: 'danger' }],
      });
      expect(us[1]).toMatchObject({ attachments: [{ title: 'RESOLVED LinkDown chat', color: 'good' }] });
    });

    it('hands alerts on, and their end', async () => {
      const startsAtMs = Date.now() - 60_000;
      const [alert] = sent(startsAtMs);
      const handed = { ...alert!, labels: { ...alert!.labels, alertname: 'Handed', hand: 'on' } };
      await askV2(ours, 'POST', 'alerts', [handed]);
      const [got] = await eventually('the alert there', there, (alerts) => alerts.length === 1);
      expect(got).toMatchObject({
        labels: handed.labels,
        annotations: handed.annotations,
        startsAt: handed.startsAt,
        generatorURL: handed.generatorURL,
      });
      // Longer than until it is told again.
      expect(Date.parse(got!.endsAt) - Date.now()).toBeGreaterThan(4 * 3_600_000);
      await askV2(ours, 'POST', 'alerts', [{ ...handed, endsAt: new Date().toISOString() }]);
      await eventually('its end there', there, (alerts) => alerts.length === 0);
    });
  },
);
