import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { missing, startPrometheus } from '../prometheus/peer.ts';
import { askV2 } from './peer.ts';
import { takeWebhooks, type Webhooks } from './webhooks.ts';

const TOKEN = 'the-write-token-of-this-test';

const RULES = `
groups:
  - name: levels
    rules:
      - alert: LevelHigh
        expr: level > 5
        labels: {severity: critical}
        annotations: {summary: 'the level of {{ $labels.tank }} is {{ $value }}'}
`;

const prometheusConfig = (rules: string, exporter: number, served: Served): string => `
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {site: north}}
rule_files: ['${rules}']
scrape_configs:
  - {job_name: tanks, static_configs: [{targets: ['127.0.0.1:${exporter}']}]}
alerting:
  alertmanagers:
    - static_configs: [{targets: ['${new URL(served.url).host}']}]
      authorization: {credentials: ${TOKEN}}
`;

const servedConfig = (hooks: string): string => `
netflow: {listen: []}
host: {enabled: false}
http:
  tokens: [{name: prometheus, scope: write, sha256: ${createHash('sha256').update(TOKEN).digest('hex')}}]
alertmanager:
  route:
    receiver: others
    routes: [{receiver: critical, matchers: [severity="critical"], group_by: [site], group_wait: 0s, group_interval: 1s}]
  receivers:
    - {name: others}
    - {name: critical, webhook_configs: [{url: '${hooks}/critical'}]}
`;

describe.skipIf(missing !== '')(
  `a real Prometheus sends its alerts to us${missing === '' ? '' : ` (skipped: ${missing})`}`,
  () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-alerts-'));
    let level = 9;
    let exporter: Server;
    let hooks: Webhooks;
    let served: Served;
    let peer: Awaited<ReturnType<typeof startPrometheus>>;

    beforeAll(async () => {
      exporter = createServer((_request, response) => {
        response.setHeader('Content-Type', 'text/plain; version=0.0.4');
        response.end(`level{tank="a"} ${level}\nlevel{tank="b"} 1\n`);
      }).listen(0, '127.0.0.1');
      await once(exporter, 'listening');
      hooks = await takeWebhooks();
      served = await startServe({ config: servedConfig(hooks.url) });
      const rules = path.join(dir, 'rules.yml');
      writeFileSync(rules, RULES);
      const { port } = exporter.address() as AddressInfo;
      peer = await startPrometheus(prometheusConfig(rules, port, served), ['--rules.alert.resend-delay=1s']);
    }, 60_000);
    afterAll(async () => {
      await Promise.all([served?.stop(), peer?.stop(), hooks?.stop()]);
      exporter.closeAllConnections();
      exporter.close();
      rmSync(dir, { recursive: true, force: true });
    });

    it('and they are routed and told', async () => {
      await eventually(
        'a message',
        () => Promise.resolve(hooks.received.length),
        (count) => count > 0,
      );
      const [first] = hooks.received;
      expect(first).toMatchObject({
        path: '/critical',
        hook: {
          receiver: 'critical',
          status: 'firing',
          groupKey: '{}/{severity="critical"}:{site="north"}',
          alerts: [
            {
              status: 'firing',
              labels: { alertname: 'LevelHigh', tank: 'a', site: 'north', job: 'tanks', severity: 'critical' },
              annotations: { summary: 'the level of a is 9' },
              endsAt: '0001-01-01T00:00:00Z',
              generatorURL: expect.stringContaining('g0.expr=level+%3E+5'),
            },
          ],
        },
      });
      expect(await askV2(served, 'GET', 'alerts?receiver=critical')).toMatchObject([
        {
          labels: { alertname: 'LevelHigh', tank: 'a' },
          status: { state: 'active' },
          receivers: [{ name: 'critical' }],
        },
      ]);
    });

    it('and that they are over', async () => {
      level = 2;
      const told = await eventually(
        'the last message',
        () => Promise.resolve(hooks.received.at(-1)?.hook),
        (hook) => hook?.status === 'resolved',
      );
      expect(told?.alerts).toMatchObject([{ status: 'resolved', labels: { tank: 'a' } }]);
      // As often as something changed, and not each time that it was sent again.
      expect(hooks.received.map(({ hook }) => hook.status)).toEqual(['firing', 'resolved']);
      expect(await askV2(served, 'GET', 'alerts?receiver=critical')).toEqual([]);
    });
  },
);
