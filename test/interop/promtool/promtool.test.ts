import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const READ_TOKEN = 'a-read-token-for-promtool';

function promtool(kind: string, ...args: readonly string[]): string {
  const result = spawnSync('promtool', ['query', kind, ...args], { encoding: 'utf8', timeout: 20_000 });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  return result.stdout;
}

const found = spawnSync('promtool', ['--version']).status === 0;

describe.skipIf(!found)(
  `a real promtool asks the served engine${found ? '' : ' (skipped: promtool is not installed)'}`,
  () => {
    let served: Served;
    let server: string;
    beforeAll(async () => {
      const sha256 = createHash('sha256').update(READ_TOKEN).digest('hex');
      served = await startServe({
        config: `netflow: {listen: []}\nhttp: {tokens: [{name: promtool, scope: read, sha256: ${sha256}}]}\n`,
      });
      // Older promtools know no HTTP config file; Go's client sends what stands before the @ as Basic.
      server = served.url.replace('//', `//promtool:${READ_TOKEN}@`);
      await eventually(
        'data',
        () => query(served, 'node_uname_info'),
        (samples) => samples.length === 1,
      );
    });
    afterAll(async () => {
      await served.stop();
    });

    it('query instant', () => {
      expect(promtool('instant', server, '6 * 7')).toMatch(/^scalar: 42 @\[/);
      expect(promtool('instant', server, 'count(up{job="node"})')).toMatch(/^\{\} => 1 @\[/);
    });

    it('query range', () => {
      const answer = promtool('range', '--start=0', '--end=10', '--step=5s', server, 'vector(time())');
      expect(answer).toContain('0 @[0]');
      expect(answer).toContain('5 @[5]');
      expect(answer).toContain('10 @[10]');
    });

    it('query series', () => {
      expect(promtool('series', '--match=node_uname_info', server)).toMatch(/__name__="node_uname_info"/);
    });

    it('query labels', () => {
      const names = promtool('labels', server, '__name__').split('\n');
      expect(names).toContain('node_cpu_seconds_total');
      expect(names).toContain('up');
    });
  },
);
