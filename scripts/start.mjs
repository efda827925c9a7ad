// `npm start`: the desktop app; where Electron cannot be had or cannot run, the same window in a browser.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { electronBinary, installElectron } from './electron-binary.mjs';
import { endWithNpm } from './end-with-npm.mjs';
import { ensureNode, run } from './node-version.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const INSTALL_TIMEOUT_MS = 60_000;

/** Why Electron could not show a window here even if it is installed; undefined when nothing is known against it. */
export function obstacle(platform, env, uid) {
  if (platform !== 'linux') return undefined;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'There is no display here';
  if (uid === 0) return 'Electron does not run as root';
  return undefined;
}

async function start() {
  endWithNpm();
  await ensureNode(root);
  const { build } = await import('./build.mjs');
  if (!build()) process.exit(1);

  const args = process.argv.slice(2);
  let reason = args.includes('--browser') ? 'As asked' : obstacle(process.platform, process.env, process.getuid?.());
  if (reason === undefined) {
    const timeoutMs = Number(process.env.LINEWARDEN_ELECTRON_TIMEOUT ?? INSTALL_TIMEOUT_MS);
    const binary = electronBinary(root) ?? installElectron(root, timeoutMs);
    if (binary !== undefined) process.exit(await run(binary, [root, ...args]));
    reason = 'Electron is not installed and could not be downloaded';
  }
  console.log(`${reason}: serving the same window to a browser at the address below.`);
  const cli = path.join(root, 'out/main/cli.js');
  process.argv = [process.execPath, cli, 'serve', ...args.filter((arg) => arg !== '--browser')];
  await import(pathToFileURL(cli).href);
}

if (process.argv[1]?.endsWith(`start.mjs`)) await start();
