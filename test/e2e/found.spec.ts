import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { startMndpPeer } from '../lab/mndp.ts';
import { startRouter } from '../lab/routeros/index.ts';
import { startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

const neighbour = (name: string, last: number, board: string) => ({
  interface: 'ether2',
  identity: name,
  address: `192.0.2.${last}`,
  mac: `48:A9:8A:00:0${last}:01`,
  board,
  version: '7.16.1 (stable)',
  remoteInterface: 'ether1',
});

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
  }
}

test('finds routers, adds them with a profile, says why one could not be added, and hides what is ignored', async ({
  page,
}) => {
  const core = await startRouter({
    version: '7.18.2',
    identity: 'core',
    password: 'core',
    network: {
      hosts: ['annas-laptop', 'printer', 'till-1'],
      neighbours: [neighbour('mill-street', 3, 'RB4011iGS+'), neighbour('harbour', 4, 'hAP ac2')],
    },
  });
  const chapel = await startRouter({ version: '7.15.3', identity: 'chapel-road', password: 'field password' });
  const peer = await startMndpPeer([
    {
      mac: '74:4D:28:91:0D:2F',
      identity: 'chapel-road',
      version: '7.15.3 (stable) 2024-07-24 10:39:01',
      board: 'RBD52G-5HacD2HnD',
      interface: 'bridge/ether2',
      ipv4: '127.0.0.1',
    },
  ]);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-found-'));
  writeFileSync(path.join(dataDir, 'password'), 'core');
  const served = await startServe({
    config: `
netflow: {listen: []}
discovery: {mndp: {listen: '127.0.0.1:21442', query_to: ['127.0.0.1:${peer.port}']}}
routeros:
  - {name: core, address: localhost, port: ${core.port}, username: monitor, interval: 1s, password_file: password}
`,
    dataDir,
  });
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await page.getByTestId('nav-devices').click();
    const table = page.getByTestId('found-table');

    await test.step('what the routers know is there, and a search brings more', async () => {
      await page.getByTestId('tab-found').click();
      await expect(table.getByTestId('found-mill-street')).toBeVisible();
      await expect(table.getByTestId('found-chapel-road')).toBeHidden();
      await page.getByTestId('found-search').click();
      await expect(table.getByTestId('found-chapel-road')).toBeVisible();
      await expect(table.getByRole('row').filter({ hasText: 'chapel-road' })).toContainText('This computer');
      await page.getByTestId('found-hosts').click();
      await expect(table.getByTestId('found-annas-laptop')).toBeVisible();
      await takeBoth(page, 'found');
      await page.getByTestId('found-hosts').click();
    });

    await test.step('without a profile, adding asks for one and goes on with it', async () => {
      await page.getByTestId('found-add-chapel-road').click();
      const form = page.getByRole('dialog', { name: 'Add a profile' });
      await form.getByLabel('Name', { exact: true }).fill('Field routers');
      await form.getByLabel('User name').fill('monitor');
      await form.getByRole('textbox', { name: 'Password' }).fill('wrong');
      await form.getByLabel('Port').fill(String(chapel.port));
      await takeBoth(page, 'found-profile');
      await page.getByTestId('profile-save').click();
      await expect(page.getByTestId('found-result')).toContainText('0 added, 1 not.');
      await expect(page.getByTestId('found-result')).toContainText('The login as monitor on 127.0.0.1');
    });

    await test.step('the password is changed in the settings, and never shown', async () => {
      await page.getByTestId('nav-settings').click();
      await page.getByTestId('tab-profiles').click();
      await page.getByRole('button', { name: 'Change Field routers' }).click();
      const password = page.getByRole('textbox', { name: 'Password' });
      await expect(password).toHaveValue('');
      await password.fill('field password');
      await page.getByTestId('profile-save').click();
      await expect(page.getByRole('dialog')).toBeHidden();
      await takeBoth(page, 'profiles');
      await expectAccessible(page);
    });

    await test.step('many are added at once: one answers, one does not', async () => {
      await page.getByTestId('nav-devices').click();
      await page.getByTestId('tab-found').click();
      await expectAccessible(page);
      for (const name of ['chapel-road', 'harbour']) {
        await table.getByRole('row').filter({ hasText: name }).getByRole('checkbox').check();
      }
      await expect(page.getByTestId('found-add-selected')).toHaveText('Add 2');
      await page.getByTestId('found-add-selected').click();
      await expect(table.getByRole('row').filter({ hasText: 'chapel-road' })).toContainText('Added');
      await expect(page.getByTestId('found-result')).toContainText('1 added, 1 not.', { timeout: 30_000 });
      await takeBoth(page, 'found-added');
      await page.getByTestId('found-result-clear').click();
      await expect(table.getByTestId('found-chapel-road')).toBeHidden();
    });

    await test.step('what is ignored is out of sight, until it is asked for', async () => {
      await table.getByRole('row').filter({ hasText: 'harbour' }).getByRole('checkbox').check();
      await page.getByTestId('found-ignore-selected').click();
      await expect(table.getByTestId('found-harbour')).toBeHidden();
      await page.getByTestId('found-ignored').click();
      await expect(table.getByRole('row').filter({ hasText: 'harbour' })).toContainText('ignored');
    });

    await test.step('the added one is watched', async () => {
      await page.getByTestId('tab-watched').click();
      const row = page.getByTestId('devices-table').getByRole('row').filter({ hasText: 'chapel-road' });
      await expect(row).toContainText('127.0.0.1');
      await expect(row).toContainText('7.15.3');
    });
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
    await Promise.all([core.stop(), chapel.stop(), peer.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
});
