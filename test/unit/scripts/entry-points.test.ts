import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserPlaces, findBrowser } from '../../../scripts/browser.mjs';
import { sourceState } from '../../../scripts/build.mjs';
import { obstacle } from '../../../scripts/start.mjs';

const nodeVersion = new URL('../../../scripts/node-version.mjs', import.meta.url).href;
const run = promisify(execFile);

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-scripts-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const onVersion = (version: string) =>
  run(process.execPath, [
    '--input-type=module',
    '--eval',
    `Object.defineProperty(process, 'version', { value: ${JSON.stringify(version)} });
     const { ensureNode } = await import(${JSON.stringify(nodeVersion)});
     await ensureNode(${JSON.stringify(dir)});
     console.log('goes on');`,
  ]);
const state = () => sourceState(dir, ['src', 'config.json']);

describe('the version of Node', () => {
  it.each(['v22.0.0', 'v24.21.0', 'v100.0.0'])('%s will do', async (version) => {
    expect((await onVersion(version)).stdout).toBe('goes on\n');
  });

  it.each(['v20.20.2', 'v18.0.0', 'v8.17.0'])('%s is refused with what is needed', async (version) => {
    await expect(onVersion(version)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`needs Node 22 or later; this is ${version}`) as string,
    });
  });
});

describe('a build is stale when', () => {
  const before = new Date('2026-01-01T00:00:00Z');
  const age = () => {
    for (const name of ['src/a.ts', 'src/b.ts', 'src', 'config.json']) utimesSync(path.join(dir, name), before, before);
  };
  beforeEach(() => {
    mkdirSync(path.join(dir, 'src'));
    for (const name of ['src/a.ts', 'src/b.ts', 'config.json', 'unrelated']) writeFileSync(path.join(dir, name), '1');
    age();
  });

  it('not: nothing changed, or only what is no source', () => {
    const first = state();
    writeFileSync(path.join(dir, 'unrelated'), '2');
    expect(state()).toBe(first);
  });

  it.each([
    ['a source changed', () => writeFileSync(path.join(dir, 'src/a.ts'), '2')],
    ['a source was added', () => writeFileSync(path.join(dir, 'src/c.ts'), '2')],
    ['a source was removed', () => rmSync(path.join(dir, 'src/a.ts'))],
    ['a source was renamed', () => renameSync(path.join(dir, 'src/a.ts'), path.join(dir, 'src/z.ts'))],
    ['the config changed', () => writeFileSync(path.join(dir, 'config.json'), '2')],
  ])('%s', (_, change) => {
    const first = state();
    change();
    expect(state()).not.toBe(first);
  });
});

describe('a browser is found', () => {
  it.each([
    ['linux', { PATH: '/opt/bin:/usr/bin' }, '/usr/bin/chromium'],
    ['linux', { PATH: '/usr/bin' }, '/usr/bin/google-chrome'],
    ['darwin', { HOME: '/Users/ann' }, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['darwin', { HOME: '/Users/ann' }, '/Users/ann/Applications/Chromium.app/Contents/MacOS/Chromium'],
    ['win32', { PROGRAMFILES: 'C:\\Program Files' }, 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
    [
      'win32',
      { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' },
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
  ])('on %s with %j at %s', (platform, env, place) => {
    expect(findBrowser(platform, env, (file) => file === place)).toBe(place);
  });

  it('where it is said to be, before all else', () => {
    expect(findBrowser('linux', { LINEWARDEN_BROWSER: '/my/browser', PATH: '/usr/bin' }, () => true)).toBe(
      '/my/browser',
    );
  });

  it('nowhere when there is none', () => {
    expect(findBrowser('linux', { PATH: '/usr/bin' }, () => false)).toBeUndefined();
    expect(browserPlaces('win32', {})).toEqual([]);
  });
});

describe('the desktop app is not tried', () => {
  it.each([
    ['without a display', 'linux', {}, 1_000, 'There is no display here'],
    ['as root', 'linux', { DISPLAY: ':0' }, 0, 'Electron does not run as root'],
  ])('%s', (_, platform, env, uid, expected) => {
    expect(obstacle(platform, env, uid)).toBe(expected);
  });

  it.each([
    ['linux', { DISPLAY: ':0' }, 1_000],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1_000],
    ['darwin', {}, 501],
    ['win32', {}, undefined],
  ])('but is on %s with %j', (platform, env, uid) => {
    expect(obstacle(platform, env, uid)).toBeUndefined();
  });
});
