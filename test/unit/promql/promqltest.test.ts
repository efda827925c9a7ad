// The test language itself: what its lines mean, and that a wrong answer is told.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTestFile } from '../../promqltest/runner.ts';
import { parseSequence, parseSeriesLine } from '../../../electron/engine/promql/testing/index.ts';

const valuesOf = (text: string): (number | string | undefined)[] =>
  parseSequence(text).map((item) => (item?.kind === 'float' ? item.value : item?.kind));

const failures = (script: string): (string | undefined)[] => runTestFile(script).map(({ failure }) => failure);

describe('series lines', () => {
  it.each(['1x10000001', '1+1x99999999999', '_x10000001', 'stalex99999999999'])(
    'refuses %s, which fills the memory',
    (text) => {
      expect(() => parseSequence(text)).toThrow('repeated at most 10000000 times');
    },
  );

  it.each([
    ['5 -1.5 1e3 Inf NaN', [5, -1.5, 1_000, Infinity, Number.NaN]],
    ['1+2x3', [1, 3, 5, 7]],
    ['1-2x2', [1, -1, -3]],
    ['-5+1x1', [-5, -4]],
    ['7x2', [7, 7, 7]],
    ['0x3 1', [0, 0, 0, 0, 1]],
    ['_ 1 _x2 2', [undefined, 1, undefined, undefined, 2]],
    ['1 stale 2', [1, 'stale', 2]],
    ['{{schema:0 sum:1}} {{}}x1', ['histogram', 'histogram', 'histogram']],
  ])('%s', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it('take names and labels of any alphabet', () => {
    expect(parseSeriesLine('{"http.requests", "a b"="c}d"} 1').labels.toRecord()).toEqual({
      __name__: 'http.requests',
      'a b': 'c}d',
    });
    expect(parseSeriesLine('up 1').labels.toRecord()).toEqual({ __name__: 'up' });
    expect(parseSeriesLine('{} 1').labels.toRecord()).toEqual({});
  });
});

describe('the runner', () => {
  it('tells wrong values, missing and surplus series, and unmet expectations', () => {
    const script = `
      load 10s
        m{i="1"} 1
        m{i="2"} 2

      eval instant at 0 m{i="1"}
        m{i="1"} 3

      eval instant at 0 m{i="1"}
        m{i="1"} 1
        m{i="2"} 2

      eval instant at 0 m
        m{i="1"} 1

      eval instant at 0 m{i="1"}
        expect fail

      eval instant at 0 m{i="1"}
        expect warn
        m{i="1"} 1

      eval range from 0 to 10s step 10s m{i="1"}
        m{i="1"} 1 2

      eval instant at 0 m{i="1"}
        m{i="1"} 1
    `;
    const told = failures(script);
    expect(told).toHaveLength(7);
    expect(told.slice(0, 6).every((failure) => failure !== undefined)).toBe(true);
    expect(told[6]).toBeUndefined();
  });

  it('counts a refusal as a failure, even where a failure is expected', () => {
    const [told] = failures(`
      eval instant at 0 limitk(1, m)
        expect fail
    `);
    expect(told).toBe('refused: experimental aggregation limitk is not supported');
  });

  it('refuses what start timestamps would change, and answers what they do not', () => {
    const refusal = 'refused: start timestamps are not supported: series ["__name__","c","i","1"] has them';
    const script = `
      load 1m
        c{i="1"}@st -30sx3
        c{i="1"} 60x3
        c{i="2"} 0+60x3

      eval instant at 3m increase(c[3m])
        {i="1"} 180
        {i="2"} 180

      eval instant at 3m sum(rate(c{i!="2"}[2m]))
        {} 1

      eval instant at 3m rate(c{i="2"}[2m])
        {i="2"} 1

      eval instant at 3m count_over_time(c{i="1"}[2m])
        {i="1"} 2

      clear

      load 1m
        c{i="1"} 0+60x3

      eval instant at 3m rate(c[2m])
        {i="1"} 1
    `;
    expect(failures(script)).toEqual([refusal, refusal, undefined, undefined, undefined]);
  });

  it('does not take the bounds of an instant query for those of a range query', () => {
    const script = `
      eval instant at 50s end() - start() + range() + step()
        0

      eval range from 10s to 30s step 10s end() - start() + range() + step()
        {} 50 50 50
    `;
    expect(failures(script)).toEqual([undefined, undefined]);
  });

  it('a comment ends a block', () => {
    const script = 'load 10s\n  m 1\n# a comment\n  n 1\n\neval instant at 0 m\n  m 1\n';
    expect(failures(script)).toEqual(['unknown command n', undefined]);
  });
});

describe('the command', () => {
  it('names each failing line, counts at the end, and exits with 1', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'promqltest-'));
    const file = path.join(folder, 'two.test');
    await writeFile(file, 'eval instant at 0 1 + 1\n  2\n\neval instant at 0 1 + 1\n  3\n');
    const cli = path.resolve(import.meta.dirname, '../../promqltest/cli.ts');
    const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
      execFile(process.execPath, [cli, file], { timeout: 10_000 }, (error, out) =>
        resolve({ code: error?.code ?? 0, stdout: out }),
      );
    });
    await rm(folder, { recursive: true });
    expect(stdout.trim().split('\n')).toEqual([`${file}:4 expected 3, got 2`, '1 passed, 1 failed']);
    expect(code).toBe(1);
  });
});
