import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { startRouter } from '../lab/routeros/index.ts';
import { connectRpc } from '../support/rpc.ts';
import { query, startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

test('what is read of a router is chosen on its page, takes effect at once and stays; one of the file is read-only', async ({
  page,
}) => {
  const [own, provisioned] = await Promise.all([
    startRouter({
      identity: 'own',
      version: '7.18.2',
      without: ['/interface/wireless', '/interface/wifi', '/ip/cloud'],
    }),
    startRouter({ identity: 'provisioned', version: '6.49.17' }),
  ]);
  own.faults.traps.set('/ip/pool/print', { message: 'not enough permissions (9)' });
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-collectors-'));
  writeFileSync(path.join(dataDir, 'password'), provisioned.password);
  const config = `
host: {enabled: false}
netflow: {listen: []}
routeros:
  - {name: provisioned, address: 127.0.0.1, port: ${provisioned.port}, username: monitor, password_file: password, interval: 1s, collectors: {health: false, netwatch: 2m}}
`;
  const served = await startServe({ config, dataDir });
  try {
    const complaints = watchConsole(page);
    const rpc = await connectRpc(served);
    await rpc.client.devices.addRouter({
      name: 'own',
      address: '127.0.0.1',
      port: own.port,
      tls: 'off',
      pin: '',
      username: own.username,
      password: own.password,
      intervalMs: 1_000,
    });
    rpc.close();
    const table = page.getByTestId('collectors-table');
    const filter = page.getByLabel('Filter Collectors');
    /** Rows outside of the view are not in the page. */
    const row = async (name: string) => {
      await filter.fill(name);
      return table.getByRole('row').filter({ hasText: new RegExp(`^${name}`) });
    };

    await test.step('each collector tells its cost, its samples, and what the router does not have', async () => {
      await page.goto(served.openUrl);
      await page.goto(`${served.url}/#/devices/own?tab=collectors`);
      await expect((await row('interface')).getByRole('gridcell').nth(4)).not.toHaveText('–', { timeout: 20_000 });
      await expect(await row('public_ip')).toContainText('not on this router');
      await expect(await row('pool')).toContainText('not enough permissions');
      await expect((await row('identity')).getByRole('switch')).toBeDisabled();
      await filter.fill('');
      await filter.blur();
      await takeBoth(page, 'collectors-own');
    });

    await test.step('a switch and an interval take effect', async () => {
      await (await row('health')).getByRole('switch').press('Space');
      await (await row('interface')).getByRole('combobox').selectOption('30000');
      await expect((await row('health')).getByRole('switch')).not.toBeChecked();
      const health = 'mktxp_system_cpu_temperature{routerboard_name="own"}';
      await expect.poll(async () => (await query(served, health)).length).toBe(0);
      await page.reload();
      await expect((await row('health')).getByRole('switch')).not.toBeChecked();
      await expect((await row('interface')).getByRole('combobox')).toHaveValue('30000');
    });

    await test.step('what the file says is shown, and changed there alone', async () => {
      await page.goto(`${served.url}/#/devices/provisioned?tab=collectors`);
      await expect(page.getByText('set up in the config file')).toBeVisible();
      await expect(await row('health')).toContainText('off');
      await expect(await row('netwatch')).toContainText('2 min');
      await expect(table.getByRole('switch')).toHaveCount(0);
      await filter.fill('');
      await takeBoth(page, 'collectors-provisioned');
      await page.setViewportSize({ width: 1024, height: 768 });
      await page.goto(`${served.url}/#/devices/own?tab=collectors`);
      await filter.fill('');
      await takeBoth(page, 'collectors-own-narrow');
    });
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
    await Promise.all([own.stop(), provisioned.stop()]);
  }
});
