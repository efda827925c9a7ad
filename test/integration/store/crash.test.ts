import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { openMetricStore } from '../../../electron/engine/store/metrics/index.ts';

const KILLS = 20;
const SERIES = 40;
/** Sunday evening, UTC: the first batches are in one week, the later ones in the next. */
const START = Date.UTC(2026, 10, 22, 20);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-crash-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the child until a random moment after its first acknowledgement; answers with the acknowledged batches. */
async function runAndKill(first: number): Promise<number[]> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'crash-child.ts'), dir, String(first), String(START)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ready = Promise.withResolvers<void>();
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    if (/\d/.test(output)) ready.resolve();
  });
  const exited = once(child, 'exit');
  await Promise.race([ready.promise, exited]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 700));
  child.kill('SIGKILL');
  await exited;
  // The last line may be cut.
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number);
}

test(`kill -9 at ${KILLS} random moments loses no acknowledged sample and doubles none`, async () => {
  const options = { dir, retention: { rawKeepMs: 365 * 86_400_000, tiers: [] }, maxSeries: 1_000, now: () => START + 1e9 };
  const acknowledged = new Set<number>();
  let next = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const batches = await runAndKill(next);
    expect(batches.length).toBeGreaterThan(0);
    for (const batch of batches) acknowledged.add(batch);
    // What was under way may or may not be stored: go on after it.
    next = Math.max(...batches) + 50;

    const store = await openMetricStore(options);
    const rangeMs = next * 15_000 + 3_600_000;
    const { value } = await store.instant(`crash_total[${rangeMs}ms]`, START + next * 15_000);
    expect((await store.status()).problem).toBeUndefined();
    await store.close();
    if (value.type !== 'matrix') throw new Error('no matrix');
    expect(value.series).toHaveLength(SERIES);
    for (const { labels, timestamps, values } of value.series) {
      const i = Number(labels.get('i'));
      const stored = new Set<number>();
      timestamps.forEach((at, k) => {
        const batch = (at - START) / 15_000;
        if (stored.has(batch)) throw new Error(`batch ${batch} is there twice`);
        stored.add(batch);
        if (values[k] !== batch * 1000 + i) throw new Error(`batch ${batch} has a wrong value`);
      });
      const missing = [...acknowledged].filter((batch) => !stored.has(batch));
      expect({ series: i, kill: kill + 1, missing }).toEqual({ series: i, kill: kill + 1, missing: [] });
    }
  }
  // Not only are doubles not shown: none is stored.
  const last = await MetricStoreFacade.open(options);
  await last.sealAll();
  const { value } = await last.instant(`sum(count_over_time(crash_total[${next * 15}s]))`, START + next * 15_000 - 1);
  await last.close();
  const samples = value.type === 'vector' ? value.samples[0]?.value : undefined;

  const files = readdirSync(path.join(dir, 'metrics'));
  expect(files.filter((name) => name.includes('corrupt'))).toEqual([]);
  let chunks = 0;
  let sealedSamples = 0;
  for (const name of files.filter((one) => one.endsWith('.db'))) {
    const db = new Database(path.join(dir, 'metrics', name));
    expect([name, db.pragma('integrity_check', { simple: true })]).toEqual([name, 'ok']);
    if (name !== 'head.db') {
      chunks += Number(db.prepare('SELECT count(*) FROM chunk').pluck().get());
      sealedSamples += Number(db.prepare('SELECT sum(samples) FROM chunk').pluck().get());
    }
    db.close();
  }
  // The load was enough for sealing to be hit too: two groups of series, some chunks a run.
  expect(chunks).toBeGreaterThan(KILLS * 2);
  expect(sealedSamples).toBe(samples);
}, 180_000);
