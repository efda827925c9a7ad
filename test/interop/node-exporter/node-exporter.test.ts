// The real Node Exporter on this computer: our scraper reads it, and our host collector says what it says.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { startHostCollector } from '../../../electron/engine/collectors/host/index.ts';
import { formTarget, startScrapeTarget, testTarget } from '../../../electron/engine/collectors/scrape/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { Labels } from '../../../shared/model/labels.ts';
import { MemoryAppender } from '../../unit/scrape/memory-appender.ts';

const binary = ['prometheus-node-exporter', 'node_exporter'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);
const skipped = process.platform !== 'linux' ? 'not Linux' : binary === undefined ? 'no Node Exporter installed' : '';

/** Node Exporter's own defaults, which distributions change. */
const UPSTREAM_DEFAULTS = [
  '--collector.netdev.device-exclude=',
  '--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const presence = { seen: () => {}, telemetry: () => {}, failed: () => {} };

async function until<T>(what: () => T | undefined): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const found = what();
    if (found !== undefined) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error('it did not come in time');
}

/** By name: the label sets without job and instance, as text, with their last values. */
function byName(appender: MemoryAppender): Map<string, Map<string, number>> {
  const names = new Map<string, Map<string, number>>();
  for (const labels of appender.series()) {
    const sample = appender.last(labels);
    if (sample === undefined || sample.stale) continue;
    const series = names.get(labels.name) ?? new Map<string, number>();
    series.set(JSON.stringify(labels.without('job', 'instance', '__name__').toRecord()), sample.value);
    names.set(labels.name, series);
  }
  return names;
}

const upSample = (appender: MemoryAppender): Labels | undefined =>
  appender.series().find((labels) => labels.name === 'up' && appender.last(labels) !== undefined);

describe.skipIf(skipped !== '')(`Node Exporter${skipped === '' ? '' : ` (skipped: ${skipped})`}`, () => {
  let exporter: ChildProcess;
  let url = '';
  const scraped = new MemoryAppender();
  const own = new MemoryAppender();

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/metrics`;
    exporter = spawn(binary ?? '', [`--web.listen-address=127.0.0.1:${port}`, ...UPSTREAM_DEFAULTS], {
      stdio: 'ignore',
    });
    for (let i = 0; i < 100; i++) {
      const answer = await testTarget({ job: 'node', url, intervalMs: 1_000 });
      if (answer.ok) break;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
    const target = startScrapeTarget({
      target: formTarget({ job: 'node', url, intervalMs: 1_000 }),
      deviceId: 'exporter',
      appender: scraped,
      presence,
      clock: systemClock,
      logger: silentLogger,
    });
    const host = startHostCollector({
      deviceId: 'host',
      intervalMs: 1_000,
      appender: own,
      presence,
      clock: systemClock,
      logger: silentLogger,
    });
    await until(() => upSample(scraped) && upSample(own));
    await Promise.all([target.stop({ endSeries: false }), host.stop({ endSeries: false })]);
  }, 60_000);

  afterAll(() => {
    exporter.kill();
  });

  it('is read whole by the scraper, with up = 1', () => {
    const up = upSample(scraped);
    expect(up?.toRecord()).toEqual({ __name__: 'up', job: 'node', instance: new URL(url).host });
    expect(byName(scraped).get('up')).toEqual(new Map([['{}', 1]]));
    expect(byName(scraped).get('scrape_samples_scraped')?.get('{}')).toBeGreaterThan(300);
  });

  it('is recognised by the connection test', async () => {
    const answer = await testTarget({ job: 'node', url, intervalMs: 1_000 });
    expect(answer).toMatchObject({ ok: true });
    expect(JSON.stringify(answer)).toContain('node_exporter ');
  });

  it('names at least these metrics as the host collector does', () => {
    const theirs = byName(scraped);
    const ours = byName(own);
    const wanted = [
      'node_cpu_seconds_total',
      'node_memory_MemAvailable_bytes',
      'node_filesystem_size_bytes',
      'node_disk_read_bytes_total',
      'node_network_receive_bytes_total',
      'node_network_up',
      'node_load1',
      'node_boot_time_seconds',
      'node_uname_info',
      'node_os_info',
      'node_procs_running',
      'node_context_switches_total',
      'node_intr_total',
      'node_forks_total',
      'node_filefd_allocated',
      'node_vmstat_pgfault',
      'node_netstat_Tcp_CurrEstab',
    ].filter((name) => theirs.has(name));
    expect(wanted.length).toBeGreaterThan(12);
    expect(wanted.filter((name) => !ours.has(name))).toEqual([]);
  });

  it('has no node_ name that the exporter lacks', () => {
    const theirs = byName(scraped);
    const strangers = [...byName(own).keys()].filter((name) => name.startsWith('node_') && !theirs.has(name));
    expect(strangers).toEqual([]);
  });

  it('labels every metric that both have as Node Exporter labels it', () => {
    const theirs = byName(scraped);
    const differing = [...byName(own)]
      // Each has its own collectors.
      .filter(([name]) => name.startsWith('node_') && !name.startsWith('node_scrape_collector_'))
      .map(([name, series]) => ({
        name,
        ours: [...series.keys()].toSorted(),
        theirs: [...(theirs.get(name)?.keys() ?? [])].toSorted(),
      }))
      .filter(({ ours, theirs: other }) => JSON.stringify(ours) !== JSON.stringify(other));
    expect(differing).toEqual([]);
  });

  it('agrees exactly on what does not move', () => {
    const theirs = byName(scraped);
    const ours = byName(own);
    const still = [...ours.keys()].filter((name) =>
      /_info$|MemTotal|SwapTotal|boot_time|filesystem_(size_bytes|files|readonly|device_error)$|filefd_maximum|network_(up|speed|mtu|carrier)|os_version|HugePages_Total|DirectMap|CommitLimit/.test(
        name,
      ),
    );
    expect(still.length).toBeGreaterThan(10);
    expect(Object.fromEntries(still.map((name) => [name, ours.get(name)]))).toEqual(
      Object.fromEntries(still.map((name) => [name, theirs.get(name)])),
    );
  });

  it('agrees within a few per cent on what moves slowly', () => {
    const theirs = byName(scraped);
    const ours = byName(own);
    const far: string[] = [];
    for (const name of [
      'node_cpu_seconds_total',
      'node_memory_MemFree_bytes',
      'node_memory_MemAvailable_bytes',
      'node_filesystem_avail_bytes',
      'node_filesystem_free_bytes',
      'node_disk_read_bytes_total',
      'node_disk_io_time_seconds_total',
      'node_network_receive_bytes_total',
      'node_intr_total',
      'node_forks_total',
      'node_context_switches_total',
      'node_time_seconds',
    ]) {
      for (const [labels, value] of ours.get(name) ?? []) {
        const other = theirs.get(name)?.get(labels) ?? Number.NaN;
        if (!(Math.abs(value - other) <= Math.max(5, other * 0.1)))
          far.push(`${name}${labels}: ${value}, not ${other}`);
      }
    }
    expect(far).toEqual([]);
  });

  it('reports itself under job node and this computer as the instance', () => {
    expect(upSample(own)?.toRecord()).toEqual({ __name__: 'up', job: 'node', instance: hostname() });
  });
});
