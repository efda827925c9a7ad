import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { startServe } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

let served: Served;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  served = await startServe({ command: 'lab', config: "netflow: {listen: ['127.0.0.1:0'], flush_interval: 2s}\n" });
  // Graphs want some history before they are looked at.
  await new Promise((resolve) => {
    setTimeout(resolve, 45_000);
  });
});
test.afterAll(async () => {
  await served.stop();
});

const screens: [name: string, route: string, ready: string][] = [
  ['overview', '/', 'overview-sentence'],
  ['devices', '/devices', 'nav-devices'],
  ['device-router', '/devices/core', 'device-name'],
  ['device-router-interfaces', '/devices/core?tab=interfaces', 'device-name'],
  ['device-router-collectors', '/devices/core?tab=collectors', 'device-name'],
  ['alerts', '/alerts', 'nav-alerts'],
  ['settings', '/settings', 'nav-settings'],
  ['settings-push', '/settings?tab=push', 'add-push-client'],
  ['settings-app', '/settings?tab=app', 'app-facts'],
];

for (const [name, route, ready] of screens) {
  test(`the screen ${name} shows the sample network in both themes, without a serious accessibility fault`, async ({
    page,
  }) => {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await expect(page.getByTestId('overview-sentence')).toBeVisible();
    await page.goto(`${served.url}/#${route}`);
    await expect(page.getByTestId(ready)).toBeVisible();
    await page.waitForTimeout(2_500);
    await takeBoth(page, name);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test('every device of the sample network comes online, flow exporters among them', async ({ page }) => {
  await page.goto(served.openUrl);
  await page.getByTestId('nav-devices').click();
  for (const device of ['core', 'tower-north', 'tower-south', 'office', 'vpn-hub']) {
    await expect(page.getByRole('row').filter({ hasText: device }).first()).toContainText('Answers and sends data', {
      timeout: 30_000,
    });
  }
  for (const sender of ['edge-harbour', 'mtge-market', 'laptop-field', 'headend-eu-1']) {
    await expect(page.getByRole('row').filter({ hasText: sender })).toContainText('Answers and sends data');
  }
  await expect(page.getByRole('row').filter({ hasText: 'LAB-C3001' })).toContainText('Answers');
});

test('the overview tells how the network is in one sentence, and Ctrl-K finds a device', async ({ page }) => {
  await page.goto(served.openUrl);
  await expect(page.getByTestId('overview-sentence')).toContainText(/device|online/);
  await page.keyboard.press('Control+k');
  await page.getByTestId('search-field').fill('tower-n');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('device-name')).toHaveText('tower-north');
});

test('a client is made in Settings: its key is shown once, lets it report, and makes it a device', async ({ page }) => {
  await page.goto(served.openUrl);
  await expect(page.getByTestId('overview-sentence')).toBeVisible();
  await page.goto(`${served.url}/#/settings?tab=push`);
  await page.getByTestId('add-push-client').click();
  await page.getByLabel('Client id').fill('gw-mill');
  await page.getByTestId('push-client-save').click();
  const key = await page.getByTestId('made-key').textContent();
  await page.getByTestId('made-key-done').click();
  await expect(page.getByTestId('made-key')).toHaveCount(0);
  const row = page.getByTestId('push-clients').getByRole('row').filter({ hasText: 'gw-mill' });
  await expect(row).toContainText('never');
  await expect(page.locator('body')).not.toContainText(key ?? '');
  const answer = await page.request.post(`${served.url}/api/v1/clients/gw-mill/metrics`, {
    headers: { Authorization: `Bearer ${key}` },
    data: { headless: true, metrics: { bytes_sent: 1_000, bytes_received: 2_000, connection_uptime: 60 } },
  });
  expect(answer.status()).toBe(200);
  await expect(row).toContainText(/now|s ago/, { timeout: 15_000 });
  await row.getByRole('link', { name: 'gw-mill' }).click();
  await expect(page.getByTestId('device-name')).toHaveText('gw-mill');
});
