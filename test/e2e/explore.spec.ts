import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { startFakeEngine } from '../support/fake-engine.ts';
import { ask, query, startServe } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

let served: Served;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  served = await startServe({ command: 'lab', config: "netflow: {listen: ['127.0.0.1:0'], flush_interval: 2s}\n" });
  // Rates want a minute of history.
  await new Promise((resolve) => {
    setTimeout(resolve, 40_000);
  });
});
test.afterAll(async () => {
  await served.stop();
});

const searchOf = (...exprs: string[]): string =>
  `q=${encodeURIComponent(JSON.stringify(exprs.map((expr) => ({ expr }))))}`;

async function open(page: Page, search = ''): Promise<void> {
  await page.goto(served.openUrl);
  await expect(page.getByTestId('overview-sentence')).toBeVisible();
  await page.goto(`${served.url}/#/explore?${search}`);
  await expect(page.getByTestId('query-A')).toBeVisible();
}

const editorOf = (page: Page, letter: string): Locator => page.getByTestId(`query-${letter}`).locator('.cm-content');

/** The queries of the address, as they were run. */
const ranIn = (page: Page): unknown =>
  JSON.parse(new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '').get('q') ?? '[]');

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test('typing offers metrics with their kind and help, labels and values; Enter takes one, then runs', async ({
  page,
}) => {
  const complaints = watchConsole(page);
  await open(page);
  await expect(page.getByTestId('explore-empty')).toBeVisible();
  await takeBoth(page, 'explore-empty');
  const editor = editorOf(page, 'A');
  await editor.click();
  await page.keyboard.type('mktxp_interface_rx_by');
  const offered = page.locator('.cm-tooltip-autocomplete');
  await expect(offered.getByRole('option').first()).toHaveText(/^mktxp_interface_rx_byte_total\s*counter$/);
  await expect(page.locator('.cm-completionInfo')).toContainText('Bytes received on the interface.');
  await takeBoth(page, 'explore-completion');
  await page.keyboard.press('Enter');
  await expect(editor).toHaveText('mktxp_interface_rx_byte_total');

  await page.keyboard.type('{routerb');
  await expect(offered.getByRole('option').first()).toContainText('routerboard_');
  await page.keyboard.type('oard_name="to');
  await expect(offered.getByRole('option').filter({ hasText: 'tower-north' })).toBeVisible();
  await page.keyboard.type('wer-n');
  await expect(offered.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(editor).toHaveText('mktxp_interface_rx_byte_total{routerboard_name="tower-north"}');

  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('explore-graph')).toBeVisible();
  expect(ranIn(page)).toEqual([{ expr: 'mktxp_interface_rx_byte_total{routerboard_name="tower-north"}' }]);
  await expect(page.getByTestId('stats-A')).toContainText(/\d+ series · [\d,]+ samples read/);
  // Bytes are shown as bytes: the metric's own unit.
  await expect(page.getByTestId('explore-graph').getByRole('table')).toContainText(/\d\s[KMGT]iB/);
  expect(complaints).toEqual([]);
});

test('functions that the engine refuses are not offered, and nothing is put behind a whole query', async ({ page }) => {
  await open(page);
  await editorOf(page, 'A').click();
  await page.keyboard.type('histogram_quan');
  const offered = page.locator('.cm-tooltip-autocomplete');
  await expect(
    offered
      .getByRole('option')
      .filter({ hasText: /^histogram_quantile/ })
      .first(),
  ).toBeVisible();
  await expect(offered.getByRole('option').filter({ hasText: /^histogram_quantiles/ })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('vector(1)');
  await expect(offered).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('explore-graph')).toBeVisible();
  expect(ranIn(page)).toEqual([{ expr: 'vector(1)' }]);
});

