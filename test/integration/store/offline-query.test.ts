// `linewarden query` on files that no engine holds: what is left of them is answered, whatever is configured.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFile, nodeBinary } from '../../support/serve.ts';

const HOUR = 3_600;
const filler = path.resolve(import.meta.dirname, '../../support/fill-store.ts');

const hourAgo = (hours: number): number => Math.floor(Date.now() / 1_000 / HOUR) * HOUR - hours * HOUR;

describe('query, while no engine runs', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-offline-'));
  const ask = (expr: string, atS: number) =>
    spawnSync(nodeBinary(), [cliFile, 'query', expr, '--data-dir', dataDir, '--time', String(atS)], {
      encoding: 'utf8',
      timeout: 60_000,
    });

  beforeAll(() => {
    const filled = spawnSync(nodeBinary(), [filler, dataDir, '4', '1'], { encoding: 'utf8', timeout: 100_000 });
    if (filled.status !== 0) throw new Error(`filling failed: ${filled.stderr}`);
  }, 120_000);
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('answers from samples where there are some, without a word', () => {
    const { stdout, stderr } = ask('count_over_time(left_over_total{shard="1"}[10m])', hourAgo(6));
    expect(stdout).toContain('"shard":"1"} 10 @');
    expect(stderr).toBe('');
  });

  it('answers from summaries where the samples are gone, and says so', () => {
    const { stdout, stderr } = ask('count_over_time(left_over_total{shard="1"}[10m])', hourAgo(72));
    expect(stdout).toContain('"shard":"1"} 10 @');
    expect(stderr).toContain('are kept as 5m summaries');
  });

  it('ends without a word when whoever reads has enough', async () => {
    const expr = 'vector(time())[1d:1s]';
    const child = spawn(nodeBinary(), [cliFile, 'query', expr, '--data-dir', dataDir], { stdio: 'pipe' });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    // More than a pipe holds is left to be written.
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = (await once(child, 'close')) as [number | null];
    expect(said).toBe('');
    expect(code).toBe(0);
  });

  it('takes nothing away by being asked', () => {
    const first = ask('count(last_over_time(left_over_total[1h]))', hourAgo(72));
    const second = ask('count(last_over_time(left_over_total[1h]))', hourAgo(72));
    expect(first.stdout).toMatch(/^\{\} 5 @/);
    expect(second.stdout).toBe(first.stdout);
  });
});
