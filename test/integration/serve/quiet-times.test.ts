// Maintenance windows, an alert's page and the heartbeat, through the served engine: set in the window, kept over a kill.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRpc, type RpcConnection } from '../../support/rpc.ts';
import { eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

type Hook = { status: string; alerts: { labels: Record<string, string> }[] };

const RULES = `
groups:
  - name: test
    interval: 1s
    rules:
      - {alert: Busy, expr: 'vector(7) > 5', labels: {site: north, severity: warning}, annotations: {summary: 'busy'}}
      - {alert: Busy, expr: 'vector(8) > 5', labels: {site: south, severity: warning}}
`;

describe('quiet times', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-quiet-'));
  const told: Hook[] = [];
  const beats: string[] = [];
  let server: Server;
  let url: string;
  let served: Served;
  let rpc: RpcConnection;

  const take = async (request: IncomingMessage): Promise<void> => {
    if (request.method === 'POST') told.push((await json(request)) as Hook);
    else beats.push(request.url ?? '');
  };
  const start = async (): Promise<void> => {
    served = await startServe({
      dataDir: dir,
      config: `
netflow: {listen: []}
host: {enabled: false}
rule_files: [rules.yml]
alertmanager:
  route: {receiver: hook, group_by: [site], group_wait: 1s, group_interval: 1s, routes: [{receiver: hook, matchers: [alertname="Busy"]}, {receiver: nobody, matchers: [alertname!="Busy"]}]}
  receivers: [{name: hook, webhook_configs: [{url: '${url}/hook'}]}, {name: nobody}]
`,
    });
    rpc = await connectRpc(served);
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      void take(request).then(() => response.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(path.join(dir, 'rules.yml'), '');
    await start();
  });
  afterAll(async () => {
    rpc.close();
    await served.stop();
    server.closeAllConnections();
    server.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('keep alerts quiet over a kill, until the window is switched off', async () => {
    const form = {
      title: 'New mast',
      deviceIds: [],
      matchers: [{ name: 'site', op: '=' as const, value: 'north' }],
      schedule: { kind: 'once' as const, startsAtMs: Date.now() - 1_000, endsAtMs: Date.now() + 3_600_000 },
    };
    const { id } = await rpc.client.maintenance.save(form);
    rpc.close();
    await served.kill();
    writeFileSync(path.join(dir, 'rules.yml'), RULES);
    await start();
    await eventually(
      'the other site to be told of',
      () => Promise.resolve(told.length),
      (count) => count > 0,
    );
    const quiet = await eventually(
      'the alert',
      async () => (await rpc.client.alerts.list()).find(({ labels }) => labels['site'] === 'north'),
      (alert) => alert?.state === 'firing',
    );
    const page = await rpc.client.alerts.page({ fingerprint: quiet?.fingerprint ?? '' });
    expect(page).toMatchObject({
      alert: { name: 'Busy', value: 7 },
      quietedBy: [expect.stringContaining('New mast')],
      receivers: ['hook'],
      threshold: { op: '>', value: 5 },
      graph: { query: 'vector(7)', series: [{ values: expect.arrayContaining([7]) }] },
      history: [{ resolvedAtMs: null }],
    });
    // South has been told once; north would have been with it.
    expect(told.map(({ alerts }) => alerts.map(({ labels }) => labels['site']))).toEqual([['south']]);
    expect(await rpc.client.maintenance.preview(form)).toMatchObject({ total: 1, alerts: [{ name: 'Busy' }] });
    await rpc.client.maintenance.save({ ...form, id, isEnabled: false });
    await eventually(
      'north to be told of',
      () => Promise.resolve(told.length),
      (count) => count > 1,
    );
    expect(told[1]?.alerts.map(({ labels }) => labels['site'])).toEqual(['north']);
  });

  it('are no reason to stop the heartbeat, whose URL nobody is shown', async () => {
    expect(await rpc.client.heartbeat.change({ url: `${url}/alive/s3cret`, intervalMs: 10_000 })).toMatchObject({
      setBy: 'window',
      origin: url,
    });
    const shown = await eventually(
      'a heartbeat',
      () => rpc.client.heartbeat.get(),
      ({ lastSentAtMs }) => lastSentAtMs !== null,
    );
    expect(beats[0]).toBe('/alive/s3cret');
    expect(JSON.stringify(shown)).not.toContain('s3cret');
    expect(served.stderr()).not.toContain('s3cret');
    await rpc.client.heartbeat.change({ url: null, intervalMs: 10_000 });
  });
});
