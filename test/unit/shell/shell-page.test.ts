import { describe, expect, it } from 'vitest';
import { type FakeContents, ipcMain, utilityProcess } from '../../fakes/electron.ts';
import { eachWithFreshShell, engine, engineUp, pageEvent, run, window } from './shell-harness.ts';

eachWithFreshShell();

describe('what the page asks', () => {
  it('is answered to the page itself', async () => {
    await run();
    const page = pageEvent(window().webContents);
    await expect(ipcMain.invoke('linewarden:settings', page)).resolves.toEqual({ closeToTray: true });
    await expect(ipcMain.invoke('linewarden:change-settings', page, { closeToTray: false })).resolves.toEqual({
      closeToTray: false,
    });
    await expect(ipcMain.invoke('linewarden:settings', page)).resolves.toEqual({ closeToTray: false });
  });

  it.each([
    [
      'another page',
      (contents: FakeContents) => ({ sender: contents, senderFrame: { parent: null, url: 'https://example.test/' } }),
    ],
    [
      'a frame in our page',
      (contents: FakeContents) => ({ sender: contents, senderFrame: { parent: {}, url: 'app://linewarden/' } }),
    ],
    ['a frame that is gone', (contents: FakeContents) => ({ sender: contents, senderFrame: null })],
    ['another window', () => ({ sender: {}, senderFrame: { parent: null, url: 'app://linewarden/' } })],
    [
      'a page with our name elsewhere',
      (contents: FakeContents) => ({ sender: contents, senderFrame: { parent: null, url: 'https://linewarden/' } }),
    ],
  ])('is refused to %s', async (_, event) => {
    await run();
    engineUp();
    const from = event(window().webContents);
    for (const channel of ipcMain.handlers.keys())
      await expect(ipcMain.invoke(channel, from, {})).rejects.toThrow('not allowed');
    ipcMain.emit('linewarden:ready', from);
    expect(engine().said('attach')).toEqual([]);
  });

  it.each([{ closeToTray: 'no' }, { bounds: {} }, { __proto__: null, other: 1 }, 'x', null])(
    'is refused when it is no setting (%#)',
    async (change) => {
      await run();
      const page = pageEvent(window().webContents);
      await expect(ipcMain.invoke('linewarden:change-settings', page, change)).rejects.toThrow(/Invalid|Unrecognized/);
    },
  );

  it('starts a waiting engine now', async () => {
    await run();
    engine().exit(1);
    await ipcMain.invoke('linewarden:retry-engine', pageEvent(window().webContents));
    expect(utilityProcess.forked).toHaveLength(2);
  });
});
