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
});

test('the overview tells how the network is in one sentence, and Ctrl-K finds a device', async ({ page }) => {
  await page.goto(served.openUrl);
  await expect(page.getByTestId('overview-sentence')).toContainText(/device|online/);
  await page.keyboard.press('Control+k');
  await page.getByTestId('search-field').fill('tower-n');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('device-name')).toHaveText('tower-north');
});
