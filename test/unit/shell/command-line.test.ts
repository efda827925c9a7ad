import { describe, expect, it } from 'vitest';
import { defaultDataDir, parseCommandLine } from '../../../electron/main/command-line.ts';

const linux = { platform: 'linux', env: {}, home: '/home/ann', cwd: '/srv' };

describe('the command line of the app', () => {
  it.each([
    [[], { dataDir: '/home/ann/.local/share/linewarden', configFile: undefined, hidden: false, selfCheck: false }],
    [['--data-dir', 'd', '--config', '/etc/lw.yml'], { dataDir: '/srv/d', configFile: '/etc/lw.yml' }],
    [['--data-dir=/d', '--hidden'], { dataDir: '/d', hidden: true }],
    [['--self-check', '--no-sandbox', '.'], { selfCheck: true }],
    [['--data-dir'], { dataDir: '/home/ann/.local/share/linewarden' }],
    [['--data-dir', '--hidden'], { dataDir: '/home/ann/.local/share/linewarden', hidden: true }],
    [['--config='], { configFile: undefined }],
  ])('%j', (argv, expected) => {
    expect(parseCommandLine(argv, linux)).toMatchObject(expected);
  });

  it('resolves paths as the system does', () => {
    const windows = { platform: 'win32', env: {}, home: 'C:\\Users\\ann', cwd: 'C:\\work' };
    expect(parseCommandLine(['--data-dir', 'd'], windows).dataDir).toBe('C:\\work\\d');
  });
});

describe('the data, when nothing is said, is in', () => {
  it.each([
    ['linux', {}, '/home/ann', '/home/ann/.local/share/linewarden'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/ann', '/data/linewarden'],
    ['darwin', {}, '/Users/ann', '/Users/ann/Library/Application Support/Linewarden'],
    ['win32', { APPDATA: 'C:\\Roaming' }, 'C:\\Users\\ann', 'C:\\Roaming\\Linewarden'],
    ['win32', {}, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Roaming\\Linewarden'],
  ])('%s %j', (platform, env, home, expected) => {
    expect(defaultDataDir({ platform, env, home })).toBe(expected);
  });
});
