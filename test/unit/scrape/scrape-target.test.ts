// Scraping one target over real HTTP: what is appended, what ends, and what presence is told.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { startExporter } from '../../lab/exporters/index.ts';
import { PLAIN_HTTP } from '../../../electron/engine/http-client/index.ts';
import { relabelConfigsSchema } from '../../../electron/engine/relabel/index.ts';
import type { AppendResult, SampleBatch } from '../../../electron/engine/store/metrics/index.ts';
import type { Labels } from '../../../shared/model/labels.ts';
import { MemoryAppender } from './memory-appender.ts';
import { of, until, useTargetRig } from './target-rig.ts';

const rig = useTargetRig();

describe('scraping', () => {
  it('appends what is exposed, with job and instance, and the series about the scrape, all at one time', async () => {
    const url = await rig.serve((_, response) => response.end('a{b="c"} 1\nd 2\n'));
    const target = rig.start(url);
    await rig.scraped(1);
    const first = rig.appender.samples(of('up'))[0];
    expect(first).toMatchObject({ value: 1, stale: false });
    expect(rig.appender.samples(of('a', { b: 'c' }))[0]).toEqual({ ...first, value: 1 });
    expect(rig.appender.samples(of('d'))[0]).toEqual({ ...first, value: 2 });
    expect(rig.appender.samples(of('scrape_samples_scraped'))[0]).toEqual({ ...first, value: 2 });
    expect(rig.appender.samples(of('scrape_samples_post_metric_relabeling'))[0]).toEqual({ ...first, value: 2 });
    expect(rig.appender.samples(of('scrape_series_added'))[0]).toEqual({ ...first, value: 2 });
    expect(rig.appender.samples(of('scrape_duration_seconds'))[0]?.value).toBeGreaterThan(0);
    expect(target.status()).toMatchObject({ name: 'scrape', intervalMs: 100, samples: 2, lastError: null });
    expect(rig.told.slice(0, 2)).toEqual([{ kind: 'seen' }, { kind: 'telemetry' }]);
    await rig.scraped(2);
    expect(rig.appender.samples(of('scrape_series_added'))[1]?.value).toBe(0);
  });

  it('asks as Prometheus does: formats, time-out, gzip, a kept connection', async () => {
    const seen: { headers: Record<string, unknown>; port: number | undefined }[] = [];
    const url = await rig.serve((request, response) => {
      seen.push({ headers: request.headers, port: request.socket.remotePort });
      response.writeHead(200, {
        'content-encoding': 'gzip',
        'content-type': 'application/openmetrics-text; version=1.0.0',
      });
      response.end(gzipSync('# TYPE a counter\na_total 5\n# EOF\n'));
    });
    rig.start(url, { timeoutMs: 90 });
    await rig.scraped(2);
    expect(seen[0]?.headers).toMatchObject({
      'x-prometheus-scrape-timeout-seconds': '0.09',
      'accept-encoding': 'gzip',
    });
    expect(String(seen[0]?.headers['accept'])).toMatch(
      /^application\/openmetrics-text;version=1\.0\.0.*text\/plain;version=0\.0\.4/,
    );
    expect(String(seen[0]?.headers['user-agent'])).toContain('Linewarden');
    expect(seen[1]?.port).toBe(seen[0]?.port);
    expect(rig.appender.last(of('a_total'))?.value).toBe(5);
  });

  it('follows redirects', async () => {
    const url = await rig.serve((request, response) => {
      if (request.url === '/metrics') response.writeHead(302, { location: '/there' }).end();
      else response.end('a 7\n');
    });
    rig.start(url);
    await rig.scraped(1);
    expect(rig.appender.last(of('a'))?.value).toBe(7);
  });

  it("keeps the samples' own times, unless honor_timestamps is off", async () => {
    const url = await rig.serve((_, response) => response.end('a 1 1000\n'));
    const target = rig.start(url);
    await rig.scraped(1);
    expect(rig.appender.samples(of('a'))[0]?.timestampMs).toBe(1_000);
    await target.stop();
    rig.appender = new MemoryAppender();
    rig.start(url, { honorTimestamps: false });
    await rig.scraped(1);
    expect(rig.appender.samples(of('a'))[0]?.timestampMs).toBe(rig.appender.samples(of('up'))[0]?.timestampMs);
  });

  it('drops a sample that claims to be more than ten minutes ahead', async () => {
    const url = await rig.serve((_, response) => response.end(`a 1 ${Date.now() + 11 * 60_000}\nb 1\n`));
    rig.start(url);
    await rig.scraped(1);
    expect(rig.appender.samples(of('a'))).toEqual([]);
    expect(rig.appender.samples(of('b'))).not.toEqual([]);
  });

  it('sends credentials from their file, read anew each time', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'linewarden-scrape-'));
    rig.cleanups.push(() => rm(dir, { recursive: true }));
    const file = path.join(dir, 'secret');
    await writeFile(file, 'one\n');
    const seen: (string | undefined)[] = [];
    const url = await rig.serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('a 1\n');
    });
    rig.start(url, { http: { ...PLAIN_HTTP, auth: { kind: 'basic', username: 'u', secret: { file } } } });
    await rig.scraped(1);
    await writeFile(file, 'two\n');
    await rig.scraped(3);
    expect(seen[0]).toBe('Basic dTpvbmU=');
    expect(seen.at(-1)).toBe('Basic dTp0d28=');
  });

  it('relabels series once each, drops those that rules drop, and counts both', async () => {
    const url = await rig.serve((_, response) => response.end('go_x 1\nhttp_total{handler="/a",code="200"} 2\n'));
    const metricRelabel = relabelConfigsSchema.parse([
      { source_labels: ['__name__'], regex: 'go_.*', action: 'drop' },
      { action: 'labeldrop', regex: 'handler' },
      { source_labels: ['job'], target_label: 'team', replacement: 'of-$1' },
    ]);
    rig.start(url, { metricRelabel, sampleLimit: 1 });
    await rig.scraped(2);
    expect(rig.appender.last(of('http_total', { code: '200', team: 'of-j' }))?.value).toBe(2);
    expect(rig.appender.series().map(({ name }) => name)).not.toContain('go_x');
    expect(rig.appender.last(of('scrape_samples_scraped'))?.value).toBe(2);
    expect(rig.appender.last(of('scrape_samples_post_metric_relabeling'))?.value).toBe(1);
    expect(rig.appender.samples(of('scrape_series_added'))[0]?.value).toBe(1);
    expect(rig.up()).toBe(1);
  });

  it('fails where rules take the name of a series', async () => {
    const url = await rig.serve((_, response) => response.end('a 1\n'));
    const metricRelabel = relabelConfigsSchema.parse([{ action: 'labeldrop', regex: '__name__' }]);
    expect(await rig.firstFailure(url, { metricRelabel })).toMatchObject({ code: 'LW_SCRAPE_RELABEL' });
  });

  it('tells help and type of what it scrapes', async () => {
    const url = await rig.serve((_, response) => response.end('# HELP a Some help.\n# TYPE a gauge\na 1\n'));
    const target = rig.start(url);
    await rig.scraped(1);
    expect(target.metadata()).toEqual({ a: [{ type: 'gauge', help: 'Some help.', unit: '' }] });
  });
});

