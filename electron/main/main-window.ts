// The main window's life: made when it is asked for, kept while it is hidden, brought to the front when it is there.
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';
import { hideOnClose, rememberBounds, reviveOnCrash, showWindow, type WindowInputs, windowOptions } from './window.ts';

export type MainWindow = {
  /** Shows the window, at this path when one is given. */
  open(route?: string): void;
  contents(): WebContents | undefined;
};

export function createMainWindow(options: {
  create(options: BrowserWindowConstructorOptions): BrowserWindow;
  /** Asked anew for each window. */
  inputs(): Omit<WindowInputs, 'bounds'>;
  base: string;
  /** The first window stays hidden until it is opened. */
  hidden: boolean;
  settings: Settings;
  staysWhenClosed: () => boolean;
  onHidden: () => void;
  /** Leads a page that is already there to another path. */
  showRoute(route: string): void;
  now: () => number;
  log: Log;
}): MainWindow {
  let window: BrowserWindow | undefined;
  let { hidden } = options;

  const create = (route: string): BrowserWindow => {
    const { bounds, maximized } = options.settings.get();
    const created = options.create(windowOptions({ ...options.inputs(), bounds }));
    rememberBounds(created, options.settings);
    hideOnClose(created, options.staysWhenClosed, options.onHidden);
    reviveOnCrash(created, {
      now: options.now,
      onCrash: (reason) => options.log('error', 'the page died', { reason }),
    });
    created.once('ready-to-show', () => {
      if (hidden) return;
      // Maximising shows the window too.
      if (maximized) created.maximize();
      created.show();
    });
    created.once('closed', () => {
      window = undefined;
    });
    created.loadURL(`${options.base}/#${route}`).catch((error: unknown) => {
      options.log('error', 'the page did not load', { error: String(error) });
    });
    return created;
  };

  return {
    open: (route) => {
      if (window === undefined || window.isDestroyed()) {
        window = create(route ?? '/');
        return;
      }
      if (route !== undefined) options.showRoute(route);
      hidden = false;
      showWindow(window);
    },
    contents: () => (window === undefined || window.isDestroyed() ? undefined : window.webContents),
  };
}
