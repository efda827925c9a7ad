import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ShellApi } from '../../../shared/model/shell-channels.ts';
import { contextBridge, FakePort, ipcRenderer, resetElectron } from '../../fakes/electron.ts';

type Posted = { message: unknown; origin: string; ports: unknown[] };
type Listener = (event: { source: unknown; origin: string; data: unknown }) => void;

let posted: Posted[] = [];
let listeners: Listener[] = [];
const page = {
  location: { origin: 'app://linewarden', hash: '' },
  addEventListener: (_type: string, listener: Listener) => void listeners.push(listener),
  postMessage: (message: unknown, origin: string, ports: unknown[]) => void posted.push({ message, origin, ports }),
};

beforeEach(async () => {
  resetElectron();
  posted = [];
  listeners = [];
  page.location.hash = '';
  vi.stubGlobal('window', page);
  vi.resetModules();
  // A fresh double comes with a fresh preload.
  fresh = await import('../../fakes/electron.ts');
  await import('../../../electron/preload/preload.ts');
});
let fresh = { contextBridge, ipcRenderer };

const hears = (event: Partial<{ source: unknown; origin: string; data: unknown }>) => {
  for (const listener of listeners)
    listener({ source: page, origin: 'app://linewarden', data: { type: 'linewarden:ready' }, ...event });
};

describe('the preload', () => {
  it('asks for a port when the page says that it listens', () => {
    hears({});
    expect(fresh.ipcRenderer.sent).toEqual(['linewarden:ready']);
  });

  it.each([
    ['another window', { source: {} }],
    ['another origin', { origin: 'https://example.test' }],
    ['another message', { data: { type: 'linewarden:port' } }],
    ['no object', { data: null }],
  ])('does not hear %s', (_, event) => {
    hears(event);
    expect(fresh.ipcRenderer.sent).toEqual([]);
  });

  it('posts the port to its own origin only', () => {
    const port = new FakePort();
    fresh.ipcRenderer.emit('linewarden:port', { ports: [port] });
    expect(posted).toEqual([{ message: { type: 'linewarden:port' }, origin: 'app://linewarden', ports: [port] }]);
  });

  it('tells the page how the engine is', () => {
    fresh.ipcRenderer.emit('linewarden:engine', {}, { state: 'starting' });
    expect(posted[0]?.message).toEqual({ type: 'linewarden:engine', status: { state: 'starting' } });
  });

  it('leads the page to a route behind the hash', () => {
    fresh.ipcRenderer.emit('linewarden:route', {}, '/alerts');
    expect(page.location.hash).toBe('/alerts');
  });

  it('gives the page four questions and nothing of Electron', async () => {
    const api = fresh.contextBridge.exposed.get('linewardenShell') as ShellApi;
    expect([...fresh.contextBridge.exposed.keys()]).toEqual(['linewardenShell']);
    expect(Object.keys(api)).toEqual(['info', 'settings', 'changeSettings', 'retryEngine']);
    await api.changeSettings({ closeToTray: false });
    await api.retryEngine();
    expect(fresh.ipcRenderer.invoked).toEqual([
      { channel: 'linewarden:change-settings', args: [{ closeToTray: false }] },
      { channel: 'linewarden:retry-engine', args: [] },
    ]);
  });
});
