// The whole shell on the double of Electron, with the engine and the page played by the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { runShell } from '../../../electron/main/shell.ts';
import {
  app,
  BrowserWindow,
  type FakeContents,
  type FakeProcess,
  ipcMain,
  type MenuItem,
  resetElectron,
  Tray,
  utilityProcess,
} from '../../fakes/electron.ts';

let dir = '';
export const dataDir = (): string => dir;

/** A fresh Electron, a fresh data directory and a clock that stands still, for each test. */
export function eachWithFreshShell(): void {
  beforeEach(() => {
    resetElectron();
    dir = mkdtempSync(path.join(tmpdir(), 'linewarden-shell-'));
    app.userData = path.join(dir, 'window');
    vi.useFakeTimers();
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    rmSync(dir, { recursive: true, force: true });
  });
}

export const run = (options: { hidden?: boolean; selfCheck?: boolean } = {}): Promise<void> =>
  runShell({ dataDir: dir, configFile: undefined, hidden: false, selfCheck: false, ...options });

export function lastOf<T>(list: readonly T[]): T {
  const last = list.at(-1);
  if (last === undefined) throw new Error('there is none');
  return last;
}

export const engine = (): FakeProcess => lastOf(utilityProcess.forked);
export const window = (): BrowserWindow => lastOf(BrowserWindow.all);
export const tray = (): Tray => lastOf(Tray.all);
export const engineSays = (message: object): unknown => engine().emit('message', message);
export const engineUp = (): unknown => engineSays({ type: 'started', httpUrl: null });

export const pageEvent = (contents: FakeContents): object => ({ sender: contents, senderFrame: contents.mainFrame });
export const pageReady = (): unknown => ipcMain.emit('linewarden:ready', pageEvent(window().webContents));

export const trayItem = (label: string): MenuItem | undefined => tray().menu.find((item) => item.label === label);
/** The line in the tray's menu that says how all is. */
export const trayLine = (): string | undefined => tray().menu[2]?.label;

/** As the engine sends it, all of it valid. */
export const NOTIFICATION = {
  id: 'n1',
  title: 'Mill street is offline',
  body: 'No data for 6 minutes',
  severity: 'critical',
  resolved: false,
  atMs: 1,
  route: '/devices/edge-7',
};
