// Which file is the config, and what is said of one that cannot be read.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFileIn, loadConfig } from '../../../electron/engine/config/index.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (content: string | Buffer): string => {
  const file = path.join(dir, 'linewarden.yml');
  writeFileSync(file, content);
  return file;
};
const unix = process.platform !== 'win32';

describe('the config of a data dir', () => {
  it('is its linewarden.yml', () => {
    const file = write('host: {interval: 30s}\n');
    expect(configFileIn(dir)).toBe(file);
    expect(loadConfig(configFileIn(dir))).toMatchObject({ file, baseDir: dir, config: { host: { interval: 30_000 } } });
  });

  it('is none where there is no such file, or no data dir yet', () => {
    expect(configFileIn(dir)).toBeUndefined();
    expect(configFileIn(path.join(dir, 'later'))).toBeUndefined();
  });

  it.runIf(unix)('is not passed over when it is a link to nowhere', () => {
    const file = path.join(dir, 'linewarden.yml');
    symlinkSync(path.join(dir, 'gone.yml'), file);
    expect(configFileIn(dir)).toBe(file);
    expect(() => loadConfig(file)).toThrow(`${file}: the config file cannot be read: no such file`);
  });
});

describe('a file', () => {
  it('may begin with a byte order mark', () => {
    expect(loadConfig(write('\uFEFFhost: {enabled: false}\n')).config.host.enabled).toBe(false);
  });

  it('is refused when it is a folder', () => {
    mkdirSync(path.join(dir, 'linewarden.yml'));
    expect(() => loadConfig(configFileIn(dir))).toThrow('the config file cannot be read: it is a folder');
  });

  it.runIf(unix)('is refused when it is a pipe, which might never end', () => {
    const file = path.join(dir, 'pipe');
    execFileSync('mkfifo', [file]);
    expect(() => loadConfig(file)).toThrow('the config file cannot be read: it is no regular file');
  });

  it('is refused when it is UTF-16 or Latin-1', () => {
    const utf16 = write(Buffer.from('\uFEFFhost: {}\n', 'utf16le'));
    expect(() => loadConfig(utf16)).toThrow('it is not UTF-8; save it with that encoding');
    const latin1 = write(Buffer.from('global: {external_labels: {site: Müllheim}}\n', 'latin1'));
    expect(() => loadConfig(latin1)).toThrow('it is not UTF-8; save it with that encoding');
  });

  it('is refused when it is larger than a megabyte', () => {
    expect(() => loadConfig(write('#'.repeat(1_048_577)))).toThrow('it has 1048577 bytes; at most 1048576 are read');
    expect(loadConfig(write('#'.repeat(1_048_576))).config.host.enabled).toBe(true);
  });
});
