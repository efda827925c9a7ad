import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { series, snappy } from '../../support/remote-write.ts';
import { eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { type Exporter, startExporter } from '../prometheus/exporter.ts';
import { askApi, remoteWrite } from '../prometheus/peer.ts';
import { exported, lacking, missing, type Receiver, samplesOfMatrix, victoriaMetrics } from './peers.ts';

const DAY_S = 86_400;

type Body = {
  readonly status: string;
  readonly data?: {
    result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
  };
  readonly warnings?: string[];
  readonly infos?: string[];
};

describe.skipIf(missing !== '')(
  `VictoriaMetrics is the long-term store${missing === '' ? '' : ` (skipped: ${missing})`}`,
  () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-long-term-'));
    const oldS = Math.floor(Date.now() / 1_000) - 30 * DAY_S;
    let exporter: Exporter;
    let victoria: Receiver;
    let served: Served;

    const asked = async (route: string, params: Record<string, string>): Promise<Body> =>
      (await askApi(served, route, params)).body as Body;
    const old = (): Promise<Body> => asked('query', { query: 'sum by (job, site) (visits_total)', time: String(oldS) });

    beforeAll(async () => {
      [exporter, victoria] = await Promise.all([startExporter(), victoriaMetrics()]);
      await victoria.start();
      const point = [[oldS * 1_000 - 10_000, 7]] as const;
      const of = (site: string) =>
        series(
          [
            ['__name__', 'visits_total'],
            ['job', 'web'],
            ['site', site],
          ],
          point,
        );
      await remoteWrite(victoria, snappy(of('north'), of('south')));
      const config = `
global: {external_labels: {site: north}}
netflow: {listen: []}
host: {enabled: false}
scrape_configs:
  - {job_name: exporter, scrape_interval: 200ms, scrape_timeout: 200ms, static_configs: [{targets: ['${exporter.target}']}]}
storage:
  remote: {url: '${victoria.url}', queue_config: {batch_send_deadline: 200ms, max_backoff: 500ms}}
`;
      served = await startServe({ config, dataDir });
    }, 40_000);
    afterAll(async () => {
      await Promise.all([served?.stop(), exporter?.stop(), victoria?.end()]);
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    });

    it('answers what is before this computer began, of this site, under the labels that series have here', async () => {
      const body = await eventually('the old sample', old, ({ data }) => (data?.result.length ?? 0) > 0);
      expect(body.data?.result).toEqual([{ metric: { job: 'web' }, value: [oldS, '7'] }]);
      expect(body.infos).toEqual([
        expect.stringContaining(`answered by the long-term store ${new URL(victoria.url).host}`),
      ]);
      expect(body.warnings).toBeUndefined();
      const range = { query: 'visits_total', start: String(oldS), end: String(oldS), step: '60' };
      expect((await asked('query_range', range)).data?.result).toEqual([
        {
          metric: { __name__: 'visits_total', job: 'web' },
          values: [[oldS, '7']],
        },
      ]);
    });

    it('another site is there where a query names it', async () => {
      const { data } = await asked('query', { query: 'visits_total{site="south"}', time: String(oldS) });
      expect(data?.result).toEqual([
        { metric: { __name__: 'visits_total', job: 'web', site: 'south' }, value: [oldS, '7'] },
      ]);
    });

    it('what there is, is what is here and what is there', async () => {
      const from = { start: String(oldS - 3_600) };
      const names = (await askApi(served, 'label/__name__/values', from)).body.data as string[];
      expect(names).toEqual(expect.arrayContaining(['load_total', 'visits_total']));
      expect((await askApi(served, 'labels', from)).body.data).not.toContain('site');
      const found = await askApi(served, 'series', { ...from, 'match[]': 'visits_total' });
      expect(found.body.data).toEqual([{ __name__: 'visits_total', job: 'web' }]);
    });

    it('what is stored here is answered here', async () => {
      const body = await eventually(
        'a scrape',
        () => asked('query', { query: 'last_over_time(up{job="exporter"}[500ms])' }),
        ({ data }) => (data?.result.length ?? 0) > 0,
      );
      expect(body.infos).toBeUndefined();
    });

    it('while it is away the answer comes from here and says what is missing; afterwards nothing is', async () => {
      await victoria.stop();
      const awayMs = Date.now();
      const body = await old();
      expect(body.status).toBe('success');
      expect(body.data?.result).toEqual([]);
      expect(body.warnings).toEqual([
        expect.stringMatching(
          /^the long-term store 127\.0\.0\.1:\d+ has not answered since \S+Z \(refuses the connection.*what is before \S+Z is missing$/,
        ),
      ]);
      await new Promise((resolve) => {
        setTimeout(resolve, 2_000);
      });
      // All within what is stored here.
      const { data } = await asked('query', { query: '{job="exporter",n!="nan",__name__!~"scrape_.*"}[2s]' });
      const ours = samplesOfMatrix(
        (data?.result ?? []).map(({ metric, values = [] }) => ({ metric: { ...metric, site: 'north' }, values })),
      );
      await victoria.start();
      const again = await eventually('the old sample again', old, (found) => (found.data?.result.length ?? 0) > 0);
      expect(again.warnings).toBeUndefined();
      expect([...ours.values()].some((samples) => [...samples.keys()].some((atMs) => atMs > awayMs))).toBe(true);
      const lacks = await eventually(
        'all to be over there',
        async () => lacking(ours, await exported(victoria, '{job="exporter"}')),
        (found) => found.length === 0,
      );
      expect(lacks).toEqual([]);
    }, 60_000);
  },
);
