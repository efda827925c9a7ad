// Finds an unpacked Electron, or has it installed, without importing 'electron': that import starts a download without an end.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const NAMES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

function inPackage(root) {
  const dir = path.join(root, 'node_modules/electron');
  try {
    return path.join(dir, 'dist', readFileSync(path.join(dir, 'path.txt'), 'utf8').trim());
  } catch {
    return undefined;
  }
}

/** The path of Electron's program, undefined where it is not. */
export function electronBinary(root) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const candidates = [
    process.env.ELECTRON_EXEC_PATH,
    override && path.join(override, NAMES[process.platform] ?? 'electron'),
    inPackage(root),
  ];
  return candidates.find((file) => file !== undefined && file !== '' && existsSync(file));
}

/** Electron's own installer, which has no time limit, under one. Resolves to the program's path or undefined. */
export function installElectron(root, timeoutMs) {
  const installer = path.join(root, 'node_modules/electron/install.js');
  if (timeoutMs > 0 && existsSync(installer))
    spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: timeoutMs, killSignal: 'SIGKILL' });
  return electronBinary(root);
}
