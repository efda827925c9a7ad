// Builds into out/ when a source changed since the last build; silent when all is well, so that `npm start` stays quick and quiet.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureNode } from './node-version.mjs';

const root = path.resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const SOURCES = [
  'electron',
  'renderer',
  'shared',
  'test/lab',
  'electron.vite.config.ts',
  'package.json',
  'tsconfig.json',
];
const stampFile = path.join(root, 'out/.built.json');

/**
 * What tells one state of the sources from another: how many files there are and when the newest entry changed.
 * Folders count too: removing or renaming a file changes its folder's time.
 */
export function sourceState(dir, names) {
  let newestMs = 0;
  let files = 0;
  const visit = (file) => {
    const stat = lstatSync(file);
    newestMs = Math.max(newestMs, stat.mtimeMs);
    if (stat.isDirectory()) for (const name of readdirSync(file)) visit(path.join(file, name));
    else files++;
  };
  for (const name of names) if (existsSync(path.join(dir, name))) visit(path.join(dir, name));
  return `${files} files, newest ${newestMs}`;
}

const built = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).sources;
  } catch {
    return undefined;
  }
};

/** True when out/ is up to date afterwards. What went wrong is printed. */
export function build() {
  const sources = sourceState(root, SOURCES);
  if (built() === sources) return true;
  rmSync(stampFile, { force: true });
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
      timeout: 300_000,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0) {
    // Rolldown colours its errors whatever it is told.
    const output = stripVTControlCharacters(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
    console.error(`The build failed.\n${output}`.trimEnd());
    return false;
  }
  writeFileSync(stampFile, JSON.stringify({ sources }));
  return true;
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith(`scripts${path.sep}build.mjs`)) {
  await ensureNode(root);
  process.exit(build() ? 0 : 1);
}
