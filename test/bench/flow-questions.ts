// The ten largest by each key through the reader thread, of two million stored flows and of thirty days of a router with 300
// flows a second; of the two million beside nfdump with the same flows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../electron/engine/clock.ts';
import { createFlowStore, type FlowStore } from '../../electron/engine/store/flows/flow-store.ts';
import type { PlanKey } from '../../electron/engine/store/flows/query/index.ts';
import { type Made, distinctFlows, makeMinutes, makeMonth } from './flows/made-store.ts';
import { hasNfdump, type Nfdump, toNfdump } from './flows/nfdump.ts';
import { topTen } from './flows/questions.ts';
import { bytesIn } from './processes.ts';
import type { Figure } from './run.ts';

const FLOWS = 2_000_000;
const FLOWS_A_MINUTE = 18_000;
const DAYS = 30;
const FLOWS_A_SECOND = 300;
const REPEATS = 5;
const KEYS: readonly (readonly PlanKey[])[] = [
  ['exporter'],
  ['protocol'],
  ['dscp'],
  ['service'],
  ['in_interface'],
  ['interface'],
  ['src'],
  ['dst'],
  ['client'],
  ['client', 'service'],
  ['host'],
  ['local'],
  ['conversation'],
];

type Emit = (figure: Figure) => void;

export async function flowQuestionsBench(emit: Emit): Promise<void> {
  const wanted = process.env['BENCH_FLOW_QUESTIONS'];
  if (wanted !== 'month') await ofMinutes(emit);
  if (wanted !== 'minutes') await ofAMonth(emit);
}

async function ofMinutes(emit: Emit): Promise<void> {
  await withFolder(async (dir) => {
    const made = makeMinutes(path.join(dir, 'flows'), FLOWS, FLOWS_A_MINUTE);
    emit({ name: 'flow_questions_2m_stored', value: bytesIn(dir) / FLOWS, unit: 'B/flow' });
    const nfdump = hasNfdump() ? await toNfdump(FLOWS, distinctFlows(FLOWS_A_MINUTE)) : undefined;
    if (nfdump === undefined) process.stderr.write('flow-questions: nfdump is not installed, so nothing is compared\n');
    else if (nfdump.bytes !== made.bytes) throw new Error(`nfdump has ${nfdump.bytes} bytes, the store ${made.bytes}`);
    try {
      const peers = { host: nfdumpMs(nfdump, 'srcip/bytes', emit), pair: nfdumpMs(nfdump, 'record/bytes', emit) };
      await ask(dir, '2m', made, 200, peers, emit);
    } finally {
      nfdump?.close();
    }
  });
}

async function ofAMonth(emit: Emit): Promise<void> {
  await withFolder(async (dir) => {
    const made = makeMonth(path.join(dir, 'flows'), DAYS, FLOWS_A_SECOND);
    emit({ name: 'flow_questions_30d_stored', value: bytesIn(dir) / 1e6, unit: 'MB' });
    await ask(dir, '30d', made, 1_000, {}, emit);
  });
}

/** The least of some runs: what else the computer does is not nfdump's. */
function nfdumpMs(nfdump: Nfdump | undefined, statistic: string, emit: Emit): number | undefined {
  if (nfdump === undefined) return undefined;
  const args =
    statistic === 'record/bytes'
      ? ['-A', 'srcip,dstip,proto,dstport', '-s', statistic, '-n', '10']
      : ['-s', statistic, '-n', '10'];
  const ms = Math.min(...Array.from({ length: REPEATS }, () => nfdump.ask(args)));
  emit({ name: `flow_questions_2m_nfdump_${statistic.replace('/', '_')}`, value: ms, unit: 'ms of CPU' });
  return ms;
}

async function ask(
  dir: string,
  what: string,
  { startS, endS, bytes }: Made,
  limitMs: number,
  peers: { readonly host?: number | undefined; readonly pair?: number | undefined },
  emit: Emit,
): Promise<void> {
  const store = openStore(dir);
  try {
    // The thread is there.
    await store.ask(topTen('exporter', startS, startS + 1));
    for (const by of KEYS) {
      const plan = { ...topTen('host', startS, endS), by, inside: [INSIDE] };
      const runs: { ms: number; cpuMs: number }[] = [];
      for (let repeat = 0; repeat <= REPEATS; repeat++) {
        const beganMs = performance.now();
        const before = process.cpuUsage();
        const answer = await store.ask(plan);
        const { user, system } = process.cpuUsage(before);
        runs.push({ ms: performance.now() - beganMs, cpuMs: (user + system) / 1_000 });
        const told = answer.total.sums.slice(0, 2).reduce((sum, value) => sum + value, 0);
        if (told !== bytes) throw new Error(`${by.join()}: ${told} bytes of ${bytes}`);
      }
      const [first, ...warm] = runs;
      const name = `flow_questions_${what}_${by.join('_')}`;
      const cpuMs = Math.min(...warm.map((run) => run.cpuMs));
      emit({ name: `${name}_first`, value: first?.cpuMs ?? 0, unit: 'ms of CPU' });
      emit({ name, value: cpuMs, unit: 'ms of CPU', peer: `limit ${limitMs} ms`, ratio: cpuMs / limitMs });
      emit({ name: `${name}_elapsed`, value: Math.min(...warm.map((run) => run.ms)), unit: 'ms' });
      const peer = by[0] === 'src' ? peers.host : by[0] === 'conversation' ? peers.pair : undefined;
      if (peer !== undefined)
        emit({ name: `${name}_beside`, value: cpuMs, unit: 'ms of CPU', peer: 'nfdump', ratio: cpuMs / peer });
    }
  } finally {
    await store.close();
  }
}

const INSIDE = { words: [0, 0, 0xffff, 0x0a00_0000], bits: 104 } as const;

const openStore = (dir: string): FlowStore =>
  createFlowStore({
    dir,
    retention: { '1m': 1e12, '10m': 1e12, '1d': 1e12 },
    maxBytes: () => Promise.resolve(undefined),
    clock: systemClock,
    onProblem: (sentence) => process.stderr.write(`${sentence ?? ''}\n`),
    onNote: (sentence) => process.stderr.write(`${sentence}\n`),
  });

async function withFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'flow-questions-'));
  try {
    await run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
