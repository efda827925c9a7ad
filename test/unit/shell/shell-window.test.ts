import { describe, expect, it, vi } from 'vitest';
import { trayIconName } from '../../../electron/main/shell.ts';
import { app, BrowserWindow, ipcMain, Menu, Notification, protocol, session, Tray } from '../../fakes/electron.ts';
import {
  eachWithFreshShell,
  engine,
  engineSays,
  engineUp,
  pageEvent,
  run,
  tray,
  trayItem,
  trayLine,
  window,
} from './shell-harness.ts';

eachWithFreshShell();

describe('the window', () => {
  it('is shown once it is ready, at the first page', async () => {
    await run();
    expect(window().loaded).toEqual(['app://linewarden/#/']);
    expect(window().visible).toBe(false);
    window().emit('ready-to-show');
    expect(window().visible).toBe(true);
  });

  it('stays hidden when it was asked to, until it is opened', async () => {
    await run({ hidden: true });
    window().emit('ready-to-show');
    expect(window().visible).toBe(false);
    app.emit('second-instance');
    expect(window().visible).toBe(true);
  });

  it('is brought to the front by a second start', async () => {
    await run();
    window().minimized = true;
    app.emit('second-instance');
    expect(BrowserWindow.all).toHaveLength(1);
    expect(window().calls).toEqual(['restore', 'show', 'focus']);
  });

  it('hides in the tray when it is closed, and says so once', async () => {
    await run();
    window().emit('ready-to-show');
    window().close();
    window().close();
    expect(window().destroyed).toBe(false);
    expect(window().visible).toBe(false);
    expect(Notification.all.map(({ options }) => options['title'])).toEqual(['Linewarden keeps watching']);
  });

  it.each([
    [
      'the setting says so',
      async () =>
        void (await ipcMain.invoke('linewarden:change-settings', pageEvent(window().webContents), {
          closeToTray: false,
        })),
    ],
    ['there is no tray', async () => {}],
  ])('ends the app when it is closed and %s', async (why, arrange) => {
    Tray.broken = why === 'there is no tray';
    vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
    await run();
    await arrange();
    window().close();
    expect(window().destroyed).toBe(true);
    expect(engine().said('stop')).toHaveLength(1);
  });

  it('has its links, its permissions and its files guarded from the start', async () => {
    await run();
    expect(window().webContents.windowOpen?.({ url: 'https://example.test/' })).toEqual({ action: 'deny' });
    expect(session.defaultSession.permissionRequest).toBeDefined();
    expect(session.defaultSession.permissionCheck).toBeDefined();
    expect([...protocol.handled.keys()]).toEqual(['app']);
    expect(window().options['webPreferences']).toMatchObject({ sandbox: true, devTools: false });
    expect(JSON.stringify(Menu.application)).not.toContain('toggleDevTools');
  });
});

describe('the tray', () => {
  it('follows the health of the engine', async () => {
    await run();
    expect(trayLine()).toBe('Starting');
    engineUp();
    engineSays({ type: 'health', ok: true, problems: [] });
    expect(trayLine()).toBe('Watching');
    expect(tray().image).toContain('tray-online');
    engineSays({ type: 'health', ok: false, problems: ['The disk is nearly full.'] });
    expect(trayLine()).toBe('The disk is nearly full.');
    expect(tray().image).toContain('tray-degraded');
    engine().exit(1);
    expect(trayLine()).toBe('Not watching: The engine ended unexpectedly (code 1).');
    expect(tray().image).toContain('tray-offline');
    vi.advanceTimersByTime(1_000);
    expect(tray().image).toContain('tray-unknown');
  });

  it('is left alone while nothing changes', async () => {
    await run();
    engineUp();
    engineSays({ type: 'health', ok: true, problems: [] });
    const { menusSet } = tray();
    for (let i = 0; i < 10; i++) engineSays({ type: 'health', ok: true, problems: [] });
    expect(tray().menusSet).toBe(menusSet);
  });

  it('opens, quits and sets', async () => {
    await run();
    trayItem('Open Linewarden')?.click?.({ checked: false });
    expect(window().visible).toBe(true);
    trayItem('Keep watching when the window is closed')?.click?.({ checked: false });
    expect(trayItem('Keep watching when the window is closed')?.checked).toBe(false);
    trayItem('Quit')?.click?.({ checked: false });
    expect(engine().said('stop')).toHaveLength(1);
  });

  it('has a picture that each system can use', () => {
    expect(trayIconName('linux', 'offline')).toBe('tray-offline@2x.png');
    expect(trayIconName('darwin', 'offline')).toBe('tray-offline.png');
    expect(trayIconName('win32', 'online')).toBe('tray-online.png');
  });
});

describe('quitting', () => {
  it('stops the engine first, then takes the tray away, then ends', async () => {
    await run();
    engineUp();
    app.quit();
    expect(app.history).toEqual(['quit refused']);
    expect(engine().said('stop')).toHaveLength(1);
    app.history.push('engine ends');
    engine().exit(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(app.history).toEqual(['quit refused', 'engine ends', 'tray gone', 'quit']);
  });

  it('waits five seconds for an engine that hangs and no longer', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    await run();
    engineUp();
    app.quit();
    app.quit();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(app.history).toEqual(['quit refused', 'quit refused']);
    await vi.advanceTimersByTimeAsync(1);
    expect(kill).toHaveBeenCalledWith(4_242, 'SIGKILL');
    expect(app.history.at(-1)).toBe('quit');
    expect(engine().said('stop')).toHaveLength(1);
  });

  it('closes the window for good', async () => {
    await run();
    app.quit();
    window().close();
    expect(window().destroyed).toBe(true);
  });
});