describe('staleness', () => {
  it('ends a series that is no longer exposed', async () => {
    let body = 'a 1\nb 1\n';
    const url = await rig.serve((_, response) => response.end(body));
    rig.start(url);
    await rig.scraped(1);
    body = 'a 2\n';
    await until(() => rig.appender.last(of('b'))?.stale === true);
    expect(rig.appender.last(of('a'))?.stale).toBe(false);
  });

  it('ends all series of a target that is down, with up = 0, and takes them up again', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'app', seed: 1 });
    rig.cleanups.push(() => exporter.stop());
    rig.start(exporter.url);
    await until(() => rig.up() === 1);
    const series = of('app_requests_total', { route: '/', code: '200' });
    await exporter.setDown(true);
    await until(() => rig.up() === 0);
    expect(rig.appender.last(series)).toMatchObject({
      stale: true,
      timestampMs: rig.appender.last(of('up'))?.timestampMs,
    });
    expect(rig.appender.last(of('scrape_samples_scraped'))).toMatchObject({ value: 0, stale: false });
    await exporter.setDown(false);
    await until(() => rig.up() === 1);
    expect(rig.appender.last(series)?.stale).toBe(false);
  });

  it('drops the whole scrape for one bad line', async () => {
    const exporter = await startExporter({ port: 0, host: '127.0.0.1', kind: 'node', seed: 1 });
    rig.cleanups.push(() => exporter.stop());
    const target = rig.start(exporter.url);
    await until(() => rig.up() === 1);
    exporter.setBadBody(true);
    await until(() => rig.up() === 0);
    expect(rig.appender.last(of('node_load1'))?.stale).toBe(true);
    expect(target.status().lastError?.message).toMatch(/^Line \d+ of the answer is not valid: /);
  });

  it('ends everything, up included, when the target is removed; nothing when the engine only restarts', async () => {
    const url = await rig.serve((_, response) => response.end('a 1\n'));
    const kept = rig.start(url);
    await rig.scraped(1);
    await kept.stop({ endSeries: false });
    expect(rig.appender.last(of('a'))?.stale).toBe(false);
    const removed = rig.start(url);
    await rig.scraped(rig.appender.samples(of('up')).length + 1);
    await removed.stop();
    expect(rig.appender.last(of('a'))?.stale).toBe(true);
    expect(rig.appender.last(of('up'))?.stale).toBe(true);
    const { commits } = rig.appender;
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
    expect(rig.appender.commits).toBe(commits);
  });

  it('does not end a series that has times of its own', async () => {
    let body = 'a 1 1000\nb 1\n';
    const url = await rig.serve((_, response) => response.end(body));
    rig.start(url);
    await rig.scraped(1);
    body = 'c 1\n';
    await until(() => rig.appender.last(of('b'))?.stale === true);
    expect(rig.appender.samples(of('a')).some(({ stale }) => stale)).toBe(false);
  });

  it('says so when the store refuses, without blaming the target', async () => {
    const url = await rig.serve((_, response) => response.end('a 1\n'));
    rig.appender.failure = new LinewardenError('LW_STORE_FULL', 'The disk is full.');
    const target = rig.start(url);
    await until(() => target.status().lastError !== null);
    expect(target.status().lastError).toMatchObject({ code: 'LW_STORE_FULL', message: 'The disk is full.' });
    expect(rig.told.some(({ kind }) => kind === 'failed' || kind === 'telemetry')).toBe(false);
    rig.appender.failure = undefined;
    await until(() => target.status().lastError === null);
  });
});

