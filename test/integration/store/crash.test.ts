import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { mix, RETENTION_MS } from './crash-load.ts';
import { CrashModel } from './crash-model.ts';

const KILLS = Number(process.env['LINEWARDEN_CRASH_KILLS'] ?? 50);
/** The same seed appends the same and kills after the same times. */
const SEED = Number(process.env['LINEWARDEN_CRASH_SEED'] ?? Date.now() % 1_000_000);
/** Some are killed while they start. */
const LONGEST_RUN_MS = 500;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-crash-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What the child said until it was killed, at a moment after its start or after its first acknowledgement. */
async function runAndKill(kill: number, firstStep: number): Promise<string> {
  const log = path.join(dir, `said-${kill}`);
  const args = [path.join(import.meta.dirname, 'crash-child.ts'), dir, log, String(SEED), String(firstStep)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let failure = '';
  const begun = once(child.stdout, 'data');
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    failure += text;
  });
  if (mix(SEED, 10, kill) % 8 !== 0) await Promise.race([begun, exited]);
  await new Promise((resolve) => setTimeout(resolve, mix(SEED, 11, kill) % LONGEST_RUN_MS));
  child.kill('SIGKILL');
  const [, signal] = (await exited) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`the child ended by itself: ${failure}`);
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

/** What SQLite says of each file, but for "ok". */
function damageIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (name.includes('corrupt')) return [`${name} was set aside`];
    if (!name.endsWith('.db')) return [];
    const db = new Database(path.join(folder, name), { readonly: true });
    const answer = String(db.pragma('integrity_check', { simple: true }));
    db.close();
    return answer === 'ok' ? [] : [`${name}: ${answer}`];
  });
}

test(
  `kill -9 at ${KILLS} random moments: what was acknowledged is there once, with its value, and nothing else (seed ${SEED})`,
  async () => {
    const model = new CrashModel(SEED);
    const problems: (string | undefined)[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      // What was under way may or may not be stored: go on after it, late samples too.
      model.hear(await runAndKill(kill, model.lastStep + 12));
      if (model.lastStep < 0) continue;
      const store = await MetricStoreFacade.open({
        dir,
        retention: { rawKeepMs: RETENTION_MS, tiers: [{ resolutionMs: 300_000, keepMs: 30 * 86_400_000 }] },
        maxSeries: 10_000,
        upkeep: false,
        now: () => model.nowMs,
        onProblem: (problem) => problems.push(problem),
      });
      const wrong = await model.check(store);
      await store.close();
      wrong.push(...damageIn(path.join(dir, 'metrics')));
      expect({ seed: SEED, kill, wrong: wrong.slice(0, 20), problems }).toEqual({
        seed: SEED,
        kill,
        wrong: [],
        problems: [],
      });
    }
    // It was a load: days were merged and left the retention.
    expect(model.acknowledged).toBeGreaterThan(KILLS * 500);
  },
  KILLS * 10_000,
);
