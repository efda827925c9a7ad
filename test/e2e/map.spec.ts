// The map over a living network: nodes and links with rates, panels, parents, places that are kept, and the keyboard.
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

test('shows who is next to whom and what the links carry, keeps where nodes were put, and says who is behind whom', async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  const served = await startServe({ command: 'lab', config: "netflow: {listen: ['127.0.0.1:0']}\n" });
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await page.getByTestId('nav-map').click();
    const node = (id: string, on = page) => on.getByTestId(`map-node-${id}`);
    const link = page.getByTestId('map-link-core-tower-north');

    await test.step('routers, their links with live rates, and a neighbour that nobody watches', async () => {
      await expect(node('mill-street')).toContainText('hEX S', { timeout: 60_000 });
      await expect(page.getByTestId('map-summary')).toContainText('6 links, 1 found', { timeout: 60_000 });
      await expect(link.locator('text')).toHaveText([/[\d.]+\s[kM]b\/s/, /[\d.]+\s[kM]b\/s/], { timeout: 60_000 });
      await expect(page.getByRole('button', { name: /^switch-basement.*found/ })).toBeVisible();
      await expectAccessible(page);
      await takeBoth(page, 'map');
    });

    await test.step('a node beside the map, and with a top the rest is worked out', async () => {
      await node('core').click();
      const panel = page.getByTestId('map-node-panel');
      await expect(panel).toContainText('Answers and sends data');
      await panel.getByTestId('map-parent').click();
      await page.getByRole('option', { name: 'Nothing is above it' }).click();
      await page.getByRole('button', { name: 'Close' }).click();
      await node('mill-street').click();
      await expect(panel.getByTestId('map-parent')).toHaveValue('tower-north, worked out from neighbours');
      await expectAccessible(page);
      await takeBoth(page, 'map-node');
      await panel.getByRole('button', { name: /^tower-north/ }).click();
      await expect(page.getByTestId('map-link-panel')).toContainText('mill-street sends');
      await expect(page.getByTestId('graph-map-a')).toBeVisible();
      await expect(page.getByTestId('graph-map-b')).toBeVisible();
      await takeBoth(page, 'map-link');
      await page.getByRole('button', { name: 'Close' }).click();
    });

    await test.step('a node that is dragged stays there, in every window', async () => {
      const other = await context.newPage();
      await other.goto(served.openUrl);
      await other.getByTestId('nav-map').click();
      await expect(node('office', other)).toBeVisible();
      await page.getByRole('button', { name: 'Show all of it' }).click();
      const from = await node('office').boundingBox();
      if (from === null) throw new Error('office is not drawn');
      await page.mouse.move(from.x + 20, from.y + 20);
      await page.mouse.down();
      await page.mouse.move(from.x + 120, from.y + 80, { steps: 4 });
      await page.mouse.up();
      const style = (await node('office').getAttribute('style')) ?? '';
      await expect(page.getByTestId('map-node-panel')).toBeHidden();
      await expect(node('office', other)).toHaveAttribute('style', style, { timeout: 10_000 });
      await other.close();
      await page.reload();
      await expect(node('office')).toHaveAttribute('style', style);
      await page.getByRole('button', { name: 'Arrange anew' }).click();
      await expect(node('office')).not.toHaveAttribute('style', style);
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect(node('office')).toHaveAttribute('style', style);
    });

    await test.step('arrow keys lead from node to node, and Enter opens one', async () => {
      await node('core').focus();
      await page.keyboard.press('ArrowRight');
      await expect(node('core')).not.toBeFocused();
      await page.keyboard.press('ArrowLeft');
      await expect(node('core')).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(page.getByTestId('map-node-panel')).toContainText('CCR2004');
      await page.getByTestId('map-open-device').click();
      await expect(page).toHaveURL(/#\/devices\/core/);
    });
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
  }
});