test('a mistake is underlined where it is and told in a sentence; Shift-Enter starts a line', async ({ page }) => {
  await open(page);
  await editorOf(page, 'A').click();
  await page.keyboard.type('sum(rate(up[5m]))');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('+ foo bar');
  const problems = page.getByTestId('problems-A');
  await expect(problems).toContainText('Line 2, column 7:');
  await expect(problems).toContainText('nexpected identifier "bar"');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('bar');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('mistake-A')).toContainText('Query A cannot be run');
  await takeBoth(page, 'explore-mistake');

  await page.keyboard.press('Control+a');
  await page.keyboard.type('rate(node_load1[5m])');
  await expect(page.locator('.cm-lintRange-warning')).toHaveText('node_load1');
  await expect(problems).toContainText('node_load1 is a gauge');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('no_such_metric');
  await expect(problems).toContainText('No metric is called no_such_metric');
});

test('two queries make one graph, are hidden and removed, and the browser goes back', async ({ page }) => {
  const complaints = watchConsole(page);
  const once = 'sum by (instance) (node_load1)';
  const twice = 'sum by (instance) (2 * node_load1)';
  await open(page, searchOf(once));
  const legend = page.getByTestId('explore-graph').getByRole('table');
  await expect(legend).toBeVisible();
  const alone = await legend.getByRole('row').count();
  await page.getByTestId('add-query').click();
  await expect(editorOf(page, 'B')).toBeFocused();
  await page.keyboard.type(twice);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('explore-graph')).toHaveCount(1);
  await expect(legend.getByRole('row')).toHaveCount(2 * alone - 1);
  await expect(legend).toContainText('B {instance=');
  // The canvas has a point at the crosshair for each line that it draws.
  await expect(page.locator('.u-cursor-pt')).toHaveCount(2 * alone - 2);
  await takeBoth(page, 'explore-two');
  expect(ranIn(page)).toEqual([{ expr: once }, { expr: twice }]);

  await page.getByRole('button', { name: 'Hide query A' }).click();
  await expect(legend.getByRole('row')).toHaveCount(alone);
  await page.goBack();
  await expect(legend.getByRole('row')).toHaveCount(2 * alone - 1);
  await page.goBack();
  await expect(page.getByTestId('query-B')).toHaveCount(0);
  await expect(editorOf(page, 'A')).toHaveText(once);
  await page.goForward();
  await expect(editorOf(page, 'B')).toHaveText(twice);
  await page.getByRole('button', { name: 'More for query A' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(editorOf(page, 'A')).toHaveText(twice);
  expect(ranIn(page)).toEqual([{ expr: twice }]);
  expect(complaints).toEqual([]);
});

test('a unit of its own has a graph of its own; a legend is made by a template', async ({ page }) => {
  await open(page, searchOf('node_load1', 'node_memory_MemFree_bytes'));
  await expect(page.getByTestId('explore-graph')).toHaveCount(2);
  await page.getByRole('button', { name: 'Legend, step and unit of query B' }).click();
  await page.getByLabel('Legend', { exact: true }).fill('free of {{instance}}');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByTestId('explore-graph').nth(1)).toContainText('free of ');
  expect(ranIn(page)).toEqual([
    { expr: 'node_load1' },
    { expr: 'node_memory_MemFree_bytes', legend: 'free of {{instance}}' },
  ]);
});

test('the table has the exact values of a moment, and its file too', async ({ page }) => {
  const atMs = Date.now() - 5_000;
  await open(page, `${searchOf('node_memory_MemTotal_bytes')}&view=table&at=${atMs}`);
  const table = page.getByTestId('table-A');
  const answer = (await ask(served, `/api/v1/query?query=node_memory_MemTotal_bytes&time=${atMs / 1000}`)) as {
    result: { metric: Record<string, string>; value: [number, string] }[];
  };
  expect(answer.result.length).toBeGreaterThan(0);
  for (const { metric, value } of answer.result) {
    const row = table.getByRole('row').filter({ hasText: metric['instance'] ?? '' });
    await expect(row.getByRole('gridcell').last()).toHaveText(value[1]);
  }
  await expect(table).toContainText('GiB');
  await takeBoth(page, 'explore-table');
  const downloading = page.waitForEvent('download');
  await page.getByTestId('download-csv').click();
  const file = await readFile(await (await downloading).path(), 'utf8');
  const lines = file.trimEnd().split('\r\n');
  expect(lines[0]).toBe('Time,__name__,instance,job,Value');
  const at = new Date(atMs).toISOString();
  const expected = answer.result.map(
    ({ metric, value }) => `${at},node_memory_MemTotal_bytes,${metric['instance']},${metric['job']},${value[1]}`,
  );
  expect(lines.slice(1).toSorted()).toEqual(expected.toSorted());
});

