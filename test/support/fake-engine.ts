// The window over the fake engine, for what a real one would need a very full store for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { nodeBinary } from './serve.ts';

const root = path.resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 30_000;

export type FakeEngine = { readonly url: string; readonly openUrl: string; stop(): Promise<void> };

/** Serves the built window. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const child = spawn(nodeBinary(), [path.join(root, 'test/fakes/engine/main.ts'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: root,
  });
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_TIMEOUT_MS);
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const openUrl = /^ready (\S+)$/.exec(line)?.[1];
    if (openUrl === undefined) continue;
    clearTimeout(timer);
    return {
      url: new URL(openUrl).origin,
      openUrl,
      async stop() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  clearTimeout(timer);
  throw new Error('the fake engine ended before it was ready');
}
