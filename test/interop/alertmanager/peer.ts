// A real Alertmanager as a test peer: found, started on a free port with a data folder of its own, always stopped.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/serve.ts';
import { freePort } from '../prometheus/peer.ts';

/** '' when an Alertmanager is there, else why the tests are skipped. */
export const missing =
  spawnSync('prometheus-alertmanager', ['--version'], { stdio: 'ignore' }).status === 0
    ? ''
    : 'Alertmanager is not installed';

/** Somebody who answers Alertmanager's API. */
export type Server = { readonly url: string; readonly token?: string };
export type Peer = Server & { stop(): Promise<void> };

export async function startAlertmanager(config: string): Promise<Peer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'alertmanager-peer-'));
  const file = path.join(dir, 'alertmanager.yml');
  writeFileSync(file, config);
  const port = await freePort();
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${file}`,
      `--storage.path=${path.join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-20_000);
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exit;
      clearTimeout(timer);
    }
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await eventually(
      'Alertmanager to be ready',
      async () => (await fetch(`${url}/-/ready`)).status,
      (status) => status === 200,
    );
  } catch (error) {
    await stop();
    throw new Error(log, { cause: error });
  }
  return { url, stop };
}

/** Sends JSON, and gives the answer's; rejects unless it is well. */
export async function askV2({ url, token }: Server, method: string, route: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/api/v2/${route}`, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
