// The desktop shell put together: one window, one engine, a tray, and the words between them.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import type { EngineStatus, EngineToShell, ShellSettings } from '../../shared/model/shell-messages.ts';
import { VERSION } from '../../shared/model/version.ts';
import { serveApp } from './app-protocol.ts';
import type { CommandLine } from './command-line.ts';
import { createEngineSupervisor } from './engine-supervisor.ts';
import { createIntroductions } from './introductions.ts';
import { answerPage } from './ipc.ts';
import { answerCipher, keyringState } from './keyring.ts';
import { log } from './log.ts';
import { createMainWindow } from './main-window.ts';
import { applicationMenu } from './menu.ts';
import { keepInApp } from './navigation.ts';
import { createNotifier } from './notifications.ts';
import { pageOrigin } from './page-origin.ts';
import { restrictSession } from './permissions.ts';
import { stopEngineFirst } from './quit.ts';
import { openSettings } from './settings.ts';
import { createTrayIcon, type Health, type TrayIcon, type TrayState, trayState } from './tray.ts';

const now = (): number => Date.now();

export type ShellHooks = {
  onStatus?(status: EngineStatus): void;
  onPageReady?(): void;
};

/** To be called once Electron is ready. */
export async function runShell(commandLine: CommandLine, hooks: ShellHooks = {}): Promise<void> {
  // out/main and out/renderer stand side by side, packed or not.
  const here = path.dirname(fileURLToPath(import.meta.url));
  const rendererDir = path.join(here, '../renderer');
  const resourcesDir = path.join(app.getAppPath(), 'resources');
  const icon = (name: string): string => path.join(resourcesDir, 'icons', name);
  const devTools = !app.isPackaged || process.env['LINEWARDEN_DEVTOOLS'] === '1';
  const origin = pageOrigin(app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']);
  const settings = openSettings(path.join(app.getPath('userData'), 'shell.json'), (problem) => log('warn', problem));
  const keyring = await keyringState(safeStorage, process.platform);

  let tray: TrayIcon | undefined;
  let health: Health | undefined;

  const supervisor = createEngineSupervisor({
    fork: () =>
      utilityProcess.fork(path.join(here, 'engine.js'), [], { serviceName: 'Linewarden engine', stdio: 'inherit' }),
    startOptions: () => ({
      dataDir: commandLine.dataDir,
      ...(commandLine.configFile === undefined ? {} : { configFile: commandLine.configFile }),
      version: VERSION,
      rendererDir,
      resourcesDir,
      keyring: keyring.keyring,
    }),
    onStatus: (status) => {
      if (status.state !== 'running') health = undefined;
      introductions.engineStatus(status);
      updateTray();
      hooks.onStatus?.(status);
    },
    onMessage: receive,
    now,
    log,
    killHard,
  });
  const introductions = createIntroductions(
    () => supervisor,
    () => new MessageChannelMain(),
  );
  const notifier = createNotifier({
    create: (options) => new Notification(options),
    supported: () => Notification.isSupported(),
    icon: icon('icon.png'),
    open: (route) => mainWindow.open(route),
  });
  const quitting = stopEngineFirst(
    app,
    (timeoutMs) => supervisor.stop(timeoutMs),
    () => tray?.destroy(),
  );
  const mainWindow = createMainWindow({
    create: (options) => new BrowserWindow(options),
    inputs: () => ({
      preload: path.join(here, '../preload/preload.cjs'),
      icon: icon('icon.png'),
      dark: nativeTheme.shouldUseDarkColors,
      devTools,
      workAreas: screen.getAllDisplays().map((display) => display.workArea),
    }),
    base: origin.base,
    hidden: commandLine.hidden || commandLine.selfCheck,
    settings,
    staysWhenClosed: () => tray !== undefined && settings.get().closeToTray && !quitting.begun,
    onHidden: explainTray,
    showRoute: (route) => introductions.showRoute(route),
    now,
    log,
  });

  function receive(message: EngineToShell): void {
    switch (message.type) {
      case 'health':
        health = { ok: message.ok, problems: message.problems };
        updateTray();
        break;
      case 'notification':
        notifier.show(message.notification);
        break;
      case 'seal':
      case 'open':
        void answerCipher(safeStorage, message).then((answer) => supervisor.send(answer));
        break;
      case 'started':
      case 'failed':
        break;
    }
  }

  function updateTray(): void {
    const { state, line } = trayState(supervisor.status, health);
    tray?.update(state, line, settings.get().closeToTray);
  }

  function changeSettings(change: Partial<ShellSettings>): ShellSettings {
    const { closeToTray } = settings.change(change);
    updateTray();
    return { closeToTray };
  }

  function explainTray(): void {
    if (settings.get().trayExplained) return;
    settings.change({ trayExplained: true });
    notifier.show({
      id: 'linewarden-tray',
      title: 'Linewarden keeps watching',
      body: 'The window is closed, the engine runs on. Its icon in the tray brings the window back, quits, or changes this.',
      severity: 'info',
      resolved: false,
      atMs: now(),
      route: '/',
    });
  }

  restrictSession(session.defaultSession, origin, { devTools });
  serveApp(protocol, rendererDir);
  app.on('web-contents-created', (_event, contents) => {
    keepInApp(contents, origin, { openExternal: (url) => shell.openExternal(url), now });
  });
  answerPage(
    ipcMain,
    { origin, contents: () => mainWindow.contents() },
    {
      pageReady: (contents) => {
        introductions.pageReady(contents);
        hooks.onPageReady?.();
      },
      info: () => ({ version: VERSION, platform: process.platform, ...keyring }),
      settings: () => ({ closeToTray: settings.get().closeToTray }),
      changeSettings,
      retryEngine: () => supervisor.retryNow(),
    },
    (channel) => log('warn', 'refused a message that is not from our page', { channel }),
  );
  Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(process.platform, devTools)));
  powerMonitor.on('suspend', () => supervisor.suspend());
  powerMonitor.on('resume', () => supervisor.resume());
  app.on('second-instance', () => mainWindow.open());
  app.on('activate', () => mainWindow.open());
  app.on('window-all-closed', () => {
    // On macOS an app lives on without windows; elsewhere a window that closes for good ends it.
    if (process.platform !== 'darwin') app.quit();
  });

  if (!commandLine.selfCheck)
    tray = tryTray({
      open: () => mainWindow.open(),
      quit: () => app.quit(),
      setCloseToTray: (closeToTray) => void changeSettings({ closeToTray }),
    });
  if (keyring.warning !== '') log('warn', keyring.warning);
  supervisor.start();
  updateTray();
  mainWindow.open();

  function tryTray(actions: { open(): void; quit(): void; setCloseToTray(on: boolean): void }): TrayIcon | undefined {
    try {
      return createTrayIcon({
        create: (image) => new Tray(image),
        setMenu: (target, template) => target.setContextMenu(Menu.buildFromTemplate(template)),
        iconFor: (state: TrayState) => icon(trayIconName(process.platform, state)),
        actions,
      });
    } catch (error) {
      // A desktop without a tray: closing the window then quits.
      log('warn', 'there is no tray', { error: String(error) });
      return undefined;
    }
  }
}

/** Linux panels scale one picture; the others pick the @2x beside it by themselves. */
export const trayIconName = (platform: string, state: TrayState): string =>
  platform === 'linux' ? `tray-${state}@2x.png` : `tray-${state}.png`;

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
