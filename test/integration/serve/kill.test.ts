import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ask, eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const ROUNDS = 20;
/** Polled samples are committed within 50 ms of their poll; what is older than this must survive. */
const COMMITTED_MS = 500;

const config = "host: {interval: 1s}\nnetflow: {listen: ['127.0.0.1:0'], flush_interval: 1s}\n";

type MatrixAnswer = { result: { metric: Record<string, string>; values: [number, string][] }[] };

/** Whether all samples of the one JSON list are in the other, with their values. */
function holds(list: string | undefined, samples: string): boolean {
  const has = new Set((JSON.parse(list ?? '[]') as unknown[]).map((sample) => JSON.stringify(sample)));
  return (JSON.parse(samples) as unknown[]).every((sample) => has.has(JSON.stringify(sample)));
}

/** Every sample, with its time and value, in the ten minutes up to a moment, by series. */
async function samplesUntil(served: Served, untilMs: number): Promise<Map<string, string>> {
  const expr = '{__name__=~"node_load1|up|mktxp_system_uptime|edge_ipfix_bytes_total"}[10m]';
  const answer = (await ask(
    served,
    `/api/v1/query?query=${encodeURIComponent(expr)}&time=${untilMs / 1000}`,
  )) as MatrixAnswer;
  return new Map(answer.result.map(({ metric, values }) => [JSON.stringify(metric), JSON.stringify(values)]));
}

it(
  `is killed ${ROUNDS} times while a sample network loads it: nothing committed is missing, each next start is clean`,
  { timeout: 240_000 },
  async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-kill-'));
    let served = await startServe({ command: 'lab', config, dataDir });
    await eventually(
      'samples',
      () => query(served, 'node_load1'),
      (samples) => samples.length > 0,
    );
    try {
      for (let round = 0; round < ROUNDS; round++) {
        // A different moment of the writer's work each time.
        await new Promise((resolve) => {
          setTimeout(resolve, 900 + ((round * 137) % 700));
        });
        const untilMs = Date.now() - COMMITTED_MS;
        const before = await samplesUntil(served, untilMs);
        await served.kill();
        served = await startServe({ command: 'lab', config, dataDir });
        expect(served.stderr()).toBe('');
        const after = await samplesUntil(served, untilMs);
        expect(before.size).toBeGreaterThan(0);
        // A counter that begins anew gets a zero a second before its first value: that may lie before the kill, and is no loss.
        const missing = [...before].filter(([series, samples]) => !holds(after.get(series), samples));
        expect(missing).toEqual([]);
      }
    } catch (error) {
      await served.kill();
      throw error;
    }
    expect(await served.stop()).toBe(0);
    rmSync(dataDir, { recursive: true, force: true });
  },
);
