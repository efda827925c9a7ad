// A double of the part of Electron that the shell uses: it records what it was told and lets a test play the other side.
import { EventEmitter } from 'node:events';

export class FakePort extends EventEmitter {
  readonly sent: unknown[] = [];
  started = false;
  closed = false;
  postMessage(data: unknown): void {
    this.sent.push(data);
  }
  start(): void {
    this.started = true;
  }
  close(): void {
    this.closed = true;
  }
}

export class MessageChannelMain {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();
}

type Posted = { message: { type: string } & Record<string, unknown>; ports: FakePort[] };

/** A forked process: the test says when it speaks and when it ends. */
export class FakeProcess extends EventEmitter {
  readonly posted: Posted[] = [];
  killed = 0;
  pid: number | undefined = 4_242;
  readonly modulePath: string;
  readonly options: unknown;
  constructor(modulePath = '', options?: unknown) {
    super();
    this.modulePath = modulePath;
    this.options = options;
  }
  postMessage(message: Posted['message'], ports: FakePort[] = []): void {
    this.posted.push({ message, ports });
  }
  kill(): boolean {
    this.killed++;
    return true;
  }
  exit(code: number): void {
    this.pid = undefined;
    this.emit('exit', code);
  }
  said(type: string): Posted[] {
    return this.posted.filter((posted) => posted.message.type === type);
  }
}

export const utilityProcess = {
  forked: [] as FakeProcess[],
  fork(modulePath: string, _args: string[], options: unknown): FakeProcess {
    const child = new FakeProcess(modulePath, options);
    utilityProcess.forked.push(child);
    return child;
  },
};

export class FakeSession extends EventEmitter {
  permissionRequest: ((...args: unknown[]) => void) | undefined;
  permissionCheck: ((...args: unknown[]) => boolean) | undefined;
  devicePermission: ((...args: unknown[]) => boolean) | undefined;
  beforeRequest: ((details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void) | undefined;
  spellChecker = true;
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<FakeSession['beforeRequest']>): void => {
      this.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: NonNullable<FakeSession['permissionRequest']>): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: NonNullable<FakeSession['permissionCheck']>): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: NonNullable<FakeSession['devicePermission']>): void {
    this.devicePermission = handler;
  }
  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled;
  }
}

export const session = { defaultSession: new FakeSession() };

export class FakeContents extends EventEmitter {
  readonly sent: { channel: string; message: unknown; ports: FakePort[] }[] = [];
  windowOpen: ((details: { url: string }) => { action: string }) | undefined;
  destroyed = false;
  reloads = 0;
  readonly mainFrame: { parent: null; url: string } = { parent: null, url: '' };
  setWindowOpenHandler(handler: NonNullable<FakeContents['windowOpen']>): void {
    this.windowOpen = handler;
  }
  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message, ports: [] });
  }
  postMessage(channel: string, message: unknown, ports: FakePort[]): void {
    this.sent.push({ channel, message, ports });
  }
  received(channel: string): FakeContents['sent'] {
    return this.sent.filter((one) => one.channel === channel);
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  getURL(): string {
    return this.mainFrame.url;
  }
  reload(): void {
    this.reloads++;
  }
}

export type Bounds = { x: number; y: number; width: number; height: number };

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  readonly loaded: string[] = [];
  readonly options: Record<string, unknown>;
  bounds: Bounds = { x: 10, y: 20, width: 800, height: 600 };
  visible = false;
  minimized = false;
  maximized = false;
  destroyed = false;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.mainFrame.url = url;
    return Promise.resolve();
  }
  /** As a click on the cross: may be prevented. */
  close(): void {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    this.destroyed = true;
    this.webContents.destroyed = true;
    this.emit('closed');
    if (BrowserWindow.all.every((window) => window.destroyed)) app.emit('window-all-closed');
  }
  show(): void {
    this.calls.push('show');
    this.visible = true;
  }
  hide(): void {
    this.calls.push('hide');
    this.visible = false;
  }
  focus(): void {
    this.calls.push('focus');
  }
  restore(): void {
    this.calls.push('restore');
    this.minimized = false;
  }
  maximize(): void {
    this.calls.push('maximize');
    this.maximized = true;
  }
  isMinimized = (): boolean => this.minimized;
  isMaximized = (): boolean => this.maximized;
  isVisible = (): boolean => this.visible;
  isDestroyed = (): boolean => this.destroyed;
  getNormalBounds = (): Bounds => this.bounds;
}

class FakeApp extends EventEmitter {
  isPackaged = true;
  userData = '/nowhere';
  /** What happened to the app as a whole, in order. */
  readonly history: string[] = [];
  getPath = (_name: string): string => this.userData;
  getAppPath = (): string => '/app';
  whenReady = (): Promise<void> => Promise.resolve();
  /** Electron's order: before-quit, which may be refused; then the windows; then the end. */
  quit(): void {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    this.history.push(prevented ? 'quit refused' : 'quit');
  }
}
export const app = new FakeApp();

