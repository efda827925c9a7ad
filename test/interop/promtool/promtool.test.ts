import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const found = spawnSync('promtool', ['--version']).status === 0;

describe.skipIf(!found)(`a real promtool asks the served engine${found ? '' : ' (skipped: promtool is not installed)'}`, () => {
  let served: Served;
  let httpConfig: string;
  beforeAll(async () => {
    served = await startServe({ config: 'netflow: {listen: []}\n' });
    httpConfig = path.join(served.dataDir, 'promtool.yml');
    writeFileSync(httpConfig, `authorization: {credentials: ${served.token}}\n`);
    await eventually('data', () => query(served, 'node_uname_info'), (samples) => samples.length === 1);
  });
  afterAll(async () => {
    await served.stop();
  });

  const promtool = (...args: string[]): string => {
    const [kind = '', ...rest] = args;
    const result = spawnSync('promtool', ['query', kind, '--http.config.file', httpConfig, ...rest], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
    return result.stdout;
  };

  it('query instant', () => {
    expect(promtool('instant', served.url, '6 * 7')).toMatch(/^scalar: 42 @\[/);
    expect(promtool('instant', served.url, 'count(up{job="node"})')).toMatch(/^\{\} => 1 @\[/);
  });

  it('query range', () => {
    const answer = promtool('range', '--start=0', '--end=10', '--step=5s', served.url, 'vector(time())');
    expect(answer).toContain('0 @[0]');
    expect(answer).toContain('5 @[5]');
    expect(answer).toContain('10 @[10]');
  });

  it('query series', () => {
    expect(promtool('series', '--match=node_uname_info', served.url)).toMatch(/__name__="node_uname_info"/);
  });

  it('query labels', () => {
    const names = promtool('labels', served.url, '__name__').split('\n');
    expect(names).toContain('node_cpu_seconds_total');
    expect(names).toContain('up');
  });
});
