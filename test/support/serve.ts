// Starts the built `linewarden serve` as a user would, and gives what it printed.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const root = path.resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 30_000;

/** Node 24 of this checkout: better-sqlite3's build needs it, whatever runs the tests. */
export const nodeBinary = (): string => {
  const own = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(own) ? own : process.execPath;
};

export const cliFile = path.join(root, 'out/main/cli.js');

export type Served = {
  /** Without the token. */
  readonly url: string;
  readonly token: string;
  /** The printed URL that a person would open. */
  readonly openUrl: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  readonly stderr: () => string;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
};

export type ServeOptions = {
  readonly command?: 'serve' | 'lab';
  readonly config?: string;
  /** Kept by the caller; without it a temporary one that goes away on stop. */
  readonly dataDir?: string;
  /** 0: any free one. */
  readonly port?: number;
};

export async function startServe(options: ServeOptions = {}): Promise<Served> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'linewarden-test-'));
  const args = [
    cliFile,
    options.command ?? 'serve',
    '--data-dir',
    dataDir,
    '--listen',
    `127.0.0.1:${options.port ?? 0}`,
  ];
  if (options.config !== undefined) {
    const file = path.join(dataDir, 'linewarden.yml');
    writeFileSync(file, options.config);
    args.push('--config', file);
  }
  const child = spawn(nodeBinary(), args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: root });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const openUrl = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`serve was not ready in time: ${stderr}`));
    }, READY_TIMEOUT_MS);
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      const match = /^ready (\S+)$/.exec(line);
      if (match?.[1] !== undefined) {
        clearTimeout(timer);
        resolve(match[1]);
      }
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`serve ended with ${code}: ${stderr}`));
    });
  });
  const { origin, hash } = new URL(openUrl);
  const clean = (): void => {
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  const ended = once(child, 'exit');
  return {
    url: origin,
    token: hash.replace('#token=', ''),
    openUrl,
    dataDir,
    process: child,
    stderr: () => stderr,
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await ended) as [number | null];
      clean();
      return code;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Asks the Prometheus API of a served engine; rejects unless it answers with success. */
export async function ask(served: Served, pathAndQuery: string): Promise<unknown> {
  const response = await fetch(`${served.url}${pathAndQuery}`, {
    headers: { Authorization: `Bearer ${served.token}` },
    signal: AbortSignal.timeout(15_000),
  });
  const body = (await response.json()) as { status: string; data: unknown; error?: string };
  if (body.status !== 'success') throw new Error(`${pathAndQuery}: ${body.error}`);
  return body.data;
}

export type VectorAnswer = { result: { metric: Record<string, string>; value: [number, string] }[] };

export const query = async (served: Served, expr: string): Promise<VectorAnswer['result']> =>
  ((await ask(served, `/api/v1/query?query=${encodeURIComponent(expr)}`)) as VectorAnswer).result;

/** Repeats until the condition holds; fails with what it last saw. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T>,
  holds: (value: T) => boolean,
  timeoutMs = 20_000,
): Promise<T> {
  const endMs = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < endMs) {
    try {
      const value = await attempt();
      if (holds(value)) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  throw new Error(
    `${what}: not within ${timeoutMs} ms; last seen: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
