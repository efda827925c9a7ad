// A real Prometheus scrapes /metrics by the published scrape config, and evaluates what was pushed.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRpc } from '../../support/rpc.ts';
import { eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { missing, startPrometheus } from './peer.ts';
import type { Peer } from './peer.ts';

if (missing !== '') process.stdout.write(`skipped: scraped by Prometheus; ${missing}\n`);

describe.skipIf(missing !== '')('/metrics, scraped by Prometheus', () => {
  let served: Served;
  let peer: Peer;
  let token = '';
  beforeAll(async () => {
    served = await startServe({
      config: `
host: {enabled: false}
netflow: {listen: []}
push: {clients: [{id: c1, name: laptop-7, key: key-of-c1}]}
`,
    });
    const answer = await fetch(`${served.url}/api/v1/clients/c1/metrics`, {
      method: 'POST',
      headers: { Authorization: 'Bearer key-of-c1', 'Content-Type': 'application/json' },
      body: '{"headless": false, "metrics": {"bytes_sent": 1048576, "bytes_received": 2097152, "connection_uptime": 3600}}',
    });
    if (answer.status !== 200) throw new Error(await answer.text());
    const rpc = await connectRpc(served);
    token = (await rpc.client.push.rotateMetricsToken({ overlapMs: 0 })).key;
    rpc.close();
    peer = await startPrometheus(`
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: 'tobogganing-manager'
    bearer_token: '${token}'
    static_configs:
      - targets: ['${new URL(served.url).host}']
`);
  }, 60_000);
  afterAll(async () => {
    await peer?.stop();
    await served?.stop();
  });

  const ask = async (expr: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
    const answer = await fetch(`${peer.url}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const body = (await answer.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return body.data.result;
  };

  it('is taken with its token, all of it', async () => {
    const up = await eventually(
      'a scrape',
      () => ask('up'),
      (samples) => samples.length > 0,
    );
    expect(up[0]?.value[1]).toBe('1');
    const [bytes] = await ask('tobogganing_client_bytes_sent');
    expect([bytes?.metric, bytes?.value[1]]).toEqual([
      {
        __name__: 'tobogganing_client_bytes_sent',
        client_id: 'c1',
        headless: 'false',
        instance: new URL(served.url).host,
        job: 'tobogganing-manager',
        name: 'laptop-7',
        type: 'native',
      },
      '1048576',
    ]);
    expect(
      (await ask('count by (type) (tobogganing_client_last_check_in_timestamp > (time() - 300))'))[0]?.value[1],
    ).toBe('1');
    expect((await ask('tobogganing_manager_certificates_issued_total'))[0]?.value[1]).toBe('0');
    const types = (await (await fetch(`${peer.url}/api/v1/metadata?limit_per_metric=1`)).json()) as {
      data: Record<string, { type: string; help: string }[]>;
    };
    // By OpenMetrics, where a counter's family has no suffix.
    expect(types.data['tobogganing_manager_auth_attempts']?.[0]?.type).toBe('counter');
    expect(types.data['tobogganing_manager_clusters_total']?.[0]?.type).toBe('gauge');
  });

  it('is refused without it', async () => {
    const { status } = await fetch(`${served.url}/metrics`);
    expect(status).toBe(401);
  });

  it('is free of faults by promtool, in the text format', async (context) => {
    if (spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status !== 0) {
      context.skip('promtool is not installed');
    }
    const answer = await fetch(`${served.url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: await answer.text(), encoding: 'utf8' });
    // Tobogganing's own name for a gauge is what promtool would name otherwise.
    const faults = `${checked.stdout}${checked.stderr}`.split('\n').filter((line) => line !== '');
    expect(faults).toEqual([
      'tobogganing_manager_clients_total non-counter metrics should not have "_total" suffix',
      'tobogganing_manager_clusters_total non-counter metrics should not have "_total" suffix',
    ]);
  });
});
