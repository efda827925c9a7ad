// The whole way in a served engine: data arrives, a rule fires, a webhook is told; and the routing in the config.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { series, snappy } from '../../support/remote-write.ts';
import { connectRpc } from '../../support/rpc.ts';
import type { RpcConnection } from '../../support/rpc.ts';
import { startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

type Payload = { status: string; receiver: string; alerts: { labels: Record<string, string> }[] };

const WAIT = { timeout: 20_000, interval: 50 };

describe('alerts of a served engine', () => {
  let dir = '';
  let served: Served;
  let rpc: RpcConnection;
  let sink: Server;
  let url = '';
  let answers = 200;
  const told: Payload[] = [];

  const config = (kind = '', receiver = 'sink'): string => `
netflow: {listen: []}
host: {enabled: false}
global: {evaluation_interval: 1h}
rule_files: [rules.yml]
alertmanager:
  route: {receiver: ${receiver}, group_by: [alertname], group_wait: 0s}
  receivers:
    - name: sink
      webhook_configs: [{url: '${url}'}]
${kind}`;

  const post = async (route: string, body?: Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${served.url}${route}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${served.token}` },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, text: await response.text() };
  };
  const write = (name: string, n: string) =>
    post(
      '/api/v1/write',
      snappy(
        series(
          [
            ['__name__', name],
            ['n', n],
          ],
          [[Date.now(), 1]],
        ),
      ),
    );
  const health = async (): Promise<string> => (await rpc.client.system.health()).problems.join(' ');
  const metrics = async (): Promise<string> =>
    (await fetch(`${served.url}/metrics`, { headers: { Authorization: `Bearer ${served.token}` } })).text();
  const reload = (text: string) => {
    writeFileSync(path.join(dir, 'linewarden.yml'), text);
    return post('/-/reload');
  };

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'lw-alerts-'));
    sink = createServer((request, answer) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (answers === 200) told.push(JSON.parse(Buffer.concat(parts).toString()) as Payload);
        answer.statusCode = answers;
        answer.end();
      });
    });
    await new Promise<void>((resolve) => {
      sink.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`;
    writeFileSync(
      path.join(dir, 'rules.yml'),
      'groups: [{name: g, rules: [{alert: Hot, expr: temp == 1}, {alert: Wet, expr: wet == 1}]}]\n',
    );
    served = await startServe({ config: config(), dataDir: dir });
    rpc = await connectRpc(served);
  });
  afterAll(async () => {
    rpc.close();
    await served.stop();
    sink.closeAllConnections();
    sink.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('are told as soon as the data is stored, an hour before the next evaluation', async () => {
    expect((await write('temp', '1')).status).toBe(204);
    await vi.waitFor(() => expect(told).toHaveLength(1), WAIT);
    expect(told[0]).toMatchObject({
      version: '4',
      status: 'firing',
      receiver: 'sink',
      groupKey: '{}:{alertname="Hot"}',
      alerts: [{ labels: { alertname: 'Hot', n: '1' }, endsAt: '0001-01-01T00:00:00Z' }],
    });
    await vi.waitFor(
      async () =>
        expect(await metrics()).toContain(
          'linewarden_notifications_total{receiver="sink",kind="webhook",result="delivered"} 1\n',
        ),
      WAIT,
    );
  });

  it('wait where a receiver refuses for now, which health says', async () => {
    answers = 503;
    await write('wet', '1');
    await vi.waitFor(
      async () =>
        expect(await health()).toMatch(/1 message about alerts waits to be delivered.*webhook of receiver sink: /),
      WAIT,
    );
    answers = 200;
    await vi.waitFor(() => expect(told).toHaveLength(2), WAIT);
    await vi.waitFor(async () => expect(await health()).not.toContain('about alerts'), WAIT);
  });

  it('go their old way when a new configuration is wrong, and nobody is told twice by a reload', async () => {
    const bad = await reload(config('', 'nobody'));
    expect(bad.status).toBe(500);
    expect(bad.text).toMatch(
      /linewarden\.yml:7:21: alertmanager\.route\.receiver: expected the name of a receiver below receivers:, got "nobody"/,
    );
    expect((await reload(config('      pagerduty_configs: [{routing_key: abc}]\n'))).status).toBe(200);
    expect(await health()).toContain('Receiver sink: pagerduty is not supported, nothing is sent there.');
    expect((await reload(config())).status).toBe(200);
    expect(await health()).not.toContain('pagerduty');
    expect(told).toHaveLength(2);
  });
});
