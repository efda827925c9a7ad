// The one window: what it may do, where it stands, and what closing it means.
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { Bounds, Settings } from './settings.ts';

const DEFAULT_SIZE = { width: 1360, height: 860 };
/** The page's own background, so that nothing flashes before it has drawn. */
const BACKGROUND = { dark: '#0f1113', light: '#f6f7f8' };
const SETTLE_MS = 500;

export type WindowInputs = {
  preload: string;
  icon: string;
  dark: boolean;
  devTools: boolean;
  bounds: Bounds | null;
  /** The work areas of the screens that are there now. */
  workAreas: readonly Rectangle[];
};

export function windowOptions(inputs: WindowInputs): BrowserWindowConstructorOptions {
  const bounds = inputs.bounds !== null && isVisible(inputs.bounds, inputs.workAreas) ? inputs.bounds : DEFAULT_SIZE;
  return {
    ...bounds,
    minWidth: 720,
    minHeight: 480,
    title: 'Linewarden',
    icon: inputs.icon,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: inputs.dark ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: inputs.preload,
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
      devTools: inputs.devTools,
    },
  };
}

/** A window kept on a screen that is gone would open where nobody sees it: a part to grab must be on some screen. */
export function isVisible(bounds: Bounds, workAreas: readonly Rectangle[]): boolean {
  const GRAB = 64;
  return workAreas.some(
    (area) =>
      bounds.x < area.x + area.width - GRAB &&
      bounds.x + bounds.width > area.x + GRAB &&
      bounds.y >= area.y - 8 &&
      bounds.y < area.y + area.height - GRAB,
  );
}

/** Keeps the window's place, half a second after it came to rest. */
export function rememberBounds(window: BrowserWindow, settings: Settings): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (window.isDestroyed()) return;
    settings.change({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SETTLE_MS);
  };
  window.on('resize', settle);
  window.on('move', settle);
  window.on('close', save);
  window.on('closed', () => clearTimeout(timer));
}

/** Closing hides instead, while there is a tray to come back from and nobody asked to quit. */
export function hideOnClose(window: BrowserWindow, stays: () => boolean, onHidden: () => void): void {
  window.on('close', (event) => {
    if (!stays()) return;
    event.preventDefault();
    window.hide();
    onHidden();
  });
}

/** A page that died is loaded again, but not for ever. */
export function reviveOnCrash(
  window: BrowserWindow,
  options: { now: () => number; onCrash: (reason: string) => void },
): void {
  const LIMIT = 3;
  const WITHIN_MS = 60_000;
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    options.onCrash(reason);
    const nowMs = options.now();
    crashes = [...crashes.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs];
    if (crashes.length <= LIMIT && !window.isDestroyed()) window.webContents.reload();
  });
}

export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