class FakeIpcMain extends EventEmitter {
  readonly handlers = new Map<string, (event: unknown, argument: unknown) => unknown>();
  handle(channel: string, handler: (event: unknown, argument: unknown) => unknown): void {
    this.handlers.set(channel, handler);
  }
  /** As the page's `invoke`: what the handler throws rejects. */
  async invoke(channel: string, event: unknown, argument?: unknown): Promise<unknown> {
    return this.handlers.get(channel)?.(event, argument);
  }
}
export const ipcMain = new FakeIpcMain();

export type MenuItem = {
  label?: string;
  checked?: boolean;
  enabled?: boolean;
  click?: (item: { checked: boolean }) => void;
};
export const Menu = {
  application: undefined as unknown,
  buildFromTemplate: (template: MenuItem[]): MenuItem[] => template,
  setApplicationMenu: (menu: unknown): void => {
    Menu.application = menu;
  },
};

export class Tray extends EventEmitter {
  static readonly all: Tray[] = [];
  static broken = false;
  image: string;
  toolTip = '';
  menu: MenuItem[] = [];
  menusSet = 0;
  destroyed = false;
  constructor(image: string) {
    super();
    if (Tray.broken) throw new Error('no tray here');
    this.image = image;
    Tray.all.push(this);
  }
  setImage(image: string): void {
    this.image = image;
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setContextMenu(menu: MenuItem[]): void {
    this.menu = menu;
    this.menusSet++;
  }
  destroy(): void {
    this.destroyed = true;
    app.history.push('tray gone');
  }
}

export class Notification extends EventEmitter {
  static readonly all: Notification[] = [];
  static isSupported = (): boolean => true;
  readonly options: Record<string, unknown>;
  shown = false;
  closed = false;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    Notification.all.push(this);
  }
  show(): void {
    this.shown = true;
  }
  close(): void {
    this.closed = true;
    this.emit('close');
  }
}

export const protocol = {
  handled: new Map<string, (request: Request) => Promise<Response>>(),
  registerSchemesAsPrivileged: (): void => {},
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    protocol.handled.set(scheme, handler);
  },
};

/** A keyring that reverses; `backend` and `available` are what a system may say. */
export const safeStorage = {
  backend: 'gnome_libsecret',
  available: true,
  isAsyncEncryptionAvailable: (): Promise<boolean> => Promise.resolve(safeStorage.available),
  getSelectedStorageBackend: (): string => safeStorage.backend,
  encryptStringAsync: (plain: string): Promise<Buffer> =>
    safeStorage.available
      ? Promise.resolve(Buffer.from(Buffer.from(plain).toReversed()))
      : Promise.reject(new Error(`cannot seal ${plain}`)),
  decryptStringAsync: (data: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> =>
    safeStorage.available
      ? Promise.resolve({ result: Buffer.from(data.toReversed()).toString(), shouldReEncrypt: false })
      : Promise.reject(new Error('cannot open')),
};

export const shell = {
  opened: [] as string[],
  openExternal: (url: string): Promise<void> => {
    shell.opened.push(url);
    return Promise.resolve();
  },
};

export const powerMonitor = new EventEmitter();
export const nativeTheme = { shouldUseDarkColors: true };
export const screen = {
  getAllDisplays: (): { workArea: Bounds }[] => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

class FakeIpcRenderer extends EventEmitter {
  readonly sent: string[] = [];
  readonly invoked: { channel: string; args: unknown[] }[] = [];
  send(channel: string): void {
    this.sent.push(channel);
  }
  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    this.invoked.push({ channel, args });
    return Promise.resolve({});
  }
}
export const ipcRenderer = new FakeIpcRenderer();
export const contextBridge = {
  exposed: new Map<string, unknown>(),
  exposeInMainWorld(name: string, api: unknown): void {
    contextBridge.exposed.set(name, api);
  },
};

/** Everything as it was before the first test. */
export function resetElectron(): void {
  for (const emitter of [app, ipcMain, powerMonitor, ipcRenderer]) emitter.removeAllListeners();
  for (const list of [utilityProcess.forked, BrowserWindow.all, Tray.all, Notification.all, shell.opened, app.history])
    list.length = 0;
  ipcMain.handlers.clear();
  ipcRenderer.sent.length = 0;
  ipcRenderer.invoked.length = 0;
  contextBridge.exposed.clear();
  protocol.handled.clear();
  session.defaultSession = new FakeSession();
  safeStorage.backend = 'gnome_libsecret';
  safeStorage.available = true;
  Tray.broken = false;
  app.isPackaged = true;
}
