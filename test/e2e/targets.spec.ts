import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { startFakeEngine } from '../support/fake-engine.ts';
import { takeBoth, watchConsole } from './pictures.ts';

test('tells of each scrape target how it went, what it was found as, and why others are dropped', async ({ page }) => {
  const engine = await startFakeEngine();
  try {
    const complaints = watchConsole(page);
    await page.goto(engine.openUrl);
    await page.getByTestId('nav-devices').click();
    await page.getByTestId('tab-targets').click();
    const table = page.getByTestId('targets-table');
    // What needs a look is in front.
    await expect(table.getByRole('row').nth(1)).toContainText('refuses the connection');
    await expect(page.getByTestId('targets-trouble')).toContainText(
      'HTTP status 503. Its 2 targets found before stay.',
    );
    await takeBoth(page, 'targets');
    await page.getByTestId('targets-dropped').click();
    await expect(table.getByRole('row').nth(1)).toContainText('dropped by relabel_configs[1]');
    await page.getByTestId('targets-dropped').click();
    await table.getByRole('row').filter({ hasText: '10.20.0.99' }).click();
    const drawer = page.getByTestId('target-drawer');
    await expect(drawer).toContainText('__meta_filepath');
    await expect(drawer.getByRole('link', { name: 'Its page' })).toHaveAttribute('href', /10\.20\.0\.99/);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await takeBoth(page, 'target');
    expect(complaints).toEqual([]);
  } finally {
    await engine.stop();
  }
});
