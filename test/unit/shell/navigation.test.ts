import { beforeEach, describe, expect, it } from 'vitest';
import { isWebLink, keepInApp } from '../../../electron/main/navigation.ts';
import { pageOrigin } from '../../../electron/main/page-origin.ts';
import { FakeContents } from '../../fakes/electron.ts';
import { asContents } from './as-electron.ts';

let contents = new FakeContents();
let opened: string[] = [];
let nowMs = 0;
beforeEach(() => {
  contents = new FakeContents();
  opened = [];
  nowMs = 1_000_000;
  keepInApp(asContents(contents), pageOrigin(undefined), {
    openExternal: (url) => {
      opened.push(url);
      return Promise.resolve();
    },
    now: () => nowMs,
  });
});

const click = () => contents.emit('input-event', {}, { type: 'mouseDown' });

/** Whether the event was prevented. */
function happens(event: string, details: object): boolean {
  let prevented = false;
  contents.emit(event, { ...details, preventDefault: () => (prevented = true) });
  return prevented;
}

describe('navigation', () => {
  it.each([
    'https://example.test/',
    'http://example.test/',
    'file:///etc/passwd',
    'app://elsewhere/',
    'app://linewarden.example.test/',
    'app://user@linewarden/',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('away to %s is denied', (url) => {
    expect(happens('will-navigate', { url })).toBe(true);
    expect(happens('will-redirect', { url })).toBe(true);
  });

  it('within the app is let be, so that the page can be loaded again', () => {
    expect(happens('will-navigate', { url: 'app://linewarden/#/devices' })).toBe(false);
  });

  it('in a frame is denied wherever it leads', () => {
    expect(happens('will-frame-navigate', { url: 'app://linewarden/', isMainFrame: false })).toBe(true);
    expect(happens('will-frame-navigate', { url: 'app://linewarden/', isMainFrame: true })).toBe(false);
  });

  it('of a webview cannot begin', () => {
    expect(happens('will-attach-webview', {})).toBe(true);
  });
});

describe('a new window', () => {
  it.each(['https://example.test/', 'app://linewarden/', 'about:blank'])('for %s is denied', (url) => {
    click();
    expect(contents.windowOpen?.({ url })).toEqual({ action: 'deny' });
  });
});

describe('a link to the web', () => {
  it("opens in the system's browser after a click", () => {
    click();
    contents.windowOpen?.({ url: 'https://example.test/docs' });
    expect(opened).toEqual(['https://example.test/docs']);
  });

  it('opens after a key, and from a plain link as well', () => {
    contents.emit('input-event', {}, { type: 'rawKeyDown' });
    happens('will-navigate', { url: 'https://example.test/' });
    expect(opened).toEqual(['https://example.test/']);
  });

  it('does not open when nobody clicked', () => {
    contents.windowOpen?.({ url: 'https://example.test/' });
    contents.emit('input-event', {}, { type: 'mouseMove' });
    contents.windowOpen?.({ url: 'https://example.test/' });
    expect(opened).toEqual([]);
  });

  it('does not open long after the click, nor twice for one', () => {
    click();
    nowMs += 1_001;
    contents.windowOpen?.({ url: 'https://example.test/late' });
    click();
    contents.windowOpen?.({ url: 'https://example.test/1' });
    contents.windowOpen?.({ url: 'https://example.test/2' });
    expect(opened).toEqual(['https://example.test/1']);
  });

  it.each([
    'http://example.test/',
    'file:///etc/passwd',
    'smb://host/share',
    'ms-msdt:/id',
    'javascript:alert(1)',
    'x',
  ])('is none when it is %s', (url) => {
    click();
    contents.windowOpen?.({ url });
    expect(opened).toEqual([]);
  });

  it('is none with credentials in it or longer than any address', () => {
    expect(isWebLink('https://user:pass@example.test/')).toBe(false);
    expect(isWebLink(`https://example.test/${'a'.repeat(5_000)}`)).toBe(false);
  });
});
