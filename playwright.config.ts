// Browser tests against the engine in serve mode, on a port and in a data directory of their own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { BROWSER_ARGS, findBrowser } from './scripts/browser.mjs';

// Workers read this file again: what the first reading made is handed on by the environment.
process.env['LINEWARDEN_E2E_DIR'] ??= mkdtempSync(path.join(tmpdir(), 'linewarden-e2e-'));
process.env['LINEWARDEN_E2E_PORT'] ??= '23470';
const dataDir = process.env['LINEWARDEN_E2E_DIR'];
const port = Number(process.env['LINEWARDEN_E2E_PORT']);
process.env['LINEWARDEN_E2E_TOKEN_FILE'] ??= path.join(dataDir, 'token');

const report = process.env['LINEWARDEN_E2E_REPORT'];
const executablePath = findBrowser();

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  workers: 1,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  reporter: report === undefined ? [['list']] : [['line'], ['json', { outputFile: report }]],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: BROWSER_ARGS,
    },
  },
  webServer: {
    command: [
      `node out/main/cli.js serve --data-dir "${path.join(dataDir, 'data')}"`,
      `--listen 127.0.0.1:${port} --token-file "${process.env['LINEWARDEN_E2E_TOKEN_FILE']}"`,
    ].join(' '),
    url: `http://127.0.0.1:${port}/health`,
    timeout: 60_000,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
});
