import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  BrowserWindow,
  ipcMain,
  Notification,
  powerMonitor,
  safeStorage,
  utilityProcess,
} from '../../fakes/electron.ts';
import {
  dataDir,
  eachWithFreshShell,
  engine,
  engineSays,
  engineUp,
  lastOf,
  NOTIFICATION,
  pageEvent,
  pageReady,
  run,
  window,
} from './shell-harness.ts';

eachWithFreshShell();

describe('page and engine', () => {
  it('each get one end of a channel once the page listens and the engine runs', async () => {
    await run();
    engineUp();
    expect(engine().said('attach')).toEqual([]);
    pageReady();
    const [attached] = engine().said('attach');
    const [port] = window().webContents.received('linewarden:port');
    expect(attached?.ports).toHaveLength(1);
    expect(port?.ports).toHaveLength(1);
    expect(attached?.ports[0]).not.toBe(port?.ports[0]);
  });

  it('are introduced when the page was there first', async () => {
    await run();
    pageReady();
    expect(window().webContents.received('linewarden:port')).toEqual([]);
    engineUp();
    expect(window().webContents.received('linewarden:port')).toHaveLength(1);
  });

  it('get a new channel after each restart of the engine, and the page is told of it', async () => {
    await run();
    pageReady();
    engineUp();
    engine().exit(139);
    vi.advanceTimersByTime(1_000);
    engineUp();
    const ports = window()
      .webContents.received('linewarden:port')
      .map(({ ports: [port] }) => port);
    expect(new Set(ports).size).toBe(2);
    expect(utilityProcess.forked.map((child) => child.said('attach').length)).toEqual([1, 1]);
    expect(
      window()
        .webContents.received('linewarden:engine')
        .map(({ message }) => (message as { state: string }).state),
    ).toEqual(['starting', 'running', 'restarting', 'starting', 'running']);
  });

  it('get a new channel when the page was loaded again', async () => {
    await run();
    engineUp();
    pageReady();
    pageReady();
    expect(engine().said('attach')).toHaveLength(2);
  });

  it('are not introduced to a window that is gone', async () => {
    await run();
    pageReady();
    window().webContents.destroyed = true;
    engineUp();
    expect(engine().said('attach')).toEqual([]);
  });
});

describe('the engine', () => {
  it('is forked from beside the shell with what it needs to know', async () => {
    await run();
    expect(path.basename(engine().modulePath)).toBe('engine.js');
    expect(engine().posted[0]?.message).toMatchObject({
      type: 'start',
      options: { dataDir: dataDir(), resourcesDir: path.join('/app', 'resources'), keyring: true },
    });
  });

  it('is told when the machine sleeps and wakes', async () => {
    await run();
    engineUp();
    powerMonitor.emit('suspend');
    powerMonitor.emit('resume');
    expect(engine().posted.map(({ message }) => message.type)).toEqual(['start', 'suspend', 'resume']);
  });

  it('has its secrets sealed and opened by the keyring', async () => {
    await run();
    engineUp();
    engineSays({ type: 'seal', id: 1, plain: 'abc' });
    await vi.advanceTimersByTimeAsync(0);
    engineSays({ type: 'open', id: 2, data: Buffer.from('cba') });
    await vi.advanceTimersByTimeAsync(0);
    expect(engine().said('sealed')[0]?.message).toEqual({
      type: 'sealed',
      id: 1,
      data: new Uint8Array(Buffer.from('cba')),
    });
    expect(engine().said('opened')[0]?.message).toEqual({ type: 'opened', id: 2, plain: 'abc' });
  });

  it('is told no more than that the keyring refused', async () => {
    await run();
    safeStorage.available = false;
    engineSays({ type: 'seal', id: 1, plain: 'hunter2' });
    await vi.advanceTimersByTimeAsync(0);
    expect(engine().said('cipher-refused')[0]?.message).toEqual({ type: 'cipher-refused', id: 1 });
  });

  it.runIf(process.platform === 'linux')(
    'is told to use a key file where the keyring is none, and the page is warned',
    async () => {
      safeStorage.backend = 'basic_text';
      await run();
      expect(engine().posted[0]?.message).toMatchObject({ options: { keyring: false } });
      const info = await ipcMain.invoke('linewarden:info', pageEvent(window().webContents));
      expect(info).toMatchObject({ keyring: false, warning: expect.stringContaining('key file') as string });
    },
  );
});

describe('a notification of the engine', () => {
  it('is shown on the desktop, and a click opens the window where the news is', async () => {
    await run();
    engineUp();
    pageReady();
    engineSays({ type: 'notification', notification: NOTIFICATION });
    const shown = lastOf(Notification.all);
    expect(shown.options).toMatchObject({
      title: 'Mill street is offline',
      body: 'No data for 6 minutes',
      urgency: 'critical',
    });
    window().hide();
    shown.emit('click');
    expect(window().visible).toBe(true);
    expect(window().webContents.received('linewarden:route')[0]?.message).toBe('/devices/edge-7');
  });

  it('opens a new window there when there is none', async () => {
    await run();
    engineSays({ type: 'notification', notification: NOTIFICATION });
    window().emit('closed');
    lastOf(Notification.all).emit('click');
    expect(BrowserWindow.all).toHaveLength(2);
    expect(window().loaded).toEqual(['app://linewarden/#/devices/edge-7']);
  });

  it.each(['https://example.test/', '//example.test/', '/\\example.test', 'javascript:alert(1)', ''])(
    'that leads to "%s" leads to the first page',
    async (route) => {
      await run();
      pageReady();
      engineSays({ type: 'notification', notification: { ...NOTIFICATION, route } });
      lastOf(Notification.all).emit('click');
      expect(window().webContents.received('linewarden:route')[0]?.message).toBe('/');
    },
  );

  it('replaces an earlier one of the same name, and only eight stand at a time', async () => {
    await run();
    engineSays({ type: 'notification', notification: NOTIFICATION });
    engineSays({ type: 'notification', notification: { ...NOTIFICATION, resolved: true } });
    expect(Notification.all.map(({ closed }) => closed)).toEqual([true, false]);
    for (let i = 0; i < 10; i++)
      engineSays({ type: 'notification', notification: { ...NOTIFICATION, id: `more ${i}` } });
    expect(Notification.all.filter(({ closed }) => !closed)).toHaveLength(8);
  });
});
