// A real Docker engine, where one can be run: its containers' series, and their start, stop and death as events.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { dockerSectionSchema, startDockerCollector } from '../../../electron/engine/collectors/docker/index.ts';
import type { DockerCollector } from '../../../electron/engine/collectors/docker/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { MemoryAppender } from '../../unit/scrape/memory-appender.ts';

const has = (name: string): boolean => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
/** The only thing in the image; nothing is downloaded. */
const BUSYBOX = '/bin/busybox';
const lacking =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'not root on Linux'
    : (['dockerd', 'docker', 'tar'].find((name) => !has(name))?.concat(' is not installed') ??
      (existsSync(BUSYBOX) ? '' : 'busybox is not installed'));
if (lacking !== '') console.log(`skipped: a real Docker engine (${lacking})`);

const dir = mkdtempSync(path.join(tmpdir(), 'lw-dockerd-'));
const address = `unix://${dir}/docker.sock`;
let daemon: ChildProcess | undefined;
let collector: DockerCollector | undefined;
let startFailed = '';

const docker = (...words: string[]): string => {
  const { stdout, stderr, status } = spawnSync('docker', ['-H', address, ...words], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(`docker ${words[0]}: ${stderr}`);
  return stdout.trim();
};

beforeAll(async () => {
  if (lacking !== '') return;
  daemon = spawn(
    'dockerd',
    `--iptables=false --bridge=none --ip-forward=false --storage-driver=vfs --data-root=${dir}/data --exec-root=${dir}/exec --pidfile=${dir}/pid -H ${address}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  for (let i = 0; i < 100 && !existsSync(`${dir}/docker.sock`); i++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  try {
    mkdirSync(`${dir}/image/bin`, { recursive: true });
    copyFileSync(BUSYBOX, `${dir}/image/bin/busybox`);
    chmodSync(`${dir}/image/bin/busybox`, 0o755);
    symlinkSync('busybox', `${dir}/image/bin/sh`);
    spawnSync('sh', ['-c', `tar -C ${dir}/image -c . | docker -H ${address} import - linewarden-test`]);
    docker('run', '--rm', '--network=none', 'linewarden-test', '/bin/sh', '-c', 'exit 0');
  } catch (error) {
    // A sandbox may have the program and not let it make containers.
    startFailed = error instanceof Error ? error.message : String(error);
    console.log(`skipped: a real Docker engine (${startFailed})`);
  }
}, 60_000);

afterAll(async () => {
  await collector?.stop();
  if (daemon !== undefined && daemon.exitCode === null) {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}, 30_000);

describe.skipIf(lacking !== '')('a real Docker engine', () => {
  it('tells of its containers what cAdvisor would, and what happens to them', async ({ skip }) => {
    if (startFailed !== '') skip(startFailed);
    const [engine] = dockerSectionSchema.parse([{ name: 'real', address, interval: '1s' }]);
    if (engine === undefined) throw new Error('one engine');
    const appender = new MemoryAppender();
    const told: string[] = [];
    collector = startDockerCollector({
      engine,
      baseDir: '/',
      deviceId: 'docker/real',
      appender,
      presence: { seen: () => {}, telemetry: () => {}, failed: () => {} },
      clock: systemClock,
      logger: silentLogger,
      onEvent: ({ words }) => told.push(words),
    });
    await expect.poll(() => collector?.status().lastSuccessMs, { timeout: 10_000 }).not.toBeNull();
    const loop = 'while :; do /bin/busybox sleep 0.1; done';
    docker('run', '-d', '--name=web', '--network=none', '--memory=64m', 'linewarden-test', '/bin/sh', '-c', loop);
    const last = (name: string) => {
      const series = appender.series().find((labels) => labels.name === name && labels.get('name') === 'web');
      return series && appender.last(series);
    };
    await expect.poll(() => last('container_cpu_usage_seconds_total')?.value, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(last('container_spec_memory_limit_bytes')?.value).toBe(64 * 1024 ** 2);
    expect(last('container_memory_usage_bytes')?.value).toBeGreaterThan(0);
    expect(last('container_memory_usage_bytes')?.value).toBeLessThan(64 * 1024 ** 2);
    const startedS = Math.floor(Date.parse(docker('inspect', '-f', '{{.State.StartedAt}}', 'web')) / 1_000);
    expect(last('container_start_time_seconds')?.value).toBe(startedS);
    docker('stop', '-t', '0', 'web');
    await expect
      .poll(() => told, { timeout: 10_000 })
      .toEqual(['web started', 'web ended with code 137', 'web was stopped']);
    await expect.poll(() => last('container_last_seen')?.stale, { timeout: 10_000 }).toBe(true);
  }, 60_000);
});
