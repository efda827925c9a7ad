// A real mosquitto on a free port, with what the tests ask of it; killed and started again as a machine would.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../support/free-port.ts';

/** Daemons live in sbin, which is not on everybody's PATH. */
const program = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'].find((file) =>
  existsSync(file),
);

/** Why there is nothing to test against; empty when there is. */
export const missing = program === undefined ? 'mosquitto is not installed (Debian: mosquitto)' : '';

export type Mosquitto = {
  readonly port: number;
  readonly dir: string;
  log(): string;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** `extra` are lines of mosquitto.conf; DIR in them is its folder. */
export async function startMosquitto(extra = 'allow_anonymous true'): Promise<Mosquitto> {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-mosquitto-'));
  const port = await freePort();
  const conf = [
    'per_listener_settings false',
    // As root it would give itself another user, who may not read its folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${port} 127.0.0.1`,
    'max_queued_messages 0',
    'max_inflight_messages 1000',
    'persistence true',
    `persistence_location ${dir}/`,
    'autosave_interval 1',
    extra.replaceAll('DIR', dir),
  ].join('\n');
  writeFileSync(path.join(dir, 'mosquitto.conf'), `${conf}\n`);
  let child: ChildProcess | undefined;
  let log = '';
  const start = async (): Promise<void> => {
    const args = ['-c', path.join(dir, 'mosquitto.conf'), '-v'];
    child = spawn(program ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-200_000);
    });
    for (let i = 0; i < 100; i++) {
      if (await canConnect(port)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`mosquitto did not start: ${log}`);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  };
  await start();
  return {
    port,
    dir,
    log: () => log,
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
