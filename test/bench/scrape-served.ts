// What it costs the served engine to scrape a target of 50,000 series each second; and the real Prometheus, where it is installed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServe } from '../support/serve.ts';
import { sleep, usage } from './processes.ts';
import { hasPrometheus, startPrometheus } from './prometheus.ts';
import type { Figure } from './run.ts';

const SERIES = 50_000;
const SETTLE_MS = 30_000;
const MEASURE_MS = 60_000;
const LIMIT_PERCENT = 9;
const LIMIT_MB = 250;
const PROMETHEUS_PORT = 21_091;

type Cost = { readonly cpuPercent: number; readonly rssMb: number };

export async function servedScrapeBench(emit: (figure: Figure) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('these figures are read from /proc and need Linux');
  const target = await startTarget();
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-bench-'));
  const scrapes = `scrape_configs: [{job_name: bench, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{targets: ['127.0.0.1:${target.port}']}]}]\n`;
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
      name: 'scrape_served_cpu',
      value: own.cpuPercent,
      unit: '% of one core',
      peer: `limit ${LIMIT_PERCENT} %${beside(`${theirs?.cpuPercent.toFixed(1)} %`)}`,
      ratio: own.cpuPercent / LIMIT_PERCENT,
    });
    emit({
      name: 'scrape_served_rss',
      value: own.rssMb,
      unit: 'MB',
      peer: `limit ${LIMIT_MB} MB${beside(`${theirs?.rssMb.toFixed(0)} MB`)}`,
      ratio: own.rssMb / LIMIT_MB,
    });
  } finally {
    await target.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

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
async function startTarget(): Promise<{ port: number; stop(): Promise<void> }> {
  const bodies = Array.from({ length: 8 }, (_, round) => body(round));
  let asked = 0;
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/plain; version=0.0.4');
    answer.end(bodies[asked++ % bodies.length]);
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

/** Counters that rise and gauges that move; the last body is followed by the first: one reset in eight seconds for a few. */
function body(round: number): Buffer {
  const lines: string[] = [];
  for (let family = 0; family < SERIES / 50; family++) {
    const name = `bench_requests_${family}_total`;
    lines.push(`# TYPE ${name} counter`);
    for (let i = 0; i < 50; i++) {
      const moves = i % 5 === 0;
      const value = family * 1_000_003 + i * 7_919 + (moves ? round * (i + 1) : 0);
      lines.push(`${name}{code="${200 + (i % 5)}",route="/api/v1/items/${i}",service="svc-${family}"} ${value}`);
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}
