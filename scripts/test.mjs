// `npm test`: everything in order, a line each; the last line is `N passed, N failed, N skipped` over all tests.
// `node scripts/test.mjs --only unit,e2e` runs a part; the names are those of the lines.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { endWithNpm } from './end-with-npm.mjs';
import { ensureNode } from './node-version.mjs';
import { addCounts, countPlaywright, countVitest, noCount, summary } from './test-report.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
endWithNpm();
await ensureNode(root);
const { findBrowser } = await import('./browser.mjs');
const { aptInstall, canInstall, ensurePeers, findProgram } = await import('./peers.mjs');

const bin = (pkg, file) => path.join(root, 'node_modules', pkg, file);
const FORMATTED = ['electron', 'renderer', 'shared', 'test', 'scripts'];
const MINUTE_MS = 60_000;

/** A command: passes when it exits with 0. */
const command = (name, script, args) => ({ name, script, args, timeoutMs: 10 * MINUTE_MS });
const vitest = (name) => ({
  name,
  tests: `test/${name}`,
  pattern: /\.test\.ts$/,
  script: bin('vitest', 'vitest.mjs'),
  args: (report) => ['run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  count: countVitest,
  timeoutMs: 20 * MINUTE_MS,
});

const STEPS = [
  command('lint', bin('oxlint', 'bin/oxlint'), ['--deny-warnings']),
  command('format', bin('oxfmt', 'bin/oxfmt'), [
    '--check',
    ...FORMATTED.filter((dir) => existsSync(path.join(root, dir))),
  ]),
  command('types', bin('typescript', 'bin/tsc'), ['-p', '.']),
  vitest('unit'),
  command('build', path.join(root, 'scripts/build.mjs'), []),
  vitest('packaging'),
  vitest('integration'),
  { ...vitest('interop'), prepare: preparePeers },
  {
    name: 'e2e',
    tests: 'test/e2e',
    pattern: /\.(spec|test)\.ts$/,
    prepare: prepareBrowser,
    script: bin('@playwright/test', 'cli.js'),
    args: () => ['test'],
    // Its workers force colours, and Node complains when told both.
    env: (report) => ({ LINEWARDEN_E2E_REPORT: report, NO_COLOR: undefined }),
    count: countPlaywright,
    timeoutMs: 30 * MINUTE_MS,
  },
];

function preparePeers() {
  for (const { name, reason } of ensurePeers()) console.log(`  without ${name}: ${reason}`);
  return undefined;
}

/** @returns why the step cannot run, if so */
async function prepareBrowser() {
  let browser = findBrowser();
  if (browser === undefined) {
    const { chromium } = await import('@playwright/test');
    if (existsSync(chromium.executablePath())) return undefined;
    if (canInstall()) {
      const failure = aptInstall(['chromium']);
      browser = findProgram('chromium');
      if (browser === undefined) return `no browser: ${failure ?? 'the chromium package brought none'}`;
    }
  }
  if (browser === undefined)
    return 'no browser: install Chrome, Chromium or Edge, or run "npx playwright install chromium"';
  process.env.LINEWARDEN_BROWSER = browser;
  return undefined;
}

const hasTests = (dir, pattern) =>
  existsSync(path.join(root, dir)) &&
  readdirSync(path.join(root, dir), { recursive: true }).some((file) => pattern.test(String(file)));

let running;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    running?.kill('SIGTERM');
    process.exit(1);
  });

/** Runs without a terminal and keeps the output for when it is needed. */
function runQuietly(script, args, env, timeoutMs) {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  running = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-400_000);
    });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code, signal) =>
      resolve({ ok: code === 0, output: signal === null ? output : `${output}\nended by ${signal}` }),
    );
  });
}

function readCount(step, report) {
  try {
    return step.count(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    return undefined;
  }
}

const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
const line = (name, verdict, sinceMs) => console.log(`${name.padEnd(12)} ${verdict}  ${seconds(sinceMs)}`);

async function runStep(step, scratch) {
  const startedMs = Date.now();
  if (step.tests !== undefined && !hasTests(step.tests, step.pattern)) {
    line(step.name, `skipped: no tests in ${step.tests}`, startedMs);
    return noCount();
  }
  const obstacle = await step.prepare?.();
  if (obstacle !== undefined) {
    line(step.name, `skipped: ${obstacle}`, startedMs);
    return noCount();
  }
  const report = path.join(scratch, `${step.name}.json`);
  const args = typeof step.args === 'function' ? step.args(report) : step.args;
  const { ok, output } = await runQuietly(step.script, args, step.env?.(report) ?? {}, step.timeoutMs);
  const count = (step.count === undefined ? noCount() : readCount(step, report)) ?? noCount();
  // A step that fails without a failed test (lint, a crash) still counts, so that the last line never says that all is well.
  if (!ok && count.failed === 0) count.failed = 1;
  if (!ok) console.log(stripVTControlCharacters(output).trim());
  const verdict = step.count === undefined ? (ok ? 'ok' : 'FAILED') : `${ok ? '' : 'FAILED '}${summary(count)}`;
  line(step.name, verdict, startedMs);
  for (const name of count.skippedNames) console.log(`  skipped: ${name}`);
  return count;
}

function chosen(argv) {
  const at = argv.indexOf('--only');
  if (at === -1) return STEPS;
  const names = (argv[at + 1] ?? '').split(',').filter(Boolean);
  const known = STEPS.map((step) => step.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (names.length === 0 || unknown.length > 0) {
    console.error(`--only takes some of ${known.join(',')}${unknown.length > 0 ? `; not ${unknown.join(',')}` : ''}`);
    process.exit(2);
  }
  return STEPS.filter((step) => names.includes(step.name));
}

const steps = chosen(process.argv);
const scratch = mkdtempSync(path.join(tmpdir(), 'linewarden-test-'));
let total = noCount();
try {
  for (const step of steps) total = addCounts(total, await runStep(step, scratch));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(summary(total));
process.exitCode = total.failed === 0 ? 0 : 1;
