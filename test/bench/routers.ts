// Fifty routers each 15 s, five dead and five slow: how late the living ones are polled, and what it costs the engine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { phaseMs } from '../../electron/engine/collectors/routeros/poller/schedule.ts';
import { ask, nodeBinary, query, startServe } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { end, sleep, usage } from './processes.ts';
import type { Figure } from './run.ts';
import { kindOf, nameOf, ROUTERS } from './simulated-routers.ts';

const INTERVAL_MS = 15_000;
const SETTLE_MS = 60_000;
const MEASURE_MS = 180_000;
const EARLY_MS = 20;
const LIMIT_LATE_MS = 1_000;
const LIMIT_CPU_PERCENT = 15;

type Simulated = { readonly port: number; readonly password: string };

export async function routerBench(emit: (figure: Figure) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('these figures are read from /proc and need Linux');
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-bench-'));
  const child = fork(path.join(import.meta.dirname, 'simulated-routers.ts'), { execPath: nodeBinary() });
  try {
    const [routers] = (await once(child, 'message')) as [Simulated[]];
    const served = await startServe({ dataDir, config: configOf(routers, dataDir) });
    try {
      const pid = served.process.pid ?? 0;
      await sleep(SETTLE_MS);
      const before = usage(pid);
      const fromMs = Date.now();
      await sleep(MEASURE_MS);
      const after = usage(pid);
      const cpuPercent = ((after.cpuSeconds - before.cpuSeconds) / (MEASURE_MS / 1_000)) * 100;
      emit({
        name: 'routers: 50 each 15 s, 5 dead and 5 slow',
        value: cpuPercent,
        unit: '% of one core',
        peer: `limit ${LIMIT_CPU_PERCENT} %`,
        ratio: cpuPercent / LIMIT_CPU_PERCENT,
      });
      emit({ name: 'routers: resident', value: after.rssBytes / 1e6, unit: 'MB' });
      await emitPolls(served, fromMs, emit);
    } finally {
      await served.stop();
    }
  } finally {
    await end(child);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function configOf(routers: readonly Simulated[], dataDir: string): string {
  const entries = routers.map(({ port, password }, i) => {
    const file = path.join(dataDir, `password-${i}`);
    writeFileSync(file, password);
    return `  - {name: ${nameOf(i)}, address: 127.0.0.1, port: ${port}, username: monitor, password_file: ${file}, interval: 15s}`;
  });
  return `host: {enabled: false}\nnetflow: {listen: []}\nrouteros:\n${entries.join('\n')}\n`;
}

/** Lateness: of a poll's time behind the router's own slot, which is fixed by its name. */
async function emitPolls(served: Served, fromMs: number, emit: (figure: Figure) => void): Promise<void> {
  const expected = Math.floor(MEASURE_MS / INTERVAL_MS);
  const late: number[] = [];
  let missed = 0;
  for (let i = 0; i < ROUTERS; i++) {
    if (kindOf(i) !== 'living') continue;
    const phase = phaseMs(nameOf(i), INTERVAL_MS);
    const times = await timesOf(served, nameOf(i), fromMs);
    missed += Math.max(0, expected - times.length);
    for (const timeMs of times) {
      const sinceSlotMs = (((timeMs - phase) % INTERVAL_MS) + INTERVAL_MS) % INTERVAL_MS;
      // A timer may fire a millisecond early.
      late.push(sinceSlotMs > INTERVAL_MS - EARLY_MS ? sinceSlotMs - INTERVAL_MS : sinceSlotMs);
    }
  }
  late.sort((a, b) => a - b);
  const worst = late.at(-1) ?? Number.NaN;
  const limit = `limit ${LIMIT_LATE_MS} ms`;
  emit({ name: 'routers: living, latest poll', value: worst, unit: 'ms', peer: limit, ratio: worst / LIMIT_LATE_MS });
  emit({ name: 'routers: living, median lateness', value: late[late.length >> 1] ?? Number.NaN, unit: 'ms' });
  emit({ name: 'routers: living, polls left out', value: missed, unit: `of ${expected * 40}` });
  const [spent] = await query(
    served,
    'max(sum by (device) (linewarden_collector_duration_seconds{device=~"router-[1-4][0-9]"}))',
  );
  emit({ name: 'routers: living, longest poll, all collectors', value: Number(spent?.value[1]) * 1_000, unit: 'ms' });
  const [online] = await query(served, 'count(mktxp_system_uptime)');
  emit({ name: 'routers: with telemetry', value: Number(online?.value[1]), unit: 'of 45' });
}

async function timesOf(served: Served, router: string, fromMs: number): Promise<number[]> {
  const selector = `mktxp_system_uptime{routerboard_name="${router}"}[${MEASURE_MS / 1_000}s]`;
  const time = ((fromMs + MEASURE_MS) / 1_000).toFixed(3);
  const answer = (await ask(served, `/api/v1/query?query=${encodeURIComponent(selector)}&time=${time}`)) as {
    result: { values: [number, string][] }[];
  };
  return answer.result.flatMap(({ values }) => values.map(([seconds]) => seconds * 1_000));
}