test('the file of a graph has a column a series and a row a step', async ({ page }) => {
  const toMs = Math.floor(Date.now() / 10_000) * 10_000 - 10_000;
  await open(page, `${searchOf('up')}&from=${toMs - 20_000}&to=${toMs}`);
  await expect(page.getByTestId('explore-graph')).toBeVisible();
  const downloading = page.waitForEvent('download');
  await page.getByTestId('download-csv').click();
  const lines = (await readFile(await (await downloading).path(), 'utf8')).trimEnd().split('\r\n');
  const series = await query(served, 'up');
  expect(lines).toHaveLength(1 + 21);
  expect(lines[0]?.split('","')).toHaveLength(series.length);
  expect(lines.at(-1)).toBe([new Date(toMs).toISOString(), ...series.map(() => '1')].join(','));
});

test('scalars, strings and the samples of a range are shown; what has no graph says so', async ({ page }) => {
  await open(page, searchOf('up[1m]', 'scalar(count(up))', '"hello"'));
  await expect(page.getByText('Query A answers with samples or text')).toBeVisible();
  await page.getByRole('button', { name: 'Show the table' }).first().click();
  await expect(page.getByTestId('table-C')).toContainText('"hello"');
  const targets = (await query(served, 'count(up)'))[0]?.value[1] ?? '';
  await expect(page.getByTestId('table-B').getByRole('gridcell').last()).toHaveText(targets);
  await expect(page.getByTestId('table-A').getByRole('columnheader', { name: 'Time' })).toBeVisible();
  await expect(page.getByTestId('stats-A')).toContainText(`${targets} series`);
});

test('many series: the largest are drawn, the others are told of and in the table', async ({ page }) => {
  await open(page, searchOf('{__name__=~"node_.+"}'));
  const total = Number((await query(served, 'count({__name__=~"node_.+"})'))[0]?.value[1]);
  await expect(page.getByTestId('partly-A')).toContainText(`showing the 50 largest of ${total} series`);
  const legend = page.getByTestId('explore-graph').getByRole('table');
  await expect(legend.getByRole('row')).toHaveCount(51);
  await page.getByLabel('Find a series').fill('memtotal');
  await expect(legend.getByRole('row')).toHaveCount(1 + (await query(served, 'node_memory_MemTotal_bytes')).length);
  await takeBoth(page, 'explore-many');
  const hide = legend.getByRole('button', { name: /^Hide / }).first();
  await hide.focus();
  await page.keyboard.press('Enter');
  await expect(hide).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'All in the table' }).click();
  await expect(page.getByTestId('table-A')).toHaveAttribute('aria-rowcount', String(total + 1));
});

test('a link shows the same in another browser', async ({ page, browser }) => {
  await open(page, `${searchOf('node_load1', 'up')}&last=15m&resolution=low`);
  await expect(page.getByTestId('explore-graph').first()).toBeVisible();
  await page.getByText('Stacked', { exact: true }).click();
  await expect.poll(() => page.url()).toContain('style=stacked');
  const other = await (await browser.newContext()).newPage();
  await other.goto(served.openUrl);
  await expect(other.getByTestId('overview-sentence')).toBeVisible();
  await other.goto(page.url());
  await expect(editorOf(other, 'A')).toHaveText('node_load1');
  await expect(editorOf(other, 'B')).toHaveText('up');
  await expect(other.getByTestId('time-range')).toHaveText('Last 15 minutes');
  await expect(other.getByTestId('explore-step')).toHaveText('a point each 10 s');
  await expect(other.getByRole('radio', { name: 'Stacked' })).toBeChecked();
  await expect(other.getByTestId('explore-graph').first()).toBeVisible();
  await other.context().close();
});

