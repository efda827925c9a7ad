// The whole engine under real UDP: loss, both products to the byte, memory, CPU, late samples, and a question meanwhile.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerPlan } from '../../../electron/engine/store/flows/query/index.ts';
import { StoredFlows } from '../../../electron/engine/store/flows/reader/scanner.ts';
import { query, type Served, startServe } from '../../support/serve.ts';
import { run, sleep, usage } from '../processes.ts';
import type { Figure } from '../run.ts';
import { topTen } from './questions.ts';

const SOURCE = path.resolve('../shared/tools/flowgen/flowgen.c');
const SECONDS = Number(process.env['BENCH_FLOW_SECONDS'] ?? 20);
const PORT = Number(process.env['BENCH_FLOW_PORT'] ?? 24_155);
const SETTLE_MS = 8_000;
const BEGIN_AT_MS = 50_000;

type Sent = { flows: number; bytes: number; pkts: number; seconds: number };

export async function receivedBench(emit: (figure: Figure) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('received flows are measured with /proc, which needs Linux');
  if (!existsSync(SOURCE)) throw new Error(`received flows need the load generator ${SOURCE}, which is not there`);
  const dir = mkdtempSync(path.join(tmpdir(), 'flowgen-'));
  try {
    const flowgen = path.join(dir, 'flowgen');
    await run('gcc', ['-O2', '-o', flowgen, SOURCE, '-lm']);
    for (const [version, name] of [
      [9, 'v9'],
      [10, 'ipfix'],
    ] as const) {
      for (const rate of [300_000, 1_000_000]) await measure(flowgen, version, `${name}_${rate / 1_000}k`, rate, emit);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(
  flowgen: string,
  version: number,
  name: string,
  rate: number,
  emit: (figure: Figure) => void,
): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'flow-bench-'));
  const served = await startServe({ config: `netflow: {listen: ['127.0.0.1:${PORT}']}\n`, dataDir });
  const flowsDir = path.join(dataDir, 'flows');
  const pid = served.process.pid ?? 0;
  try {
    // A minute ends in the middle of it: it is sealed and stored while flows come in.
    await sleep((BEGIN_AT_MS - (Date.now() % 60_000) + 60_000) % 60_000);
    const before = usage(pid);
    const args = ['-c', '1', flowgen, '-v', `${version}`, '-r', `${rate}`, '-n', `${rate * SECONDS}`, '-p', `${PORT}`];
    const generator = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    generator.stdout.on('data', (text: Buffer) => (told += text.toString()));
    const ended = once(generator, 'close').then(() => undefined);
    const seen = await observe(served, pid, flowsDir, ended);
    const sent = JSON.parse(told.trim().split('\n').at(-1) ?? '{}') as Sent;
    const after = usage(pid);
    await sleep(SETTLE_MS);
    const metric = Number((await query(served, 'sum(edge_ipfix_bytes_total)'))[0]?.value[1] ?? 0);
    await served.stop();
    const stored = storedBytes(flowsDir);
    const tell = (what: string, value: number, unit: string, limit?: { peer: string; of: number }): void =>
      emit({
        name: `flows_received_${name}_${what}`,
        value,
        unit,
        ...(limit !== undefined && { peer: limit.peer, ratio: value / limit.of }),
      });
    const loss = (of: number): number => (1 - of / sent.bytes) * 100;
    tell('metric_loss', loss(metric), '% of bytes', { peer: 'limit 0.1 %', of: 0.1 });
    tell('stored_loss', loss(stored), '% of bytes', { peer: 'limit 0.1 %', of: 0.1 });
    tell('products_differ', metric - stored, 'B');
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
    tell('cpu', cpuSeconds / sent.seconds, 'cores');
    // Of those that were received: what is lost costs nothing, and must not look cheap.
    const received = sent.flows * (metric / sent.bytes);
    tell('cpu_per_million', (cpuSeconds * 1e6) / received, 's of CPU', { peer: 'limit 0.85 s', of: 0.85 });
    tell('rss', seen.mostBytes / 1e6, 'MB', { peer: 'limit 300 MB', of: 300 });
    tell('sample_age', seen.oldestS, 's', { peer: 'stored each 5 s', of: 5 });
    tell('question', seen.slowestMs, 'ms', { peer: 'limit 200 ms', of: 200 });
  } finally {
    await served.kill();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Until `ended`: the most memory, the oldest sample of flows, and the slowest answer about stored flows. */
async function observe(
  served: Served,
  pid: number,
  flowsDir: string,
  ended: Promise<undefined>,
): Promise<{ mostBytes: number; oldestS: number; slowestMs: number }> {
  const seen = { mostBytes: 0, oldestS: 0, slowestMs: 0 };
  const state = { isOver: false };
  void ended.then(() => (state.isOver = true));
  const stored = new StoredFlows(flowsDir);
  while (!state.isOver) {
    await Promise.race([sleep(500), ended]);
    seen.mostBytes = Math.max(seen.mostBytes, usage(pid).rssBytes);
    const age = await query(served, 'max(time() - timestamp(edge_ipfix_bytes_total))');
    seen.oldestS = Math.max(seen.oldestS, Number(age[0]?.value[1] ?? 0));
    if (stored.coverage().length === 0) continue;
    const nowS = Math.floor(Date.now() / 1_000);
    const beganMs = performance.now();
    answerPlan(stored, topTen('host', nowS - 3_600, nowS));
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - beganMs);
  }
  stored.close();
  return seen;
}

function storedBytes(flowsDir: string): number {
  const stored = new StoredFlows(flowsDir);
  let bytes = 0;
  stored.scan({ tier: '1m', kinds: ['conversations', 'other'], startS: 0, endS: 4e9, columns: ['bytes'] }, (block) => {
    for (let row = 0; row < block.rows; row++) bytes += block.bytes[row] ?? 0;
  });
  stored.close();
  return bytes;
}