describe('a series that the store refuses', () => {
  it('is asked for anew after an hour, when there may be room for it', async () => {
    const refused = 1_000;
    let isFull = true;
    class FullAppender extends MemoryAppender {
      override ref(labels: Labels): number {
        return isFull && labels.name === 'late' ? refused : super.ref(labels);
      }
      override async append(batch: SampleBatch): Promise<AppendResult> {
        return { ...(await super.append(batch)), overLimit: batch.refs.includes(refused) ? 1 : 0 };
      }
    }
    rig.appender = new FullAppender();
    let aheadMs = 0;
    rig.clock = { now: () => Date.now(), monotonic: () => performance.now() + aheadMs };
    rig.start(await rig.serve((_, response) => response.end('late 1\n')));
    await rig.scraped(2);
    isFull = false;
    await rig.scraped(4);
    expect(rig.appender.samples(of('late'))).toEqual([]);
    aheadMs = 3_600_000;
    await until(() => rig.appender.samples(of('late')).length > 0);
    expect(rig.appender.last(of('late'))).toMatchObject({ value: 1, stale: false });
  });
});

describe('limits', () => {
  const LIMITS = { labels: 0, nameLength: 0, valueLength: 0 };

  it.each([
    ['labels', 'a{b="1",c="2"} 1', { labels: 4 }, 'a has 5 labels, more than label_limit (4)'],
    ['label names', 'a{longish="1"} 1', { nameLength: 6 }, 'longer than label_name_length_limit (6)'],
    ['label values', 'a{b="größer"} 1', { valueLength: 7 }, 'longer than label_value_length_limit (7)'],
  ])('of %s fail the scrape', async (_, line, limits, message) => {
    const url = await rig.serve((__, response) => response.end(`${line}\n`));
    const target = rig.start(url, { labelLimits: { ...LIMITS, ...limits } });
    await rig.scraped(1);
    expect(rig.appender.last(of('up'))?.value).toBe(0);
    expect(target.status().lastError).toMatchObject({ code: 'LW_SCRAPE_LABEL_LIMIT' });
    expect(target.status().lastError?.message).toContain(message);
  });

  it('that are kept let it through', async () => {
    const url = await rig.serve((_, response) => response.end('a{b="größe"} 1\n'));
    rig.start(url, { labelLimits: { labels: 4, nameLength: 8, valueLength: 7 } });
    await rig.scraped(1);
    expect(rig.appender.last(of('a', { b: 'größe' }))?.value).toBe(1);
  });

  it('of targets fail all scrapes of the job', async () => {
    const url = await rig.serve((_, response) => response.end('a 1\n'));
    const target = rig.start(url, { isOverTargetLimit: true });
    await rig.scraped(1);
    expect(rig.appender.last(of('up'))?.value).toBe(0);
    expect(target.status().lastError).toMatchObject({ code: 'LW_SCRAPE_TARGET_LIMIT' });
  });

  it('of series refuse what is beyond them, tell it on the target and as a metric, and leave it up', async () => {
    let scrapes = 0;
    const url = await rig.serve((_, response) => response.end(`a 1\nb{id="${scrapes++}"} 1\nc{id="${scrapes}"} 1\n`));
    Object.assign(rig.appender, { maxSeriesPerTarget: 4 });
    const target = rig.start(url);
    await rig.scraped(5);
    expect(rig.appender.last(of('up'))?.value).toBe(1);
    expect(rig.appender.samples(of('a')).length).toBeGreaterThanOrEqual(5);
    const stored = rig.appender.series().filter((labels) => rig.appender.samples(labels).length > 0);
    expect(stored.filter((labels) => labels.get('id') !== '')).toHaveLength(3);
    expect(target.status().lastError).toMatchObject({ code: 'LW_SCRAPE_SERIES_LIMIT' });
    expect(target.status().lastError?.message).toContain('storage.max_series_per_target');
    expect(rig.appender.last(of('linewarden_scrape_samples_refused'))?.value).toBe(2);
  });
});
