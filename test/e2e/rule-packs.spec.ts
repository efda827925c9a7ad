import { expect, test } from '@playwright/test';
import { ask, eventually, query, startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

test('shows what the packs find, changes a threshold for good, switches packs and imports a rule file', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const config = `global: {evaluation_interval: 1s}\nnetflow: {listen: []}\n`;
  const served = await startServe({ config });
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await page.getByTestId('nav-alerts').click();
    await page.getByTestId('tab-packs').click();
    const packs = page.getByTestId('packs');
    await expect(packs.getByRole('heading', { level: 2, name: 'Component failure' })).toBeVisible();

    await test.step('a threshold takes effect, is refused out of its bounds, and goes back to its default', async () => {
      await page.getByTestId('pack-resources').click();
      const load = page.getByTestId('pack-CpuHigh-load');
      await expect(load).toHaveValue('90');
      await load.fill('101');
      await expect(page.getByTestId('pack-rule-CpuHigh').getByRole('alert')).toHaveText('1 to 100');
      await load.fill('75');
      await load.press('Enter');
      await eventually(
        'the rule is evaluated with it',
        async () => JSON.stringify(await ask(served, '/api/v1/rules')),
        (rules) => rules.includes('mktxp_system_cpu_load > 75'),
      );
      await takeBoth(page, 'rule-packs');
      await page.getByRole('button', { name: 'Back to the defaults' }).click();
      await expect(load).toHaveValue('90');
    });

    await test.step("another product's pack is off, says how it was corrected, and is switched on", async () => {
      await page.getByTestId('pack-tobogganing').click();
      await expect(packs).toContainText('theirs is called name');
      await page.getByTestId('pack-switch').press('Space');
      await expect(page.getByTestId('pack-tobogganing')).toContainText('3 of 3');
      await takeBoth(page, 'rule-packs-imported');
    });

    await test.step('a rule file with a mistake is refused at its line; without it, it fires', async () => {
      await page.getByTestId('pack-import').click();
      await page.getByTestId('pack-import-name').fill('mine');
      const text = page.getByTestId('pack-import-text');
      await text.fill('groups:\n  - name: g\n    rules:\n      - {alert: Always, expr: vector(1) >}\n');
      await page.getByTestId('pack-import-add').click();
      await expect(page.getByTestId('pack-import-problem')).toContainText('mine.yml:4:');
      await text.fill('groups:\n  - name: g\n    rules:\n      - {alert: Always, expr: vector(1)}\n');
      await page.getByTestId('pack-import-add').click();
      await expect(page.getByRole('region', { name: 'mine' })).toBeVisible();
      await eventually(
        'the imported rule fires',
        () => query(served, 'ALERTS{alertname="Always"}'),
        (samples) => samples.length === 1,
      );
    });
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
  }
});
