// Every entry point asks this first: what Linewarden runs needs Node 22 or later, and on Node 20 better-sqlite3 ends the process without a word.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';

export const NEEDED_MAJOR = 22;

/** Node's major version out of `process.version`. */
export const majorOf = (version) => Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);

/** The Node that `npm ci` puts beside the packages, if it is there. */
export function bundledNode(root) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return [path.join(root, 'node_modules/node/bin', name), path.join(root, 'node_modules/.bin', name)].find(existsSync);
}

/**
 * Returns at once on a Node that is new enough. On an older one the same command runs again under the Node of the checkout,
 * and this call never returns; without one it says what is needed and exits with 1.
 */
export async function ensureNode(root) {
  if (majorOf(process.version) >= NEEDED_MAJOR) return;
  const node = bundledNode(root);
  if (node === undefined) {
    console.error(
      `Linewarden needs Node ${NEEDED_MAJOR} or later; this is ${process.version}. Run "npm ci" once (it brings its own Node) or install a newer one.`,
    );
    process.exit(1);
  }
  process.exit(await run(node, [...process.execArgv, ...process.argv.slice(1)]));
}

/** Runs a program on this terminal, hands signals on to it, and resolves with its exit code. */
export function run(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'inherit', ...options });
  const handOn = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, handOn);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
