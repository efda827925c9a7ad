import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { nodeBinary, query, startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

const filler = path.resolve(import.meta.dirname, '../support/fill-store.ts');

/** A data dir with three days of samples of three metrics. */
function filledDir(): string {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-storage-'));
  const { status, stderr } = spawnSync(nodeBinary(), [filler, dataDir, '3'], { encoding: 'utf8', timeout: 90_000 });
  if (status !== 0) throw new Error(`filling failed: ${stderr}`);
  return dataDir;
}

/** As a datetime-local field is filled. */
const localMinute = (atMs: number): string =>
  new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

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

test('shows what is stored and what takes the room, changes how long it is kept, and deletes a metric for good', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const dataDir = filledDir();
  writeFileSync(path.join(dataDir, 'metrics', '2026-W40.db.corrupt'), 'not a database');
  const served = await startServe({ command: 'lab', config: "netflow: {listen: ['127.0.0.1:0']}\n", dataDir });
  const left = 'count(last_over_time(left_over_total[4d]))';
  const other = 'count(last_over_time(demo_requests_total[4d]))';
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await expect(page.getByTestId('overview-sentence')).toBeVisible();
    await page.getByTestId('nav-settings').click();
    await page.getByTestId('tab-storage').click();

    await test.step('sizes by resolution, and a word about what is coming', async () => {
      await expect(page.getByTestId('storage-total')).toHaveText(/^\d[\d.]*\s[KM]iB$/);
      const tiers = page.getByTestId('storage-tiers');
      await expect(tiers.getByRole('row', { name: /^Every sample 30 days/ })).toContainText('KiB');
      await expect(tiers.getByRole('row', { name: /^5 minutes 1 year/ })).toContainText('KiB');
      await expect(page.getByTestId('storage-outlook')).toContainText('A forecast follows once a day is stored.');
      await expect(page.getByTestId('storage-set-aside')).toContainText('the samples of the week from 28 Sep 2026');
      await takeBoth(page, 'storage');
    });

    await test.step('what takes the room, by metric and by device', async () => {
      const table = page.getByTestId('storage-report-table');
      await expect(table.getByRole('row').filter({ hasText: 'left_over_total' })).toContainText('21.6\u00a0k');
      await page.getByText('By device').click();
      const core = table.getByRole('row').filter({ has: page.getByTestId('report-core') });
      await expect(core).toContainText('86.4\u00a0k');
      await page.getByText('By metric').click();
    });

    await test.step('another retention is taken at once and stays', async () => {
      await page.getByTestId('retention-own').click();
      const own = page.getByTestId('retention-own-list');
      await own.getByRole('textbox', { name: 'Kept for, of 5 minutes' }).fill('7d');
      await expect(own).toContainText('Expected more than the 30d that raw is kept for');
      await expect(page.getByTestId('retention-save')).toBeDisabled();
      await takeBoth(page, 'storage-own-retention');
      await page.getByTestId('retention-compact').click();
      await expect(page.getByTestId('retention-lost')).toContainText(
        'samples older than 1 day, 5-minute summaries older than 7 days and all 1-hour summaries go at once',
      );
      await page.getByTestId('retention-raw-1y').click();
      await page.getByTestId('retention-save').click();
      await expect(page.getByTestId('storage-tiers').getByRole('row', { name: /^Every sample 1 year/ })).toBeVisible();
      await page.reload();
      await expect(page.getByTestId('retention-raw-1y').getByRole('radio')).toBeChecked();
    });

    await test.step('the limit is changed', async () => {
      await page.getByTestId('max-size-edit').click();
      await page.getByTestId('max-size-field').fill('5 gigs');
      await expect(page.getByText('A size such as 20GB')).toBeVisible();
      await page.getByTestId('max-size-field').fill('5GB');
      await page.getByTestId('max-size-save').click();
      await expect(page.getByTestId('storage-stored')).toContainText('of 5\u00a0GiB');
    });

    await expectAccessible(page);

    await test.step('a metric is looked at, confirmed by its name, and gone from every query', async () => {
      expect((await query(served, left))[0]?.value[1]).toBe('5');
      await page.getByRole('button', { name: 'Delete left_over_total' }).click();
      await expect(page.getByTestId('delete-preview')).toHaveText('5 series would go:');
      await expect(page.getByRole('list', { name: 'Series that would go' })).toContainText('shard="3"');
      await page.getByTestId('delete-confirmation').fill('left_over');
      await expect(page.getByTestId('delete-go')).toBeDisabled();
      await page.getByTestId('delete-confirmation').fill('left_over_total');
      await takeBoth(page, 'storage-delete');
      await expectAccessible(page);
      await page.getByTestId('delete-go').click();
      await expect(page.getByTestId('delete-done')).toContainText('5 series are deleted');
      expect(await query(served, left)).toEqual([]);
      expect((await query(served, other))[0]?.value[1]).toBe('10');
      await expect(page.getByTestId('delete-progress')).toHaveAttribute('data-purged', 'true', { timeout: 60_000 });
      await page.getByTestId('delete-close').click();
      await page.getByTestId('report-renew').click();
      await expect(page.getByTestId('report-demo_requests_total')).toBeVisible();
      await expect(page.getByTestId('report-left_over_total')).toBeHidden();
    });

    await test.step('a selector of a part of the series', async () => {
      await page.getByTestId('delete-by-selector').click();
      await page.getByTestId('delete-selector').fill('demo_requests_total{path=~"/[0-4]"');
      await page.getByTestId('delete-look').click();
      await expect(page.getByRole('alert')).toHaveText('Column 35: Unexpected end of input inside braces.');
      await page.getByTestId('delete-selector').fill('demo_requests_total{path=~"/[0-4]"}');
      await page.getByTestId('delete-look').click();
      await expect(page.getByTestId('delete-preview')).toHaveText('5 series would go:');
      await page.getByTestId('delete-confirmation').fill('delete');
      // A range that is not given yet is not everything.
      await page.getByRole('dialog').getByText('A time range').click();
      await expect(page.getByTestId('delete-preview')).toBeHidden();
      await expect(page.getByTestId('delete-go')).toBeDisabled();
      await page.getByRole('dialog').getByText('All that there is').click();
      await page.getByTestId('delete-go').click();
      await expect(page.getByTestId('delete-done')).toContainText('5 series are deleted');
      expect((await query(served, other))[0]?.value[1]).toBe('5');
      await page.getByTestId('delete-close').click();
    });

    await test.step('an hour of one series, both ends included', async () => {
      const samples = 'count_over_time(demo_requests_total{path="/9"}[4d])';
      const before = Number((await query(served, samples))[0]?.value[1]);
      const hour = 3_600_000;
      const from = Math.floor(Date.now() / hour) * hour - 30 * hour;
      await page.getByTestId('delete-by-selector').click();
      await page.getByTestId('delete-selector').fill('demo_requests_total{path="/9"}');
      await page.getByText('A time range').click();
      await page.getByTestId('delete-from').fill(localMinute(from));
      await page.getByTestId('delete-to').fill(localMinute(from));
      await expect(page.getByText('Later than the start')).toBeVisible();
      await page.getByTestId('delete-to').fill(localMinute(from + hour));
      await page.getByTestId('delete-look').click();
      await expect(page.getByTestId('delete-preview')).toHaveText('1 series would go:');
      await page.getByTestId('delete-confirmation').fill('delete');
      await page.getByTestId('delete-go').click();
      await expect(page.getByTestId('delete-done')).toContainText('1 series is deleted');
      await page.getByTestId('delete-close').click();
      expect(Number((await query(served, samples))[0]?.value[1])).toBe(before - 61);
    });

    await test.step('the damaged file shows in the health', async () => {
      await page.getByTestId('engine-health').click();
      await expect(page.getByText('A damaged file was set aside')).toBeVisible({ timeout: 30_000 });
    });

    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('what the config file says of storage is shown, and not changed', async ({ page }) => {
  const served = await startServe({
    config: 'netflow: {listen: []}\nstorage: {retention: {raw: 14d, 1h: 2y}, max_size: 2GB}\n',
  });
  try {
    await page.goto(served.openUrl);
    await expect(page.getByTestId('overview-sentence')).toBeVisible();
    await page.goto(`${served.url}/#/settings?tab=storage`);
    const retention = page.getByTestId('storage-retention');
    await expect(retention).toContainText('provisioned');
    await expect(retention).toContainText('Every sample for 14 days, 1 hour for 2 years.');
    await expect(page.getByTestId('retention-note')).toContainText('keep 5m too');
    await expect(retention.getByRole('radio')).toHaveCount(0);
    await expect(page.getByTestId('storage-stored')).toContainText('of 2\u00a0GiB');
    await expect(page.getByTestId('max-size-edit')).toBeHidden();
    await takeBoth(page, 'storage-provisioned');
    await expectAccessible(page);
  } finally {
    await served.stop();
  }
});
