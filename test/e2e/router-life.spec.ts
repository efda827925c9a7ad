import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from '@playwright/test';
import { startRouter } from '../lab/routeros/index.ts';
import { startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

// Offline as soon as the product allows it, so that a person's five minutes fit into a test.
const config = `
global: {evaluation_interval: 1s}
host: {interval: 5s}
netflow: {listen: []}
presence: {offline_after: 10s}
rule_files: [own.rules.yml]
`;

const rules = `
groups:
  - name: own
    rules:
      - alert: RouterGone
        expr: linewarden_device_online{device="core"} == 0
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.device }} is gone"}
`;

test('a router is added, comes online, moves a graph, stops answering, goes offline with its reason, alerts, and recovers', async ({
  page,
}) => {
  const router = await startRouter({ identity: 'core', version: '7.18.2', password: 'correct horse' });
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-life-'));
  writeFileSync(path.join(dataDir, 'own.rules.yml'), rules);
  const served = await startServe({ config, dataDir });
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);

    await test.step('the form explains a wrong password, and a port where nobody answers', async () => {
      await page.getByTestId('nav-settings').click();
      await page.getByTestId('add-router').click();
      await page.getByLabel('Name', { exact: true }).fill('core');
      await page.getByLabel('Address').fill('127.0.0.1');
      await page.getByLabel('Port').fill('1');
      await page.getByLabel('User name').fill(router.username);
      await page.getByLabel('Password', { exact: true }).fill('not it');
      await page.getByLabel('Poll every, seconds').fill('1');
      await page.getByTestId('form-test').click();
      const result = page.getByTestId('test-result');
      await expect(result).toHaveAttribute('data-ok', 'false');
      await expect(result).toContainText('LW_ROUTEROS_REFUSED');
      await page.getByLabel('Port').fill(String(router.port));
      await page.getByTestId('form-test').click();
      await expect(result).toContainText('LW_ROUTEROS_LOGIN_FAILED');
      await takeBoth(page, 'settings-router-refused');
      await page.getByLabel('Password', { exact: true }).fill('correct horse');
      await page.getByTestId('form-test').click();
      await expect(result).toHaveAttribute('data-ok', 'true');
      await expect(result).toContainText('7.18.2');
      await takeBoth(page, 'settings-router-answers');
      await page.getByTestId('form-add').click();
      await expect(page.getByTestId('setting-core')).toBeVisible();
    });

    await test.step('it comes online and its graph moves', async () => {
      await page.goto(`${served.url}/#/devices/core`);
      await expect(page.getByTestId('device-state')).toContainText('Online');
      const traffic = page.getByTestId('graph-traffic').getByRole('table');
      await expect(traffic).toContainText('b/s', { timeout: 60_000 });
      const before = await traffic.textContent();
      await expect(traffic).not.toHaveText(before ?? '', { timeout: 30_000 });
    });

    await test.step('within seconds it is seen not to answer, then offline, each with its reason', async () => {
      router.setHang(true);
      await expect(page.getByTestId('device-state')).toContainText('Degraded', { timeout: 20_000 });
      await expect(page.getByTestId('device-reason')).toContainText('Not answering');
      await takeBoth(page, 'device-not-answering');
      await expect(page.getByTestId('device-state')).toContainText('Offline', { timeout: 40_000 });
      await expect(page.getByTestId('device-reason')).toContainText('core');
      await takeBoth(page, 'device-offline');
    });

    await test.step('an alert appears', async () => {
      await page.getByTestId('nav-alerts').click();
      await expect(page.getByTestId('alert-RouterGone')).toContainText('core is gone', { timeout: 20_000 });
      await takeBoth(page, 'alerts-firing');
    });

    await test.step('it answers again, is online again, and the alert clears', async () => {
      router.setHang(false);
      await page.goto(`${served.url}/#/devices/core`);
      await expect(page.getByTestId('device-state')).toContainText('Online', { timeout: 40_000 });
      await page.goto(`${served.url}/#/alerts?state=resolved`);
      await expect(page.getByTestId('alert-RouterGone')).toContainText('esolved', { timeout: 20_000 });
    });

    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
    await router.stop();
  }
});
