import { beforeEach, describe, expect, it } from 'vitest';
import { pageOrigin } from '../../../electron/main/page-origin.ts';
import { restrictSession } from '../../../electron/main/permissions.ts';
import { FakeSession } from '../../fakes/electron.ts';
import { asSession } from './as-electron.ts';

let session = new FakeSession();
beforeEach(() => {
  session = new FakeSession();
  restrictSession(asSession(session), pageOrigin(undefined), { devTools: false });
});

function requested(permission: string, requestingUrl = 'app://linewarden/', isMainFrame = true): boolean {
  let answer: unknown;
  session.permissionRequest?.({}, permission, (granted: boolean) => (answer = granted), { requestingUrl, isMainFrame });
  if (typeof answer !== 'boolean') throw new Error('no answer');
  return answer;
}

function loads(url: string): boolean {
  let cancelled: boolean | undefined;
  session.beforeRequest?.({ url }, ({ cancel }) => (cancelled = cancel));
  if (cancelled === undefined) throw new Error('no answer');
  return !cancelled;
}

describe('permissions', () => {
  it.each(['notifications', 'clipboard-sanitized-write'])('%s is granted to the page', (permission) => {
    expect(requested(permission)).toBe(true);
    expect(session.permissionCheck?.(null, permission, 'app://linewarden/')).toBe(true);
  });

  it.each([
    'media',
    'geolocation',
    'clipboard-read',
    'display-capture',
    'midiSysex',
    'pointerLock',
    'fullscreen',
    'openExternal',
    'hid',
    'serial',
    'usb',
    'fileSystem',
    'local-network-access',
    'something new',
  ])('%s is denied', (permission) => {
    expect(requested(permission)).toBe(false);
    expect(session.permissionCheck?.(null, permission, 'app://linewarden/')).toBe(false);
  });

  it('are denied to any other page and to frames', () => {
    expect(requested('notifications', 'https://example.test/')).toBe(false);
    expect(requested('notifications', 'app://linewarden/', false)).toBe(false);
    expect(session.permissionCheck?.(null, 'notifications', 'https://example.test')).toBe(false);
    expect(session.permissionCheck?.(null, 'notifications', '')).toBe(false);
  });

  it('for devices are denied', () => {
    expect(session.devicePermission?.({ deviceType: 'usb' })).toBe(false);
  });
});

describe('what is loaded', () => {
  it.each(['app://linewarden/index.html', 'data:image/png;base64,AA', 'blob:app://linewarden/1'])('%s is', (url) => {
    expect(loads(url)).toBe(true);
  });

  it.each([
    'https://example.test/a.js',
    'http://127.0.0.1:9470/',
    'ws://127.0.0.1:5173/',
    'wss://example.test/',
    'file:///etc/passwd',
    'app://elsewhere/',
    'devtools://devtools/bundled/inspector.html',
  ])('%s is not', (url) => {
    expect(loads(url)).toBe(false);
  });

  it('while developing is Vite as well, on its own host only', () => {
    restrictSession(asSession(session), pageOrigin('http://localhost:5173'), { devTools: true });
    expect(loads('http://localhost:5173/main.tsx')).toBe(true);
    expect(loads('ws://localhost:5173/')).toBe(true);
    expect(loads('ws://example.test/')).toBe(false);
    expect(loads('app://linewarden/')).toBe(false);
    expect(loads('devtools://devtools/bundled/inspector.html')).toBe(true);
  });

  it('is no dictionary for spelling', () => {
    expect(session.spellChecker).toBe(false);
  });
});
