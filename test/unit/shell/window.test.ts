import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSettings } from '../../../electron/main/settings.ts';
import { isVisible, rememberBounds, reviveOnCrash, windowOptions } from '../../../electron/main/window.ts';
import { BrowserWindow } from '../../fakes/electron.ts';
import { asWindow } from './as-electron.ts';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };
const inputs = { preload: '/p.cjs', icon: '/i.png', dark: true, devTools: false, bounds: null, workAreas: [SCREEN] };

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-window-'));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});
const settingsFile = () => path.join(dir, 'shell.json');
const settings = () => openSettings(settingsFile(), () => {});

describe('the window', () => {
  it('gives the page no Node, no shared world, and a sandbox', () => {
    expect(windowOptions(inputs).webPreferences).toEqual({
      preload: '/p.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
  });

  it('is shown only when it has something to show, on the background of its theme', () => {
    expect(windowOptions(inputs)).toMatchObject({ show: false, backgroundColor: '#0f1113' });
    expect(windowOptions({ ...inputs, dark: false }).backgroundColor).toBe('#f6f7f8');
  });

  it('opens where it was', () => {
    expect(windowOptions({ ...inputs, bounds: { x: 100, y: 50, width: 900, height: 700 } })).toMatchObject({
      x: 100,
      y: 50,
      width: 900,
      height: 700,
    });
  });

  it('opens on a screen when the one that it stood on is gone', () => {
    const options = windowOptions({ ...inputs, bounds: { x: 3_000, y: 50, width: 900, height: 700 } });
    expect(options).not.toHaveProperty('x');
    expect(options).toMatchObject({ width: 1360, height: 860 });
  });

  it.each([
    ['inside', { x: 0, y: 0, width: 800, height: 600 }, true],
    ['on the left edge with a part to grab', { x: -700, y: 0, width: 800, height: 600 }, true],
    ['left of the edge but for 50 points', { x: -750, y: 0, width: 800, height: 600 }, false],
    ['with its title above the edge', { x: 0, y: -50, width: 800, height: 600 }, false],
    ['below', { x: 0, y: 1_060, width: 800, height: 600 }, false],
  ])('counts as visible or not: %s', (_, bounds, visible) => {
    expect(isVisible(bounds, [SCREEN])).toBe(visible);
  });

  it('keeps its place once it came to rest, and when it is closed', () => {
    const window = new BrowserWindow({});
    const kept = settings();
    rememberBounds(asWindow(window), kept);
    window.bounds = { x: 1, y: 2, width: 640, height: 480 };
    window.emit('move');
    expect(kept.get().bounds).toBeNull();
    vi.advanceTimersByTime(500);
    expect(settings().get().bounds).toEqual({ x: 1, y: 2, width: 640, height: 480 });
    window.bounds = { x: 3, y: 4, width: 640, height: 480 };
    window.maximized = true;
    window.close();
    expect(settings().get()).toMatchObject({ bounds: { x: 3, y: 4, width: 640, height: 480 }, maximized: true });
  });

  it('loads a page that died again, three times a minute', () => {
    const window = new BrowserWindow({});
    let nowMs = 0;
    reviveOnCrash(asWindow(window), { now: () => nowMs, onCrash: () => {} });
    const crash = (reason: string) => window.webContents.emit('render-process-gone', {}, { reason });
    for (let i = 0; i < 5; i++) crash('crashed');
    expect(window.webContents.reloads).toBe(3);
    nowMs = 61_000;
    crash('oom');
    expect(window.webContents.reloads).toBe(4);
    crash('clean-exit');
    expect(window.webContents.reloads).toBe(4);
  });
});

describe('the settings', () => {
  it('keep watching in the tray unless told otherwise', () => {
    expect(settings().get().closeToTray).toBe(true);
  });

  it('outlive a restart', () => {
    settings().change({ closeToTray: false });
    expect(settings().get().closeToTray).toBe(false);
  });

  it.each(['', '{', 'null', '[]', '{"closeToTray":"yes"}', '{"bounds":{"x":1e99}}'])(
    'are the defaults when the file says %s',
    (text) => {
      writeFileSync(settingsFile(), text);
      expect(settings().get()).toEqual({ closeToTray: true, bounds: null, maximized: false, trayExplained: false });
    },
  );

  it('keep what is known of a file from another version', () => {
    writeFileSync(settingsFile(), '{"closeToTray":false,"later":1}');
    settings().change({ trayExplained: true });
    expect(JSON.parse(readFileSync(settingsFile(), 'utf8'))).toEqual({
      closeToTray: false,
      bounds: null,
      maximized: false,
      trayExplained: true,
    });
  });
});
