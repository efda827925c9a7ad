// A real Prometheus as a test peer: found, started on a free port with a data folder of its own, asked, always stopped.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/serve.ts';

/** '' when a Prometheus is there, else why the tests are skipped. */
export const missing =
  spawnSync('prometheus', ['--version'], { stdio: 'ignore' }).status === 0 ? '' : 'Prometheus is not installed';

export type Peer = { readonly url: string; stop(): Promise<void> };

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** PROMETHEUS in the config stands for its own address. */
export async function startPrometheus(config: string, flags: readonly string[] = []): Promise<Peer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'prometheus-peer-'));
  const file = path.join(dir, 'prometheus.yml');
  const port = await freePort();
  writeFileSync(file, config.replaceAll('PROMETHEUS', `127.0.0.1:${port}`));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(dir, 'data')}`,
      '--storage.tsdb.retention.time=30d',
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-20_000);
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await eventually(
      'Prometheus to be ready',
      async () => (await fetch(`${url}/-/ready`)).status,
      (status) => status === 200,
    );
  } catch (error) {
    await stop();
    throw new Error(log, { cause: error });
  }
  return { url, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exit;
  clearTimeout(timer);
}

/** Somebody who answers Prometheus's API. */
export type Server = { readonly url: string; readonly token?: string };

export type Answer = {
  readonly status: number;
  readonly body: {
    readonly status: string;
    readonly errorType?: string;
    readonly error?: string;
    readonly data?: unknown;
  };
};

export async function askApi({ url, token }: Server, route: string, params: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${route}?${new URLSearchParams(params)}`, {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Sends a remote write request; rejects unless it is stored. */
export async function remoteWrite({ url, token }: Server, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/x-protobuf',
      'Content-Encoding': 'snappy',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    signal: AbortSignal.timeout(30_000),
  });
  if (response.status !== 204) throw new Error(`${response.status}: ${await response.text()}`);
}
