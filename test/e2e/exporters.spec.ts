import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { startFakeEngine } from '../support/fake-engine.ts';
import { takeBoth, watchConsole } from './pictures.ts';

test('tells of each exporter of flows what is wrong with it and what mends it', async ({ page }) => {
  const engine = await startFakeEngine();
  try {
    const complaints = watchConsole(page);
    await page.goto(engine.openUrl);
    await page.getByTestId('nav-traffic').click();
    await page.getByTestId('tab-exporters').click();
    await expect(page.getByTestId('exporters-summary')).toContainText('1 sender without a template');
    const table = page.getByTestId('exporters-table');
    // What needs a look is in front.
    await expect(table.getByRole('row').nth(1)).toContainText('tower-north');
    await table.getByRole('row').filter({ hasText: 'tower-north' }).click();
    const panel = page.getByTestId('exporter-panel');
    await expect(panel).toContainText('Its clock is');
    await expect(panel.getByTestId('exporter-coverage').getByRole('row')).toHaveCount(2);
    await expect(page.getByTestId('exporters-waiting')).toContainText('/ip traffic-flow target add dst-address=');
    await expect(page.getByTestId('exporters-refused')).toContainText('203.0.113.66');
    await expect(page.getByTestId('exporters-sysctl')).toHaveText('sudo sysctl -w net.core.rmem_max=8388608');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await takeBoth(page, 'exporters');
    expect(complaints).toEqual([]);
  } finally {
    await engine.stop();
  }
});
