// What it costs the served engine to scrape 200 targets of 500 series each every 15 seconds; and the real Prometheus, where it is installed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServe } from '../support/serve.ts';
import { sleep, usage } from './processes.ts';
import { hasPrometheus, startPrometheus } from './prometheus.ts';
import type { Figure } from './run.ts';

const TARGETS = 200;
const SERIES = 500;
/** Two rounds: after them every series is known. */
const SETTLE_MS = 45_000;
const MEASURE_MS = 90_000;
const LIMIT_PERCENT = 8;
const LIMIT_MB = 300;
const PROMETHEUS_PORT = 29_591;

type Cost = { readonly cpuPercent: number; readonly rssMb: number };

export async function manyTargetsBench(emit: (figure: Figure) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('these figures are read from /proc and need Linux');
  const exporters = await startExporters();
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-bench-'));
  // One port, another path for each: what a target costs is not in its address.
  const groups = Array.from(
    { length: TARGETS },
    (_, i) =>
      `      - {targets: ['127.0.0.1:${exporters.port}'], labels: {instance: 'host-${i}', __metrics_path__: /${i}}}`,
  );
  const scrapes = `scrape_configs:\n  - job_name: bench\n    scrape_interval: 15s\n    static_configs:\n${groups.join('\n')}\n`;
  try {
    const served = await startServe({ config: `host: {enabled: false}\nnetflow: {listen: []}\n${scrapes}` });
    let own: Cost;
    try {
      own = await costOf(served.process.pid ?? 0);
    } finally {
      await served.stop();
    }
    let theirs: Cost | undefined;
    if (await hasPrometheus()) {
      const peer = await startPrometheus(path.join(dir, 'prometheus'), PROMETHEUS_PORT, scrapes);
      try {
        theirs = await costOf(peer.child.pid ?? 0);
      } finally {
        await peer.stop();
      }
    }
    const beside = (value: string): string => (theirs === undefined ? '' : `, prometheus ${value}`);
    emit({
      name: 'scrape_many_cpu',
      value: own.cpuPercent,
      unit: '% of one core',
      peer: `limit ${LIMIT_PERCENT} %${beside(`${theirs?.cpuPercent.toFixed(1)} %`)}`,
      ratio: own.cpuPercent / LIMIT_PERCENT,
    });
    emit({
      name: 'scrape_many_rss',
      value: own.rssMb,
      unit: 'MB',
      peer: `limit ${LIMIT_MB} MB${beside(`${theirs?.rssMb.toFixed(0)} MB`)}`,
      ratio: own.rssMb / LIMIT_MB,
    });
  } finally {
    await exporters.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The process's processor time over whole rounds, and its largest memory in them. */
async function costOf(pid: number): Promise<Cost> {
  await sleep(SETTLE_MS);
  const before = usage(pid);
  let rssBytes = 0;
  for (let second = 0; second < MEASURE_MS / 1000; second++) {
    await sleep(1000);
    rssBytes = Math.max(rssBytes, usage(pid).rssBytes);
  }
  const cpuSeconds = usage(pid).cpuSeconds - before.cpuSeconds;
  return { cpuPercent: (100 * cpuSeconds) / (MEASURE_MS / 1000), rssMb: rssBytes / 1e6 };
}

/** Serves bodies that were made before, so that making them costs nobody a core. */
async function startExporters(): Promise<{ port: number; stop(): Promise<void> }> {
  const bodies = Array.from({ length: 8 }, (_, round) => body(round));
  const asked = new Map<string, number>();
  const server = createServer((request, answer) => {
    const url = request.url ?? '';
    const round = asked.get(url) ?? 0;
    asked.set(url, round + 1);
    answer.setHeader('content-type', 'text/plain; version=0.0.4');
    answer.end(bodies[round % bodies.length]);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Counters that rise and gauges that move, a tenth of them at each scrape. */
function body(round: number): Buffer {
  const lines: string[] = [];
  for (let family = 0; family < SERIES / 10; family++) {
    const name = `bench_requests_${family}_total`;
    lines.push(`# HELP ${name} Requests of the family ${family}.`, `# TYPE ${name} counter`);
    for (let i = 0; i < 10; i++) {
      const value = family * 1_000_003 + i * 7_919 + (i % 3 === 0 ? round * (i + 1) : 0);
      lines.push(`${name}{code="${200 + (i % 5)}",route="/api/v1/items/${i}"} ${value}`);
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}
