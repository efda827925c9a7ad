import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { series, snappy, STALE_BITS } from '../../support/remote-write.ts';
import { connectRpc } from '../../support/rpc.ts';
import { ask, eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const WRITE_TOKEN = 'a-token-that-may-only-write';
const sha256 = createHash('sha256').update(WRITE_TOKEN).digest('hex');
const CONFIG = `
netflow: {listen: []}
host: {enabled: false}
http:
  tokens: [{name: north, scope: write, sha256: ${sha256}}]
`;

describe("Prometheus's API of a served engine", () => {
  let served: Served;
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const at = (ageS: number): number => now - ageS * 1_000;

  const post = async (route: string, init: RequestInit = {}, token = served.token) => {
    const response = await fetch(`${served.url}${route}`, {
      ...init,
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, text: await response.text() };
  };
  const write = (...parts: Buffer[]) => post('/api/v1/write', { body: snappy(...parts) }, WRITE_TOKEN);
  const evaluated = async (expr: string, timeMs: number): Promise<[Record<string, string>, string][]> =>
    (
      (await ask(served, `/api/v1/query?query=${encodeURIComponent(expr)}&time=${timeMs / 1_000}`)) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      }
    ).result.map(({ metric, value }) => [metric, value[1]]);

  beforeAll(async () => {
    served = await startServe({ config: CONFIG });
    const { status, text } = await write(
      series(
        [
          ['n', '1'],
          ['__name__', 'written'],
          ['empty', ''],
        ],
        [
          [at(60), 1],
          [at(45), 2],
          [at(30), STALE_BITS],
        ],
      ),
      series(
        [
          ['__name__', 'written'],
          ['n', '2'],
        ],
        [
          [at(60), 5],
          [at(45), 7],
        ],
      ),
    );
    if (status !== 204) throw new Error(text);
  });
  afterAll(async () => {
    await served.stop();
  });

  it('answers with what was written, at once, and ends series where the sender ended them', async () => {
    expect(await evaluated('written', at(40))).toEqual([
      [{ __name__: 'written', n: '1' }, '2'],
      [{ __name__: 'written', n: '2' }, '7'],
    ]);
    expect(await evaluated('written', at(20))).toEqual([[{ __name__: 'written', n: '2' }, '7']]);
    expect(await evaluated('count_over_time(written[5m])', at(20))).toEqual([
      [{ n: '1' }, '2'],
      [{ n: '2' }, '2'],
    ]);
  });

  it('takes late samples, the same ones again in silence, and refuses contradictions and the future', async () => {
    const labels = [
      ['__name__', 'unordered'],
      ['n', '1'],
    ] as const;
    expect(
      (
        await write(
          series(labels, [
            [at(10), 3],
            [at(30), 1],
            [at(20), 2],
          ]),
        )
      ).status,
    ).toBe(204);
    expect(
      (
        await write(
          series(labels, [
            [at(20), 2],
            [at(10), 3],
          ]),
        )
      ).status,
    ).toBe(204);
    const refused = await write(
      series(labels, [
        [at(20), 99],
        [at(5), 4],
        [at(-700), 5],
      ]),
    );
    expect(refused.status).toBe(400);
    expect(refused.text).toBe(
      'samples were refused, all others are stored: 1 out of order, too old, or of another value than the one stored at their time; ' +
        '1 more than 10 minutes in the future (out of bounds)\n',
    );
    const { result } = (await ask(served, `/api/v1/query?query=unordered[1m]&time=${now / 1_000}`)) as {
      result: { values: [number, string][] }[];
    };
    expect(result[0]?.values).toEqual([
      [at(30) / 1_000, '1'],
      [at(20) / 1_000, '2'],
      [at(10) / 1_000, '3'],
      [at(5) / 1_000, '4'],
    ]);
  });

  it('tells what its series are made of', async () => {
    const status = (await ask(served, '/api/v1/status/tsdb')) as {
      headStats: { numSeries: number };
      seriesCountByMetricName: { name: string; value: number }[];
    };
    expect(status.headStats.numSeries).toBeGreaterThanOrEqual(3);
    expect(status.seriesCountByMetricName).toContainEqual({ name: 'written', value: 2 });
  });

  it('shows its config without what could be a secret', async () => {
    const { yaml } = (await ask(served, '/api/v1/status/config')) as { yaml: string };
    expect(yaml).toContain('scope: write');
    expect(yaml).not.toContain(sha256);
  });

  it('deletes series for whoever may', async () => {
    expect((await post('/api/v1/admin/tsdb/delete_series?match[]=written{n="1"}', {}, WRITE_TOKEN)).status).toBe(403);
    expect(await post('/api/v1/admin/tsdb/delete_series?match[]=written{n="1"}')).toEqual({ status: 204, text: '' });
    expect(await evaluated('count_over_time(written[5m])', now)).toEqual([[{ n: '2' }, '2']]);
    expect((await post('/api/v1/admin/tsdb/clean_tombstones')).status).toBe(204);
  });

  it('counts by sender what came', async () => {
    const response = await fetch(`${served.url}/metrics`, { headers: { Authorization: `Bearer ${served.token}` } });
    const metrics = await response.text();
    expect(metrics).toContain('linewarden_remote_write_samples_total{sender="north"} 9\n');
    expect(metrics).toContain('linewarden_remote_write_duplicates_total{sender="north"} 2\n');
    expect(metrics).toContain('linewarden_remote_write_refused_total{sender="north",reason="future"} 1\n');
  });

  it('has a device for whoever writes, with a reason for its state', async () => {
    const rpc = await connectRpc(served);
    try {
      const device = await eventually(
        'the sender to be seen',
        async () => (await rpc.client.devices.list()).find(({ kind }) => kind === 'sender'),
        (found) => found?.state === 'online',
      );
      expect(device).toMatchObject({
        id: 'sender/north',
        address: '127.0.0.1',
        selector: 'sender="north"',
        reason: 'Sends samples',
      });
    } finally {
      rpc.close();
    }
  });

  it('keeps the old config when the new one is wrong, and says so', async () => {
    const file = path.join(served.dataDir, 'linewarden.yml');
    writeFileSync(file, 'hosts: {}\n');
    const bad = await post('/-/reload');
    expect(bad.status).toBe(500);
    expect(bad.text).toMatch(/^failed to reload config: .*linewarden\.yml:1:1: hosts: unknown key/);
    expect(await ask(served, '/api/v1/status/runtimeinfo')).toMatchObject({ reloadConfigSuccess: false });
    writeFileSync(file, CONFIG);
    expect((await post('/-/reload')).status).toBe(200);
    expect(await ask(served, '/api/v1/status/runtimeinfo')).toMatchObject({ reloadConfigSuccess: true });
    expect(await query(served, 'vector(1)')).toHaveLength(1);
  });
});
