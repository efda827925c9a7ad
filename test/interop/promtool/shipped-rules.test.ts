// A real promtool runs the unit tests of the rules that come along, and checks the rule files.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** keep_firing_for came with this one. */
const FIRST = [2, 42] as const;

const version = /version (\d+)\.(\d+)/.exec(String(spawnSync('promtool', ['--version']).stdout));
const major = Number(version?.[1] ?? 0);
const minor = Number(version?.[2] ?? 0);
const suits = major > FIRST[0] || (major === FIRST[0] && minor >= FIRST[1]);
const why = suits
  ? ''
  : ` (skipped: ${version === null ? 'promtool is not installed' : 'promtool is older than 2.42'})`;

/** What it complains of; empty where all is well. */
function complaints(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', timeout: 60_000, cwd: ROOT });
  return status === 0 ? stderr : `${stdout}${stderr}`;
}

describe.skipIf(!suits)(`a real promtool on the rules that come along${why}`, () => {
  it('finds nothing wrong in the files', () => {
    expect(complaints('check', 'rules', ...globSync('resources/rules/**/*.yml', { cwd: ROOT }))).toBe('');
  });

  it.each(globSync('test/fixtures/shipped-rules/**/*.test.yml', { cwd: ROOT }))('agrees with %s', (file) => {
    expect(complaints('test', 'rules', file)).toBe('');
  });
});