test('what was run is in the history, found by a word, starred with a name, and put back by a click', async ({
  page,
}) => {
  await open(page);
  for (const expr of ['node_load1', 'node_load5 > 0', 'count(up)']) {
    await editorOf(page, 'A').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type(expr);
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => ranIn(page)).toEqual([{ expr }]);
  }
  await page.reload();
  await page.getByTestId('open-history').click();
  const history = page.getByTestId('history');
  await expect(history.getByLabel('Search the history')).toBeFocused();
  await expect(history.locator('.lw-history-pick code')).toHaveText(['count(up)', 'node_load5 > 0', 'node_load1']);
  await history.getByLabel('Search the history').fill('load5');
  await expect(history.locator('.lw-history-pick code')).toHaveText(['node_load5 > 0']);
  await history.getByRole('button', { name: 'Star node_load5 > 0' }).click();
  await history.getByLabel('Name of the starred query').fill('Five minutes');
  await page.keyboard.press('Enter');
  await history.getByLabel('Search the history').fill('');
  await expect(history.getByRole('region', { name: 'Starred' })).toContainText('Five minutes');
  await takeBoth(page, 'explore-history');
  await expectAccessible(page);
  await history.getByText('Five minutes').click();
  await expect(editorOf(page, 'A')).toHaveText('node_load5 > 0');
  await expect(editorOf(page, 'A')).toBeFocused();
  await page.getByLabel('Close history').click();
  await expect(history).toBeHidden();
});

test('the metric browser tells help and labels, and makes a query by choosing', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Browse the metrics' }).click();
  const metrics = page.getByTestId('metrics');
  await metrics.getByLabel('Search the metrics').fill('bytes received interface mktxp');
  await takeBoth(page, 'explore-metrics');
  // By the keyboard: down into the list, and up to its first again.
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
  await expect(metrics.getByRole('listbox')).toBeFocused();
  await metrics.getByRole('option', { name: /^mktxp_interface_rx_byte_total/ }).click();
  await expect(metrics).toContainText('counter, in bytes');
  const label = metrics.locator('details').filter({ hasText: 'routerboard_name' });
  if ((await label.getAttribute('open')) === null) await label.locator('summary').click();
  await label.getByRole('button', { name: /^core/ }).click();
  await expect(metrics.getByTestId('metric-selector')).toHaveText(
    'mktxp_interface_rx_byte_total{routerboard_name="core"}',
  );
  await takeBoth(page, 'explore-metric');
  await expectAccessible(page);
  await metrics.getByRole('button', { name: 'Rate', exact: true }).click();
  await expect(editorOf(page, 'A')).toHaveText('rate(mktxp_interface_rx_byte_total{routerboard_name="core"}[5m])');
});

test('Format writes a query as the engine prints it', async ({ page }) => {
  await open(page);
  await editorOf(page, 'A').click();
  await page.keyboard.type('sum  by(job)( up{job=~".+"})');
  await page.getByRole('button', { name: 'More for query A' }).click();
  await page.getByRole('menuitem', { name: 'Format' }).click();
  await expect(editorOf(page, 'A')).toHaveText('sum by (job) (up{job=~".+"})');
});

test('Cancel ends a query here and in the engine', async ({ page }) => {
  // Sorts the 86,400 points of a day again and again, for more than half a minute.
  const sorts = Array.from({ length: 40 }, (_, n) => `quantile_over_time(0.${n + 10}, vector(time() % 7919)[1d:1s])`);
  const heavy = sorts.join(' + ');
  await open(page, searchOf(heavy));
  const cancel = page.getByTestId('cancel-query');
  await expect(cancel).toBeVisible();
  await takeBoth(page, 'explore-running');
  await expect(page.getByTestId('stats-A')).toHaveText('Running');
  await cancel.click();
  await expect(page.getByTestId('cancelled')).toBeVisible();
  await expect(page.getByTestId('run-query')).toBeVisible();
  // The engine's one thread for the window's queries is free again: it would not be for half a minute.
  expect(await query(served, 'count(up)')).toHaveLength(1);
});

