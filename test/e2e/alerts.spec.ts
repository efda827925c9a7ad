import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { startServe } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

const CONFIG = `
rule_files: [rules.yml]
global: {evaluation_interval: 1s}
host: {interval: 1s}
alertmanager:
  route:
    receiver: team
    group_by: [alertname, site]
    group_wait: 0s
    routes:
      - {receiver: night, matchers: ['severity="info"'], mute_time_intervals: [always]}
  receivers:
    - {name: team, window_configs: [{}]}
    - {name: night, webhook_configs: [{url: 'http://127.0.0.1:1/hook'}]}
  inhibit_rules:
    - {source_matchers: ['alertname="SiteDown"'], target_matchers: ['severity="warning"'], equal: [site]}
  time_intervals: [{name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}]
`;

const RULES = `
groups:
- name: own
  rules:
  - alert: ManyCores
    expr: count(node_cpu_seconds_total{mode="idle"}) > 0
    labels: {severity: warning}
    annotations: {summary: 'This computer has {{ $value }} cores', action: Take some out.}
`;

/** As another program would send them. */
async function send(served: Served, count: number): Promise<void> {
  const alerts = Array.from({ length: count }, (_, i) => {
    const site = ['north', 'south'][i % 2];
    if (i < 1) return { labels: { alertname: 'SiteDown', site, severity: 'critical' } };
    const severity = i % 3 === 0 ? 'info' : 'warning';
    return {
      labels: { alertname: `Link${severity}`, site, severity, link: `ether${i}` },
      annotations: { summary: `Link ${i}` },
    };
  });
  for (let at = 0; at < count; at += 1_000) {
    const answer = await fetch(`${served.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(alerts.slice(at, at + 1_000)),
    });
    expect(answer.status).toBe(200);
  }
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
}

test('alerts are seen in their groups, silenced in two clicks, looked into, routed, and decided by rules', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-alerts-'));
  writeFileSync(path.join(dataDir, 'rules.yml'), RULES);
  const served = await startServe({ config: CONFIG, dataDir });
  try {
    page.setDefaultTimeout(15_000);
    const complaints = watchConsole(page);
    const board = page.getByTestId('alert-board');
    const rows = board.getByRole('row');
    await send(served, 7);
    await page.goto(served.openUrl);
    await page.getByTestId('nav-alerts').click();

    await test.step('in groups, with what keeps each quiet', async () => {
      await expect(rows.filter({ hasText: 'SiteDown' }).first()).toContainText('to team');
      await expect(rows.filter({ hasText: 'Link 2' })).toContainText('Inhibited by SiteDown');
      await expect(rows.filter({ hasText: 'Link 3' })).toContainText('Time interval always');
      await expect(page.getByTestId('alert-ManyCores')).toBeVisible({ timeout: 30_000 });
      await expectAccessible(page);
      await takeBoth(page, 'alerts');
    });

    await test.step('found by state and by label, and the address keeps it', async () => {
      await page.getByTestId('state-suppressed').click();
      await expect(rows.filter({ hasText: 'Link 3' })).toBeHidden();
      await page.getByRole('searchbox', { name: 'Labels' }).fill('site="south", severity=~"warn.*"');
      await expect(rows.filter({ hasText: 'Link 1' })).toBeVisible();
      await expect(page.getByTestId('alert-SiteDown')).toBeHidden();
      await page.reload();
      await expect(rows.filter({ hasText: 'Link 1' })).toBeVisible();
      await expect(page.getByTestId('state-suppressed')).toHaveAttribute('aria-pressed', 'false');
    });

    await test.step('silenced in two clicks, told by what, and told again when that ends', async () => {
      await page.goto(`${served.url}/#/alerts?label=site%3D%22south%22`);
      const link = rows.filter({ hasText: 'Link 1' });
      await link.getByRole('button', { name: 'Silence this alert' }).click();
      await expect(page.getByText('Keep quiet 1 alert, and all to come, with')).toBeVisible();
      await page.getByRole('button', { name: '2 h' }).click();
      await expect(link).toContainText('Silenced: {alertname="Linkwarning"');
      await page.getByTestId('tab-silences').click();
      const silence = page.getByTestId('silences-table').getByRole('row').filter({ hasText: 'ether1' });
      await expect(silence).toContainText('Holds');
      await silence.click();
      await page.getByRole('textbox', { name: 'Why' }).fill('new antenna');
      await page.getByTestId('silence-save').click();
      await expect(silence).toContainText('new antenna');
      await expectAccessible(page);
      await takeBoth(page, 'silences');
      await silence.getByRole('button', { name: 'End now' }).click();
      await expect(page.getByTestId('silences-over')).toHaveText('Over 1');
    });

    await test.step('a silence that would hide everything is refused at its place', async () => {
      await page.getByTestId('silence-add').click();
      await page.getByRole('textbox', { name: 'Label 1' }).fill('site');
      await page.getByTestId('silence-save').click();
      await expect(page.getByTestId('silence-form').getByRole('alert')).toHaveText(
        'This would keep every alert quiet: give one label a value.',
      );
      await page.getByRole('textbox', { name: 'Value 1' }).fill('south');
      await expect(page.getByTestId('matched')).toContainText('3 alerts match now');
      await page.keyboard.press('Escape');
    });

    await test.step("an alert's own page: the graph, the words, the way on", async () => {
      await page.goto(`${served.url}/#/alerts`);
      await page.getByTestId('alert-ManyCores').click();
      await expect(page.getByTestId('alert-todo')).toContainText('Take some out.');
      await expect(page.getByTestId('alert-graph').locator('canvas')).toBeVisible();
      await expectAccessible(page);
      await takeBoth(page, 'alert');
      await page.getByRole('link', { name: 'Rule', exact: true }).click();
      await expect(page.getByTestId('rule-panel')).toContainText('count(node_cpu_seconds_total');
      await page.getByRole('button', { name: 'Close' }).click();
    });

    await test.step('a rule is written with completion, tried on history, saved and deleted', async () => {
      await page.getByTestId('rule-new').click();
      const name = page.getByRole('textbox', { name: 'Name' });
      await name.fill('HostUp');
      await page.getByTestId('rule-form').locator('.cm-content').click();
      await page.keyboard.type('node_boot_time');
      await page.locator('.cm-tooltip-autocomplete').getByRole('option', { name: 'node_boot_time_seconds' }).click();
      await page.keyboard.type(' > 0');
      await page.getByRole('textbox', { name: 'Has to hold for' }).fill('');
      await expect(name).toHaveValue('HostUp');
      await page.getByTestId('rule-try').click();
      await expect(page.getByTestId('rule-tried')).toContainText('It would have fired once');
      await expectAccessible(page);
      await takeBoth(page, 'rule');
      await page.getByTestId('rule-save').click();
      const rule = page.getByTestId('rules-table').getByRole('row').filter({ hasText: 'HostUp' });
      await page.getByRole('searchbox', { name: 'Filter Rules' }).fill('HostUp');
      await rule.click();
      await page.getByTestId('rule-edit').click();
      await page.getByTestId('rule-remove').click();
      await expect(rule).toBeHidden();
    });

    await test.step('receivers with a test of each, and the route that an alert would take', async () => {
      await page.getByTestId('tab-receivers').click();
      await page.getByRole('button', { name: 'Send a test to night' }).click();
      await expect(page.getByTestId('receiver-tested')).toContainText('refuses the connection');
      await page.getByTestId('route-trace').fill('alertname="Rain", severity="info"');
      await expect(page.getByTestId('route-traced')).toContainText('Told to night');
      await page.getByTestId('receiver-add').click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('on-call');
      await page.getByTestId('receiver-save').click();
      await expect(page.getByText('This is needed.').first()).toBeVisible();
      await page.getByRole('combobox', { name: 'Kind' }).click();
      await page.getByRole('option', { name: 'Webhook' }).click();
      await page.getByPlaceholder('https://hooks.example.com/alerts').fill('http://127.0.0.1:1/KEY');
      await page.getByRole('textbox', { name: 'Only alerts with' }).fill('site="south"');
      await page.getByTestId('receiver-save').click();
      const route = page.getByTestId('routes').getByRole('listitem').filter({ hasText: 'added here' });
      await expect(route).toContainText('site="south"');
      await page.getByRole('button', { name: 'Change on-call' }).click();
      await expect(page.getByPlaceholder('kept; type to replace it').first()).toHaveValue('');
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(route).toBeHidden();
      await expectAccessible(page);
      await takeBoth(page, 'receivers');
    });

    await test.step('maintenance is planned, and says what it keeps quiet', async () => {
      await page.getByTestId('tab-maintenance').click();
      await page.getByTestId('maintenance-add').click();
      await page.getByRole('textbox', { name: 'What' }).fill('North mast');
      await page.getByRole('textbox', { name: 'Label 1' }).fill('site');
      await page.getByRole('textbox', { name: 'Value 1' }).fill('north');
      await expect(page.getByTestId('matched')).toContainText('4 alerts match now');
      await page.getByTestId('maintenance-save').click();
      await expect(page.getByTestId('maintenance-table')).toContainText('Holds for');
      await page.goto(`${served.url}/#/alerts?label=alertname%3DSiteDown`);
      await expect(rows.filter({ hasText: 'Maintenance: North mast' })).toBeVisible();
    });

    await test.step('the history has a lane for each kind', async () => {
      await page.getByTestId('tab-history').click();
      await expect(page.getByTestId('alert-history')).toContainText('ManyCores');
      await expectAccessible(page);
      await takeBoth(page, 'alert-history');
    });

    await test.step('ten thousand are as quick to read, from the first to the last', async () => {
      await send(served, 10_000);
      await page.goto(`${served.url}/#/alerts`);
      await expect(page.getByTestId('state-suppressed')).toContainText(/\d{4}/);
      const grid = board.getByRole('treegrid');
      await grid.focus();
      await page.keyboard.press('End');
      await expect(rows.last()).toContainText(/Link \d+/);
      expect(await rows.count()).toBeLessThan(60);
    });
    expect(complaints).toEqual([]);
  } finally {
    await served.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
});
