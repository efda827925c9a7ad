import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { startRouter } from '../lab/routeros/index.ts';
import { startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

const network = {
  ppp: ['anna', 'ben'].map((name) => ({ name, always: true })),
  neighbours: [],
};

const rate = (name: string, rx: string) => ({ name, 'rx-bits-per-second': rx, 'tx-bits-per-second': '2500000' });

test("a router's interfaces are shown with the traffic of this second, and only while somebody looks", async ({
  page,
}) => {
  const router = await startRouter({ identity: 'core', version: '7.18.2', network });
  router.faults.rows.set('/interface/monitor-traffic', [rate('ether1', '123000000'), rate('<pppoe-anna>', '7700000')]);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-live-'));
  writeFileSync(path.join(dataDir, 'password'), router.password);
  const served = await startServe({
    dataDir,
    config: `
netflow: {listen: []}
routeros: [{name: core, address: 127.0.0.1, port: ${router.port}, username: monitor, password_file: password, interval: 5s}]
`,
  });
  const asked = (): string[] =>
    router.commands.filter(([command]) => command === '/interface/monitor-traffic').map((words) => words[1] ?? '');
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await page.goto(`${served.url}/#/devices/core?tab=interfaces`);
    const row = page.getByTestId('interfaces-table').getByRole('row').filter({ hasText: 'ether1' });
    await expect(row).toContainText('123 Mb/s', { timeout: 20_000 });
    await expect(row).toContainText('2.50 Mb/s');
    // Sessions of customers are many: they are asked for only once one is opened.
    expect(asked().at(-1)).not.toContain('pppoe');

    await page.getByTestId('interfaces-table').getByText('<pppoe-anna>', { exact: true }).click();
    const panel = page.getByTestId('interface-panel');
    await expect(panel.getByTestId('live-inBps')).toContainText('7.70 Mb/s');
    expect(asked().at(-1)).toContain('<pppoe-anna>');
    await page.waitForTimeout(3_000);
    await takeBoth(page, 'device-router-live');

    await page.goto(`${served.url}/#/devices`);
    await expect(page.getByTestId('interfaces-table')).toBeHidden();
    await expect
      .poll(async () => {
        const before = asked().length;
        await page.waitForTimeout(2_500);
        return asked().length - before;
      })
      .toBe(0);
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
    await router.stop();
  }
});
