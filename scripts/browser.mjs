// Finds a browser that Playwright can drive: an installed Chrome, Chromium or Edge first, for Playwright's own is a download.
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the three systems keep their Chromium-based browsers, the likeliest first. */
export function browserPlaces(platform, env) {
  if (platform === 'darwin')
    return ['/Applications', path.posix.join(env.HOME ?? '/', 'Applications')].flatMap((dir) =>
      ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `${dir}/${name}.app/Contents/MacOS/${name}`),
    );
  if (platform === 'win32')
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
      .filter(Boolean)
      .flatMap((dir) =>
        [
          'Google\\Chrome\\Application\\chrome.exe',
          'Chromium\\Application\\chrome.exe',
          'Microsoft\\Edge\\Application\\msedge.exe',
        ].map((name) => path.win32.join(dir, name)),
      );
  const names = [
    'google-chrome',
    'google-chrome-stable',
    'chromium',
    'chromium-browser',
    'microsoft-edge',
    'microsoft-edge-stable',
  ];
  return (env.PATH ?? '/usr/bin').split(':').flatMap((dir) => names.map((name) => `${dir}/${name}`));
}

/** The browser's program: LINEWARDEN_BROWSER when set, else an installed one, else undefined (Playwright's own may be there). */
export function findBrowser(platform = process.platform, env = process.env, exists = existsSync) {
  if (env.LINEWARDEN_BROWSER) return env.LINEWARDEN_BROWSER;
  return browserPlaces(platform, env).find((file) => exists(file));
}

/** What Chromium needs to run as root, without a GPU, and without calling home. */
export const BROWSER_ARGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
