// `linewarden import openmetrics` as a user runs it: a file, standard input, and an engine in the way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, cliFile, nodeBinary, startServe } from '../../support/serve.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-import-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));

/** Of yesterday, in whole seconds. */
const START = Math.floor(Date.now() / 86_400_000) * 86_400 - 86_400 + 3_600;

const text = (count: number): string => {
  const lines = Array.from({ length: count }, (_, i) => `visits_total{page="/"} ${i * 10} ${START + i * 15}`);
  return `# TYPE visits counter\n${lines.join('\n')}\n# EOF\n`;
};

async function run(file: string, input?: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(nodeBinary(), [cliFile, 'import', 'openmetrics', file, '--data-dir', dir], { stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  child.stderr.on('data', (piece: Buffer) => {
    err += piece.toString();
  });
  child.stdin.end(input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

test('a file is imported, and served at once', async () => {
  const file = path.join(dir, 'history.txt');
  writeFileSync(file, text(241));
  const { code, out } = await run(file);
  expect([code, out]).toEqual([0, expect.stringMatching(/^241 samples of 1 series from \S+Z to \S+Z in \S+ s\n$/)]);
  const served = await startServe({ dataDir: dir, config: 'host: {enabled: false}\nnetflow: {listen: []}\n' });
  try {
    const query = new URLSearchParams({ query: 'visits_total', time: String(START + 3_600) });
    expect(await ask(served, `/api/v1/query?${query.toString()}`)).toEqual({
      resultType: 'vector',
      result: [{ metric: { __name__: 'visits_total', page: '/' }, value: [START + 3_600, '2400'] }],
    });
    // 10 each 15 s.
    const rate = new URLSearchParams({ query: 'rate(visits_total[30m])', time: String(START + 3_600) });
    expect(await ask(served, `/api/v1/query?${rate.toString()}`)).toMatchObject({
      result: [{ value: [START + 3_600, String(10 / 15)] }],
    });

    const { code: refused, err } = await run(file);
    expect(refused).toBe(1);
    expect(err).toContain(`is in use by process ${served.process.pid}`);
  } finally {
    await served.stop();
  }
});

test('standard input is read, and imported twice counts once', async () => {
  expect((await run('-', text(9))).out).toContain('9 samples of 1 series');
  expect((await run('-', text(11))).out).toContain('11 samples of 1 series');
  const child = spawn(
    nodeBinary(),
    [cliFile, 'query', 'count_over_time(visits_total[1h])', '--time', String(START + 1_800), '--data-dir', dir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let out = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  await once(child, 'close');
  expect(out).toBe(`{"page":"/"} 11 @ ${START + 1_800}\n`);
});

test('a bad line is named, what stands before it is kept, and old samples are warned of', async () => {
  const { code, out, err } = await run('-', 'up 1 1000000000\nup 1 1000000015\nup one 1000000030\n');
  expect(code).toBe(1);
  expect(out).toMatch(/^2 samples of 1 series from 2001-09-09T01:46:40.000Z /);
  expect(err).toContain('Samples older than 30d are past the retention');
  expect(err).toContain(
    'linewarden: Line 3: a value is expected after the series, not "one". What stands before it is imported.',
  );
});

test('a file that is not there, and a folder, are told', async () => {
  expect((await run(path.join(dir, 'nothing.txt'))).err).toContain('nothing.txt is not there');
  expect((await run(dir)).err).toContain('is a folder');
});

test('samples of the future and second values of a time are left out, and said at the end', async () => {
  const future = Date.UTC(2099, 0, 1) / 1000;
  const lines = [
    `up 1 ${START}`,
    `up 1 ${START}`,
    `up 0 ${START}`,
    `up 1 ${START + 15}`,
    `up 0 ${START + 15}`,
    `up 5 ${future}`,
    `up 6 ${future + 15}`,
    `down NaN ${START}`,
    `down NaN ${START}`,
  ];
  const { code, out, err } = await run('-', `${lines.join('\n')}\n# EOF\n`);
  expect(code).toBe(0);
  expect(out).toMatch(/^7 samples of 2 series /);
  expect(err).toContain(
    "Not imported: 2 samples more than 1h ahead of this computer's clock, the first in line 6 (2099-01-01T00:00:00.000Z).",
  );
  expect(err).toContain(
    'Not imported: 2 samples with another value than one before of the same series at the same time. The first counts.',
  );
  const child = spawn(
    nodeBinary(),
    [cliFile, 'query', 'sum_over_time(up[1h])', '--time', String(START + 15), '--data-dir', dir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let answer = '';
  child.stdout.on('data', (piece: Buffer) => {
    answer += piece.toString();
  });
  await once(child, 'close');
  expect(answer).toBe(`{} 2 @ ${START + 15}\n`);
});
