import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from '../../../electron/engine/store/state/index.ts';

let dir: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-lock-'));
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  child = undefined;
  rmSync(dir, { recursive: true, force: true });
});

/** Another process that holds the lock. */
async function hold(): Promise<ChildProcess> {
  const index = path.resolve(import.meta.dirname, '../../../electron/engine/store/state/index.ts');
  const script = `const { lockDataDir } = await import(${JSON.stringify(`file://${index}`)});
    lockDataDir(${JSON.stringify(dir)}); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = holder;
  await once(holder.stdout, 'data');
  return holder;
}

test('a second engine is told which process holds the folder', async () => {
  const holder = await hold();
  expect(() => lockDataDir(dir)).toThrow(
    expect.objectContaining({ code: 'LW_DATA_DIR_LOCKED', message: `${dir} is in use by process ${holder.pid}.` }),
  );
});

test('what a killed engine held is free at once', async () => {
  const holder = await hold();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(readFileSync(path.join(dir, 'engine.pid'), 'utf8')).toBe(`${holder.pid}\n`);
  const lock = lockDataDir(dir);
  expect(readFileSync(path.join(dir, 'engine.pid'), 'utf8')).toBe(`${process.pid}\n`);
  lock.release();
});

test('a pid file that names a living stranger keeps nobody out', () => {
  writeFileSync(path.join(dir, 'engine.pid'), `${process.ppid}\n`);
  const lock = lockDataDir(dir);
  expect(readFileSync(path.join(dir, 'engine.pid'), 'utf8')).toBe(`${process.pid}\n`);
  lock.release();
});

test('the same process cannot hold it twice, and may again after release', () => {
  const lock = lockDataDir(dir);
  expect(() => lockDataDir(dir)).toThrow(expect.objectContaining({ code: 'LW_DATA_DIR_LOCKED' }));
  lock.release();
  lock.release();
  expect(existsSync(path.join(dir, 'engine.pid'))).toBe(false);
  lockDataDir(dir).release();
});
