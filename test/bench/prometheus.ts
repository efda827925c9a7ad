// The real Prometheus on the same data, where it is installed.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bytesIn, end, isInstalled, run, sleep } from './processes.ts';

const READY_MS = 60_000;
/** It merges imported blocks in the first minutes: until then it is slower than it would be. */
const COMPACTION_MS = 120_000;
const CALM_MS = 15_000;

export type Peer = {
  readonly url: string;
  readonly dataDir: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
};

export const hasPrometheus = async (): Promise<boolean> =>
  (await isInstalled('prometheus')) && (await isInstalled('promtool'));

/** Loads OpenMetrics text; answers with the seconds that it took. */
export async function loadPrometheus(text: string, dataDir: string): Promise<number> {
  mkdirSync(dataDir, { recursive: true });
  return run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text, dataDir]);
}

export async function startPrometheus(dataDir: string, port: number, config = ''): Promise<Peer> {
  mkdirSync(dataDir, { recursive: true });
  const file = path.join(dataDir, 'prometheus.yml');
  writeFileSync(file, config);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${dataDir}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const deadlineMs = performance.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) break;
    if (child.exitCode !== null || performance.now() > deadlineMs) throw new Error('prometheus did not become ready');
    await sleep(20);
  }
  return { url, dataDir, child, stop: () => end(child) };
}

/** Waits until its blocks stay as they are. */
export async function compacted({ dataDir }: Peer): Promise<void> {
  const blocks = (): string =>
    readdirSync(dataDir)
      .filter((name) => /^[0-9A-Z]{26}/.test(name))
      .join();
  const deadlineMs = performance.now() + COMPACTION_MS;
  let before = blocks();
  let sinceMs = performance.now();
  while (performance.now() < deadlineMs && performance.now() - sinceMs < CALM_MS) {
    await sleep(500);
    const now = blocks();
    if (now !== before) sinceMs = performance.now();
    before = now;
  }
}

export const blockBytes = ({ dataDir }: Peer): number =>
  readdirSync(dataDir)
    .filter((name) => /^[0-9A-Z]{26}$/.test(name))
    .reduce((sum, name) => sum + bytesIn(path.join(dataDir, name)), 0);
