import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { query, startServe } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

let dataDir = '';
let served: Served;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-dashboards-'));
  mkdirSync(path.join(dataDir, 'dashboards'));
  writeFileSync(path.join(dataDir, 'dashboards/broken.json'), '{"version": 1,');
  writeFileSync(
    path.join(dataDir, 'dashboards/mine.json'),
    JSON.stringify({
      version: 1,
      id: 'mine',
      title: 'My own',
      variables: [
        { name: 'instance', label: 'Router', query: 'label_values(mktxp_system_uptime, routerboard_name)', all: false },
      ],
      sections: [
        {
          title: 'All',
          panels: [
            { kind: 'text', id: 'note', title: 'About', width: 8, height: 5, text: 'Of $instance.\n\nNo more.' },
            { kind: 'stat', id: 'wrong', title: 'A wrong query', width: 8, height: 5, expr: 'sum(up' },
            {
              kind: 'timeseries',
              id: 'none',
              title: 'Nothing',
              width: 8,
              height: 5,
              queries: [{ expr: 'nothing_here' }],
            },
          ],
        },
      ],
    }),
  );
  served = await startServe({ command: 'lab', config: 'netflow: {listen: []}\n', dataDir });
  await expect
    .poll(async () => (await query(served, 'count(mktxp_interface_rx_byte_total offset 20s)')).length, {
      timeout: 90_000,
    })
    .toBe(1);
});
test.afterAll(async () => {
  await served.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(page: Page, route: string): Promise<void> {
  await page.goto(served.openUrl);
  await expect(page.getByTestId('overview-sentence')).toBeVisible();
  await page.goto(`${served.url}/#${route}`);
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test('lists the shipped dashboards and the own ones, tells what is wrong with a file, and finds by a word', async ({
  page,
}) => {
  const complaints = watchConsole(page);
  await page.goto(served.openUrl);
  await page.getByTestId('nav-dashboards').click();
  const list = page.getByTestId('dashboards-list');
  await expect(list.getByRole('link')).toHaveText([
    /^Bandwidth/,
    /^Containers/,
    /^Muti Metroo/,
    /^My own/,
    /^SecureLink edges/,
    /^System health/,
    /^Tobogganing/,
    /^VPN statistics/,
  ]);
  await expect(page.getByTestId('dashboards-problems')).toContainText('broken.json');
  await expect(page.getByTestId('dashboards-problems')).toContainText('Panel "A wrong query": 1:7: parse error');
  await takeBoth(page, 'dashboards');
  await expectAccessible(page);
  await page.getByTestId('dashboards-search').fill('certificates');
  await expect(list.getByRole('link')).toHaveText([/^System health/]);
  await list.getByRole('link').click();
  await expect(page).toHaveURL(/#\/dashboards\/system-health/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('System health');
  expect(complaints).toEqual([]);
});

test('each shows the sample network in both themes and on a narrow window, every panel with a picture or a word', async ({
  page,
}) => {
  const complaints = watchConsole(page);
  await open(page, '/dashboards/system-health?last=5m');
  for (const id of ['system-health', 'bandwidth', 'vpn-statistics']) {
    await page.setViewportSize({ width: 1_280, height: 800 });
    await page.goto(`${served.url}/#/dashboards/${id}?last=5m`);
    await expect(page.locator('.lw-stat-value').first()).toHaveText(/\d/);
    await expect(page.locator('.lw-dash-panel .uplot').first()).toBeVisible();
    await takeBoth(page, `dashboard-${id}`);
    await expectAccessible(page);
    await page.setViewportSize({ width: 820, height: 1_000 });
    await takeBoth(page, `dashboard-${id}-narrow`);
    // High enough for all panels to be in sight.
    await page.setViewportSize({ width: 1_280, height: 5_000 });
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
    await expect(page.locator('.lw-dash-panel').getByRole('alert')).toHaveCount(0);
    expect(await page.locator('.lw-dash-panel .uplot').count()).toBeGreaterThan(2);
  }
  expect(complaints).toEqual([]);
});

test('a choice is in the address, narrows every panel, and a link brings it back', async ({ page }) => {
  await open(page, '/dashboards/system-health?last=5m');
  const legend = page.getByTestId('panel-cpu').locator('.lw-legend-name');
  await expect(legend.filter({ hasText: 'tower-north' })).toHaveCount(1);
  await page.getByTestId('variable-instance').click();
  const values = page.getByRole('group', { name: 'Device' });
  await values.getByRole('button', { name: 'core' }).click();
  await values.getByRole('button', { name: 'vpn-hub' }).click();
  await expect(legend).toHaveText(['core', 'vpn-hub']);
  await expect(page.getByTestId('variable-instance')).toContainText('core, vpn-hub');
  await expect.poll(() => decodeURIComponent(page.url())).toContain('var-instance=["core","vpn-hub"]');
  await page.reload();
  await expect(legend).toHaveText(['core', 'vpn-hub']);
  await page.getByTestId('variable-job').click();
  await page.getByRole('group', { name: 'Job' }).getByRole('button', { name: 'node' }).click();
  await expect(page.getByTestId('panel-cpu')).toContainText('No data in this time range');
});

test('a panel alone on the screen, its queries in Explore, its figures as CSV, and a row that leads to its device', async ({
  page,
}) => {
  await open(page, '/dashboards/system-health?last=5m');
  const cpu = page.getByTestId('panel-cpu');
  await expect(cpu.locator('.uplot')).toBeVisible();
  await cpu.hover();
  const downloading = page.waitForEvent('download');
  await cpu.getByRole('button', { name: 'Download Processor as CSV' }).click();
  const csv = await readFile(await (await downloading).path(), 'utf8');
  expect(csv).toMatch(/^Time,.*core.*\r\n20\d\d-\d\d-\d\dT/);
  await cpu.getByRole('button', { name: 'Show Processor alone' }).click();
  await expect(page).toHaveURL(/panel=cpu/);
  await expect(page.locator('.lw-dash-panel')).toHaveCount(1);
  await takeBoth(page, 'dashboard-panel-alone');
  await cpu.getByRole('link', { name: 'Open Processor in Explore' }).click();
  await expect(page.getByTestId('query-A')).toContainText('mktxp_system_cpu_load');
  await page.goBack();
  await expect(page.locator('.lw-dash-panel')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('panel-memory')).toBeVisible();
  const table = page.getByTestId('table-devices');
  await page.getByTestId('panel-devices').scrollIntoViewIfNeeded();
  await expect(table.getByRole('row').filter({ hasText: 'CCR2004-1G-12S+2XS' })).toContainText('7.18.2 (stable)');
  await table.getByRole('link', { name: 'core', exact: true }).click();
  await expect(page.getByTestId('device-name')).toHaveText('core');
});

test('one of its own: a first value is chosen, a wrong query says so, and no data is told', async ({ page }) => {
  await open(page, '/dashboards/mine');
  await expect(page.getByTestId('variable-instance')).toContainText('core');
  await expect(page.getByTestId('panel-note')).toContainText('Of core.');
  await expect(page.getByTestId('panel-wrong').getByRole('alert')).toContainText('parse error');
  await expect(page.getByTestId('panel-none')).toContainText('No data in this time range');
  await takeBoth(page, 'dashboard-own');
  await page.goto(`${served.url}/#/dashboards/gone`);
  await expect(page.getByTestId('empty')).toContainText('There is no such dashboard.');
});
