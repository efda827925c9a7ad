import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { difference, type QueryData } from './compare.ts';
import { type Exporter, startExporter } from './exporter.ts';
import { askApi, freePort, missing, type Peer, startPrometheus } from './peer.ts';

const TOKEN = 'the-write-token-of-this-test';
const KILLS = 6;
const JOBS = 'job=~"exporter|itself"';

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const sha256 = createHash('sha256').update(TOKEN).digest('hex');
const CONFIG = `
netflow: {listen: []}
host: {enabled: false}
http: {tokens: [{name: prometheus, scope: write, sha256: ${sha256}}]}
`;

/** Scrapes so often that a kill finds something under way. */
const peerConfig = (port: number, target: string): string => `
global: {scrape_interval: 200ms, scrape_timeout: 200ms}
scrape_configs:
  - {job_name: exporter, static_configs: [{targets: ['${target}']}]}
  - {job_name: itself, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{targets: ['PROMETHEUS']}]}
remote_write:
  - url: http://127.0.0.1:${port}/api/v1/write
    authorization: {credentials: ${TOKEN}}
    queue_config: {batch_send_deadline: 200ms, max_backoff: 500ms, max_shards: 4}
    metadata_config: {send_interval: 2s}
`;

describe.skipIf(missing !== '')(
  `a real Prometheus writes, and the engine is killed${missing === '' ? '' : ` (skipped: ${missing})`}`,
  () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-remote-write-'));
    let exporter: Exporter;
    let peer: Peer;
    let served: Served;
    let port: number;
    let startedMs: number;
    let stoppedMs: number;
    const start = () => startServe({ config: CONFIG, dataDir, port });

    beforeAll(async () => {
      port = await freePort();
      [exporter, served] = await Promise.all([startExporter(), start()]);
      startedMs = Date.now();
      peer = await startPrometheus(peerConfig(port, exporter.target));
      for (let i = 0; i < KILLS; i++) {
        await pause(1_000 + Math.random() * 2_000);
        await served.kill();
        await pause(Math.random() * 1_000);
        served = await start();
      }
      await pause(2_000);
      // The target goes down: all its series end.
      await exporter.stop();
      stoppedMs = Date.now() + 2_000;
      await pause(2_000);
    }, 80_000);
    afterAll(async () => {
      await Promise.all([served?.stop(), peer?.stop(), exporter?.stop()]);
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    });

    const valueAt = async (expr: string): Promise<number> => {
      const { body } = await askApi(peer, 'query', { query: expr });
      const { result } = body.data as { result: { value: [number, string] }[] };
      return Number(result[0]?.value[1] ?? Number.NaN);
    };

    it('has sent everything, and was never told to drop any', async () => {
      const sent = await eventually(
        'all samples until the end to be sent',
        () => valueAt('min(prometheus_remote_storage_queue_highest_sent_timestamp_seconds)'),
        (second) => second * 1_000 > stoppedMs,
      );
      expect(sent).toBeGreaterThan(0);
      expect(await valueAt('sum(prometheus_remote_storage_samples_failed_total)')).toBe(0);
      expect(await valueAt('sum(prometheus_remote_storage_samples_dropped_total)')).toBe(0);
      // It did have to try again: the kills were felt.
      expect(await valueAt('sum(prometheus_remote_storage_samples_retried_total)')).toBeGreaterThan(0);
    });

    it('every sample is there exactly once, with its value', async () => {
      const seconds = Math.ceil((stoppedMs - startedMs) / 1_000) + 1;
      const params = { query: `{${JOBS}}[${seconds}s]`, time: String(stoppedMs / 1_000) };
      const [ours, theirs] = await Promise.all([served, peer].map((server) => askApi(server, 'query', params)));
      const samples = (theirs?.body as { data: { result: { values: unknown[] }[] } } | undefined)?.data.result ?? [];
      expect(samples.length).toBeGreaterThan(500);
      expect(samples.reduce((sum, { values }) => sum + values.length, 0)).toBeGreaterThan(10_000);
      expect(difference(ours?.body.data as QueryData, theirs?.body.data as QueryData, false)).toBeUndefined();
    }, 40_000);

    it('series end where they ended', async () => {
      const counted = `count by (__name__, job) ({${JOBS}})`;
      const graph = { start: String(startedMs / 1_000), end: String(stoppedMs / 1_000), step: '0.731' };
      const [ours, theirs] = await Promise.all(
        [served, peer].map((server) => askApi(server, 'query_range', { query: counted, ...graph })),
      );
      expect(difference(ours?.body.data as QueryData, theirs?.body.data as QueryData, true)).toBeUndefined();
      const [visits] = await query(served, 'changes(visitor[1h])');
      expect(Number(visits?.value[1])).toBeGreaterThan(10);
      expect(await query(served, 'load_total')).toEqual([]);
      expect(await query(served, 'up{job="exporter"}')).toMatchObject([{ value: [expect.anything(), '0'] }]);
    });

    it('tells what the metrics mean, and what was sent', async () => {
      const { body } = await askApi(served, 'metadata', { metric: 'load_total' });
      expect(body.data).toEqual({ load_total: [{ type: 'counter', help: 'Work done.', unit: '' }] });
      const response = await fetch(`${served.url}/metrics`, { headers: { Authorization: `Bearer ${served.token}` } });
      const metrics = await response.text();
      expect(metrics).toMatch(/^linewarden_remote_write_samples_total\{sender="prometheus"\} [1-9]\d*$/m);
      expect(metrics).toMatch(/^linewarden_remote_write_requests_total\{sender="prometheus",code="204"\} [1-9]\d*$/m);
      // Each reason is told, and nothing was refused for any.
      const refused = metrics.split('\n').filter((line) => line.startsWith('linewarden_remote_write_refused_total{'));
      expect(refused).not.toEqual([]);
      expect(refused.filter((line) => !line.endsWith(' 0'))).toEqual([]);
    });
  },
);
