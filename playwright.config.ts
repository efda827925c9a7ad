// Browser tests: each starts the engines that it needs, on free ports and in data directories of their own.
import { defineConfig } from '@playwright/test';
import { BROWSER_ARGS, findBrowser } from './scripts/browser.mjs';

// Set by the test run, which counts the results.
const report = process.env['LINEWARDEN_E2E_REPORT'];
const executablePath = findBrowser();

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/browser',
  workers: 2,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: report === undefined ? [['list']] : [['line'], ['json', { outputFile: report }]],
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      // Without one of the system's, Playwright takes its own.
      ...(executablePath === undefined ? {} : { executablePath }),
      args: BROWSER_ARGS,
    },
  },
});
