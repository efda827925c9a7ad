// A flow writer that is killed anywhere: every minute that it said was stored is there, in every tier once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { FlowWriter } from '../../../electron/engine/store/flows/writer/flow-writer.ts';
import { nodeBinary } from '../../support/serve.ts';
import { readRows, sumOf } from '../../unit/flow-store/made.ts';

const START_S = Date.UTC(2026, 10, 20) / 1_000;
const KILLS_AFTER = [3, 37, 90];
const child = path.join(import.meta.dirname, 'flow-crash-child.ts');

/** Runs from a minute on until that many more are stored, kills it, and answers with the last that it told. */
async function runAndKill(dir: string, from: number, minutes: number): Promise<number> {
  const running = spawn(nodeBinary(), [child, dir, `${from}`, `${START_S}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(running, 'close');
  let told = '';
  running.stdout.on('data', (text: Buffer) => {
    told += text.toString();
    if (told.split('\n').length > minutes) running.kill('SIGKILL');
  });
  await closed;
  expect(running.signalCode).toBe('SIGKILL');
  return Number(told.trimEnd().split('\n').at(-1));
}

it('keeps what was stored, and summarises it once', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'flow-crash-'));
  try {
    let next = 0;
    for (const minutes of KILLS_AFTER) {
      const last = await runAndKill(dir, next, minutes);
      const rows = readRows(dir, '1m', 'conversations');
      // The one after the last that it told may have been stored too.
      const stored = new Set(rows.map(({ bucketS }) => (bucketS - START_S) / 60));
      expect(stored.size).toBeGreaterThanOrEqual(last + 1);
      expect(stored.size).toBeLessThanOrEqual(last + 2);
      next = stored.size;
    }
    const writer = new FlowWriter({ dir, onNote: () => {} });
    const retention = { '1m': 1e12, '10m': 1e12, '1d': 1e12 };
    writer.upkeep(START_S + 2 * 86_400, retention, undefined);
    writer.close();
    // 50 conversations a minute, of 1, 2, ..., n bytes.
    const expected = (50 * next * (next + 1)) / 2;
    for (const tier of ['1m', '10m', '1h', '1d'] as const) {
      expect(sumOf(readRows(dir, tier, 'conversations'))).toBe(expected);
    }
    expect(sumOf(readRows(dir, '1d', 'byService'))).toBe(expected);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
