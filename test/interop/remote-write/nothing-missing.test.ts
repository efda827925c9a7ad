import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { type Exporter, startExporter } from '../prometheus/exporter.ts';
import { askApi } from '../prometheus/peer.ts';
import {
  countOf,
  exported,
  lacking,
  missing,
  prometheusReceiver,
  type Receiver,
  samplesOfMatrix,
  type Samples,
  victoriaMetrics,
} from './peers.ts';

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Of a metric of the sender's. */
const valueOf = (metrics: string, name: string, remote: string): number =>
  Number(new RegExp(`^linewarden_remote_storage_${name}\\{remote_name="${remote}"\\} (\\S+)$`, 'm').exec(metrics)?.[1]);

const configOf = (target: string, prometheus: Receiver, victoria: Receiver): string => `
global: {scrape_interval: 1s, scrape_timeout: 200ms, external_labels: {site: north}}
netflow: {listen: []}
host: {enabled: false}
scrape_configs:
  - {job_name: exporter, scrape_interval: 200ms, static_configs: [{targets: ['${target}']}]}
remote_write:
  - url: ${prometheus.url}/api/v1/write
    name: prometheus
    write_relabel_configs: [{source_labels: [job], regex: exporter, action: keep}]
    queue_config: {batch_send_deadline: 200ms, max_backoff: 500ms, max_samples_per_send: 500}
    metadata_config: {send_interval: 1s}
  - url: ${victoria.url}/api/v1/write
    name: victoria
    queue_config: {batch_send_deadline: 200ms, max_backoff: 500ms}
`;

describe.skipIf(missing !== '')(
  `what is stored goes to a real Prometheus and a real VictoriaMetrics, and all of them are killed${missing === '' ? '' : ` (skipped: ${missing})`}`,
  () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-remote-write-sender-'));
    let exporter: Exporter;
    let prometheus: Receiver;
    let victoria: Receiver;
    let served: Served;
    let config: string;
    let ours: Samples;
    let stoppedMs: number;
    let metrics: string;

    beforeAll(async () => {
      [exporter, prometheus, victoria] = await Promise.all([startExporter(), prometheusReceiver(), victoriaMetrics()]);
      config = configOf(exporter.target, prometheus, victoria);
      await Promise.all([prometheus.start(), victoria.start()]);
      const startedMs = Date.now();
      served = await startServe({ config, dataDir });
      const beKilled = async (): Promise<void> => {
        await served.kill();
        served = await startServe({ config, dataDir });
      };
      await pause(1_500);
      for (const peer of [prometheus, victoria]) {
        await peer.kill();
        await pause(1_000);
        // Both sides at once, and then the one while the other is away.
        await beKilled();
        await pause(800);
        await peer.start();
        await pause(700);
        await beKilled();
        await pause(500);
      }
      await exporter.stop();
      await pause(1_000);
      stoppedMs = Date.now();
      metrics = await eventually(
        'all to be sent',
        async () =>
          (await fetch(`${served.url}/metrics`, { headers: { Authorization: `Bearer ${served.token}` } })).text(),
        (text) =>
          /^linewarden_remote_storage_lag_seconds\{remote_name="prometheus"\} 0$/m.test(text) &&
          /^linewarden_remote_storage_lag_seconds\{remote_name="victoria"\} 0(?:\.\d+)?$/m.test(text),
      );
      const seconds = Math.ceil((stoppedMs - startedMs) / 1_000) + 1;
      const params = { query: `{job="exporter"}[${seconds}s]`, time: String(stoppedMs / 1_000) };
      const answer = await askApi(served, 'query', params);
      const { result } = answer.body.data as { result: Parameters<typeof samplesOfMatrix>[0] };
      ours = samplesOfMatrix(result.map(({ metric, values }) => ({ metric: { ...metric, site: 'north' }, values })));
    }, 60_000);
    afterAll(async () => {
      await Promise.all([served?.stop(), exporter?.stop(), prometheus?.end(), victoria?.end()]);
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    });

    it('Prometheus has every sample', async () => {
      expect(countOf(ours)).toBeGreaterThan(1_000);
      const params = { query: '{job="exporter"}[5m]', time: String(stoppedMs / 1_000) };
      const { body } = await askApi(prometheus, 'query', params);
      const theirs = samplesOfMatrix((body.data as { result: Parameters<typeof samplesOfMatrix>[0] }).result);
      expect(lacking(ours, theirs)).toEqual([]);
      expect(lacking(theirs, ours)).toEqual([]);
    });

    it('VictoriaMetrics has every sample', async () => {
      const wanted = new Map([...ours].filter(([key]) => !key.includes('["n","nan"]')));
      const theirs = await eventually(
        'VictoriaMetrics to show what came last',
        async () => lacking(wanted, await exported(victoria, '{job="exporter",n!="nan"}')),
        (lacks) => lacks.length === 0,
      );
      expect(theirs).toEqual([]);
    });

    it('series end over there as they ended here, and only what relabelling keeps is sent', async () => {
      expect(await query(served, 'load_total')).toEqual([]);
      const now = String(stoppedMs / 1_000);
      const ended = await askApi(prometheus, 'query', { query: 'load_total', time: now });
      expect(ended.body.data).toEqual({ resultType: 'vector', result: [] });
      const others = await askApi(prometheus, 'query', { query: 'count({job!="exporter",__name__=~".+"})', time: now });
      expect(others.body.data).toEqual({ resultType: 'vector', result: [] });
    });

    it('counts what went where, and what had to be tried again', () => {
      expect(valueOf(metrics, 'samples_total', 'victoria')).toBeGreaterThan(0);
      expect(valueOf(metrics, 'samples_failed_total', 'victoria')).toBe(0);
      expect(valueOf(metrics, 'samples_dropped_total', 'prometheus')).toBeGreaterThan(0);
      expect(valueOf(metrics, 'bytes_total', 'prometheus')).toBeGreaterThan(0);
    });
  },
);
