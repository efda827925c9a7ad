import { expect, test } from '@playwright/test';
import { startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

test('a first start with nothing configured shows this computer within 20 seconds and says what to add next', async ({
  page,
}) => {
  const served = await startServe({ config: "netflow: {listen: ['127.0.0.1:0']}\n" });
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await expect(page.getByTestId('overview-sentence')).toContainText('Watching this machine', { timeout: 20_000 });
    const cpu = page.getByTestId('graph-cpu');
    await expect(cpu.getByRole('table')).toContainText('%', { timeout: 20_000 });
    const next = page.getByTestId('first-start');
    await expect(next).toContainText('Set up a router');
    await expect(next).toContainText('Add a scrape target');
    await expect(page.getByTestId('flow-listen')).toContainText('127.0.0.1, UDP port');
    await expect(page.getByTestId('lab-start')).toBeVisible();
    // The token is not left in the address bar.
    expect(page.url()).not.toContain(served.token);
    await page.waitForTimeout(8_000);
    await takeBoth(page, 'first-start');
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
  }
});

test('a list of routers brought in where none was yet says what became of each row', async ({ page }) => {
  const served = await startServe({ config: 'netflow: {listen: []}\n' });
  try {
    await page.goto(served.openUrl);
    await expect(page.getByTestId('overview-sentence')).toBeVisible();
    await page.goto(`${served.url}/#/settings?tab=routers`);
    await page.getByTestId('csv-import').click();
    await page
      .getByTestId('import-text')
      .fill('name,address,username,password\nhub,127.0.0.9,monitor,x\nmill,,monitor,x\n');
    await expect(page.getByTestId('import-counts')).toContainText('1 new, 1 refused');
    await page.getByTestId('import-go').click();
    await expect(page.getByTestId('setting-hub')).toBeAttached();
    await expect(page.getByTestId('import-done')).toHaveText('1 added, 0 changed, 1 refused.');
  } finally {
    await served.stop();
  }
});

test('a wrong token is told as that, and the right one lets in', async ({ page }) => {
  const served = await startServe({ config: 'netflow: {listen: []}\n' });
  try {
    await page.goto(`${served.url}/#token=wrong-token-altogether`);
    await expect(page.getByTestId('token-field')).toBeVisible();
    await takeBoth(page, 'sign-in');
    await page.getByTestId('token-field').fill(served.token);
    await page.getByTestId('token-submit').click();
    await expect(page.getByTestId('overview-sentence')).toBeVisible();
  } finally {
    await served.stop();
  }
});

test('a frozen engine is noticed, stays lost while it is, and is followed again when it runs', async ({ page }) => {
  test.skip(process.platform === 'win32', 'no SIGSTOP on Windows');
  const served = await startServe({ config: 'netflow: {listen: []}\n' });
  try {
    await page.goto(served.openUrl);
    await expect(page.getByTestId('overview-sentence')).toContainText('Watching this machine');
    served.process.kill('SIGSTOP');
    const banner = page.getByTestId('connection-banner');
    await expect(banner).toBeVisible({ timeout: 20_000 });
    await takeBoth(page, 'engine-frozen');
    await page.waitForTimeout(12_000);
    await expect(banner).toBeVisible();
    served.process.kill('SIGCONT');
    await expect(banner).toBeHidden({ timeout: 30_000 });
    await expect(page.getByTestId('graph-cpu')).not.toContainText('no data', { timeout: 30_000 });
  } finally {
    served.process.kill('SIGCONT');
    await served.stop();
  }
});

test('the page says when the engine is gone, and goes on by itself when it is back', async ({ page }) => {
  const first = await startServe({ config: 'netflow: {listen: []}\n' });
  const { port } = new URL(first.url);
  await page.goto(first.openUrl);
  await expect(page.getByTestId('overview-sentence')).toBeVisible();
  await first.kill();
  await expect(page.getByTestId('connection-banner')).toBeVisible();
  await takeBoth(page, 'connection-lost');
  const again = await startServe({ config: 'netflow: {listen: []}\n', dataDir: first.dataDir, port: Number(port) });
  try {
    await expect(page.getByTestId('connection-banner')).toBeHidden({ timeout: 30_000 });
    await expect(page.getByTestId('overview-sentence')).toContainText('Watching this machine');
  } finally {
    await again.stop();
  }
});
