import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test('shows who is connected and what they carry, gives them tiers by a rule, and a router its sessions and queues', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const served = await startServe({ command: 'lab', config: "netflow: {listen: ['127.0.0.1:0']}\n" });
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await page.getByTestId('nav-subscribers').click();
    const table = page.getByTestId('subscribers-table');
    const row = (name: string) => table.getByRole('row').filter({ hasText: name });

    await test.step('all of them, with tier, router and rates', async () => {
      await expect(row('castillo')).toContainText('silver', { timeout: 60_000 });
      await expect(row('castillo')).toContainText('tower-north');
      await expect(row('castillo')).toContainText(/[\d.]+\s[kM]b\/s/, { timeout: 60_000 });
      await expect(row('bakery')).toContainText('mill-street');
      await expectAccessible(page);
      await takeBoth(page, 'subscribers');
    });

    await test.step('found by name and comment, and by router', async () => {
      await page.getByRole('searchbox', { name: 'Filter Subscribers' }).fill('mill street');
      await expect(row('castillo')).toBeVisible();
      await expect(row('dubois')).toBeHidden();
      await page.getByRole('searchbox', { name: 'Filter Subscribers' }).fill('');
      await page.getByRole('combobox', { name: 'Device' }).click();
      await page.getByRole('option', { name: 'tower-south' }).click();
      await expect(row('jensen')).toBeVisible();
      await expect(row('castillo')).toBeHidden();
      await page.getByRole('combobox', { name: 'Device' }).click();
      await page.getByRole('option', { name: 'tower-south' }).click();
    });

    await test.step('one beside the table, by its address too', async () => {
      await row('castillo').click();
      const panel = page.getByTestId('subscriber-panel');
      await expect(panel).toContainText('by its PPP profile');
      await expect(page.getByTestId('graph-subscriber-rate')).toBeVisible();
      await expect(page.getByTestId('subscriber-sessions')).toContainText('still up');
      await expectAccessible(page);
      await takeBoth(page, 'subscriber');
      await page.reload();
      await expect(page.getByTestId('subscriber-panel')).toContainText('Mill street 9');
      await page.getByRole('button', { name: 'Close' }).click();
    });

    await test.step('a rule gives a tier at once, and a mistake in one is told', async () => {
      await page.getByTestId('tab-tiers').click();
      await page.getByTestId('rule-add').click();
      await page.getByRole('textbox', { name: 'Tier of rule 1' }).fill('bakers');
      await page.getByTestId('rules-save').click();
      await expect(page.getByTestId('rule-0')).toContainText('Say whom it fits');
      await page.getByRole('textbox', { name: 'User of rule 1' }).fill('bak*');
      await page.getByTestId('rules-save').click();
      const bakers = page.getByTestId('tiers-table').getByRole('row').filter({ hasText: 'bakers' });
      await expect(bakers).toBeVisible();
      await expectAccessible(page);
      await takeBoth(page, 'tiers');
      await bakers.click();
      await expect(row('bakery')).toContainText('bakers');
      await expect(row('castillo')).toBeHidden();
    });

    await test.step("a router's own sessions and queues", async () => {
      await page.getByRole('link', { name: 'mill-street' }).first().click();
      await page.getByTestId('tab-queues').click({ timeout: 90_000 });
      await page.getByTestId('queues-table').getByRole('row').filter({ hasText: 'bakery' }).click();
      await expect(page.getByTestId('graph-queue-rate')).toBeVisible();
      await takeBoth(page, 'queues');
      await page.goto(`${served.url}/#/devices/tower-north?tab=sessions`);
      await page.getByTestId('sessions-table').getByRole('row').filter({ hasText: 'castillo' }).click();
      await expect(page.getByTestId('subscriber-panel')).toContainText('Mill street 9');
    });
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
  }
});