test('a graph and a rule open in Explore with their query and time range', async ({ page }) => {
  await page.goto(served.openUrl);
  await expect(page.getByTestId('overview-sentence')).toBeVisible();
  await page.goto(`${served.url}/#/devices/core?last=15m`);
  await page
    .getByTestId('graph-cpu')
    .getByRole('link', { name: /^Open .+ in Explore$/ })
    .click();
  await expect(page.getByTestId('explore-graph').first()).toBeVisible();
  await expect(editorOf(page, 'A')).toContainText('routerboard_name="core"');
  await expect(page.getByTestId('time-range')).toHaveText('Last 15 minutes');
  await page.goto(`${served.url}/#/alerts?tab=rules`);
  // There are more rules than the table shows at once.
  await page.getByPlaceholder('Filter').fill('CpuHigh');
  await page.getByRole('link', { name: 'Open CpuHigh in Explore' }).first().click();
  await expect(editorOf(page, 'A')).toContainText('cpu');
});

test('it is reached by the rail and by Ctrl-K, and every part is accessible in both themes', async ({ page }) => {
  await page.goto(served.openUrl);
  await page.keyboard.press('Control+k');
  await page.getByTestId('search-field').fill('expl');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('explore-empty')).toBeVisible();
  await expect(page.getByTestId('nav-explore')).toHaveAttribute('aria-current', 'page');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(
      `${served.url}/#/explore?${searchOf('rate(node_load1[1m])', 'sum by (job (up)', 'up * on() node_load1')}`,
    );
    await expect(page.getByTestId('explore-graph')).toBeVisible();
    await expect(page.getByTestId('failed-C')).toBeVisible();
    await expectAccessible(page);
    await page.goto(`${served.url}/#/explore?${searchOf('node_cpu_seconds_total')}&view=table`);
    await expect(page.getByTestId('table-A')).toContainText('node_cpu_seconds_total');
    await expectAccessible(page);
  }
  await takeBoth(page, 'explore-accessible');
});

test('what a query would read is asked of the store, and nothing is run before the answer', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('linewarden.explore.mostSamples', '1'));
  await open(page, searchOf('up'));
  const dialog = page.getByRole('dialog');
  const series = (await query(served, 'count(up)'))[0]?.value[1] ?? '';
  await expect(dialog).toContainText(new RegExp(`This would read about [\\d,]+ samples of ${series} series\\.`));
  await expect(page.getByTestId('explore-graph')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Run anyway' }).click();
  await expect(page.getByTestId('explore-graph')).toBeVisible();
  // What was allowed stays so.
  await page.getByTestId('refresh').click();
  await expect(page.getByTestId('explore-graph')).toBeVisible();
  await expect(dialog).toBeHidden();
});

test('before a query that would read very much it asks, and offers what reads less', async ({ page }) => {
  const fake = await startFakeEngine();
  try {
    const complaints = watchConsole(page);
    await page.goto(fake.openUrl);
    await expect(page.getByTestId('overview-sentence')).toBeVisible();
    await page.goto(`${fake.url}/#/explore?${searchOf('huge_metric')}&last=7d`);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('This would read about 52 million samples of 9,000 series.');
    await expect(dialog).toContainText('Run anyway?');
    await takeBoth(page, 'explore-estimate');
    await expectAccessible(page);

    await test.step('not to run leaves it', async () => {
      await dialog.getByRole('button', { name: 'Do not run' }).click();
      await expect(page.getByTestId('cancelled')).toBeVisible();
    });
    await test.step('a shorter range that reads less runs at once', async () => {
      await page.getByRole('button', { name: 'Run again' }).click();
      await dialog.getByRole('button', { name: /Last 24 hours.*about 7\.4 million samples/ }).click();
      await expect(dialog).toBeHidden();
      await expect(page.getByTestId('time-range')).toHaveText('Last 24 hours');
      await expect(page.getByTestId('cancel-query')).toBeVisible();
    });
    await test.step('to run anyway runs', async () => {
      await page.goto(`${fake.url}/#/explore?${searchOf('huge_metric')}&last=7d`);
      await dialog.getByRole('button', { name: 'Run anyway' }).click();
      await expect(dialog).toBeHidden();
      await expect(page.getByTestId('cancel-query')).toBeVisible();
    });
    expect(complaints).toEqual([]);
  } finally {
    await fake.stop();
  }
});
