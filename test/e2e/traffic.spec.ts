import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { SimFlow } from '../lab/flows/conversations.ts';
import { FlowPacketEncoder } from '../lab/flows/encoder.ts';
import { startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

const MINUTE = 60_000;

const flow = (
  src: string,
  dst: string,
  protocol: number,
  ports: readonly [number, number],
  bytes: number,
): SimFlow => ({
  src,
  dst,
  protocol,
  srcPort: ports[0],
  dstPort: ports[1],
  bytes,
  packets: 1_000,
  durationMs: 0,
  inInterface: 1,
  outInterface: 2,
  tcpFlags: 0,
  tos: 0,
});

/** 10,000,000 bytes of HTTPS, nine tenths of them to 10.0.0.20, and 1,000,000 bytes of DNS. */
const FLOWS = [
  flow('10.0.0.20', '198.51.100.10', 6, [50_001, 443], 1_000_000),
  flow('198.51.100.10', '10.0.0.20', 6, [443, 50_001], 9_000_000),
  flow('10.0.0.21', '192.0.2.53', 17, [50_002, 53], 100_000),
  flow('192.0.2.53', '10.0.0.21', 17, [53, 50_002], 900_000),
];

/** 76 bytes that somebody asked the time with. */
const CLOCK = { ...flow('10.0.0.22', '192.0.2.123', 17, [50_003, 123], 76), packets: 1 };

/** From 127.0.0.1, numbered on from one call to the next. */
function createSender() {
  const encoder = new FlowPacketEncoder({ version: 9, bootMs: Date.now() });
  const socket = createSocket('udp4');
  const send = (port: number, packet: Uint8Array | undefined): Promise<unknown> =>
    new Promise((resolve) => socket.send(packet ?? new Uint8Array(), port, '127.0.0.1', resolve));
  return {
    async begin(port: number): Promise<void> {
      await send(port, encoder.templates(Date.now()));
      await send(port, encoder.data([CLOCK], Date.now()));
    },
    /** One packet more, so that a second has something to tell. */
    again: (port: number) => send(port, encoder.data([CLOCK], Date.now())),
    flows: (port: number) => send(port, encoder.data(FLOWS, Date.now())),
    close: () => socket.close(),
  };
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

const searchIn = (page: Page): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');

test('from no exporter to who used the link, on what, and back', async ({ page }) => {
  test.setTimeout(240_000);
  const served = await startServe({ config: "netflow: {listen: ['127.0.0.1:0'], flush_interval: 1s}\n" });
  const sender = createSender();
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await expect(page.getByTestId('overview-sentence')).toBeVisible();
    await page.getByTestId('nav-traffic').click();
    const empty = page.getByTestId('empty');
    await expect(empty).toContainText('No router sends flows to this machine yet');
    await expect(empty.getByRole('link', { name: 'Set up a router' })).toBeVisible();
    await takeBoth(page, 'traffic-no-exporter');
    const port = Number(/listens on 127\.0\.0\.1:(\d+)/.exec((await empty.textContent()) ?? '')?.[1]);

    await sender.begin(port);
    await expect(page.getByTestId('traffic-run')).toBeVisible({ timeout: 20_000 });

    await test.step('the last minute is there each second', async () => {
      await page.goto(`${served.url}/#/traffic?tab=live&by=host`);
      await expect(async () => {
        await sender.again(port);
        await expect(page.getByTestId('live-graph')).toBeVisible({ timeout: 1_500 });
      }).toPass({ timeout: 20_000 });
      await sender.flows(port);
      await expect(page.getByTestId('live-table').getByRole('button', { name: 'Only 10.0.0.20' })).toBeVisible();
      await takeBoth(page, 'traffic-live');
    });

    // Conversations are stored as their minute ends; until then there is nothing to ask for.
    const minute = Math.floor(Date.now() / MINUTE) * MINUTE;
    const range = `from=${minute - 4 * MINUTE}&to=${minute + 2 * MINUTE}`;
    const table = page.getByTestId('traffic-table');
    await expect(async () => {
      await page.goto(`${served.url}/#/devices`);
      await page.goto(`${served.url}/#/traffic?${range}`);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await expect(table).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 80_000 });

    await test.step('the largest have their sums, shares and both directions', async () => {
      const https = table.getByRole('row').filter({ hasText: 'https' });
      await expect(https).toContainText('9.54\u00a0MiB');
      await expect(https).toContainText('90.9\u00a0%');
      await expect(https).toContainText('8.58\u00a0MiB');
      await expect(table.getByRole('row').filter({ hasText: 'dns' })).toContainText('977\u00a0KiB');
      await takeBoth(page, 'traffic');
      await expectAccessible(page);
      const alone = page.getByRole('button', { name: 'Show https alone' });
      await alone.focus();
      await page.keyboard.press('Enter');
      await expect(alone).toHaveAttribute('aria-pressed', 'true');
    });

    await test.step('the file has them to the byte', async () => {
      const downloading = page.waitForEvent('download');
      await page.getByTestId('download-csv').click();
      const file = await readFile(await (await downloading).path(), 'utf8');
      const [head = '', ...lines] = file.trimEnd().split('\r\n');
      const at = head.split(',').indexOf('bytes');
      expect(lines.slice(0, 2).map((line) => line.split(',')[at])).toEqual(['10000000', '1000000']);
    });

    await test.step('a row leads into it by the keyboard, and the way back is one click', async () => {
      await table.focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => searchIn(page).get('filter')).toBe('service = tcp/https');
      await expect(table.getByRole('row').filter({ hasText: '10.0.0.20' })).toContainText('9.54\u00a0MiB');
      await expect(table.getByRole('row').filter({ hasText: '10.0.0.21' })).toHaveCount(0);
      await page.getByRole('button', { name: 'All traffic' }).click();
      await expect(table.getByRole('row').filter({ hasText: 'dns' })).toBeVisible();
      expect(searchIn(page).get('filter')).toBeNull();
    });

    await test.step('a filter is completed, and a mistake is told where it is', async () => {
      const editor = page.locator('.lw-traffic-field .cm-content');
      await editor.click();
      await page.keyboard.type('hos');
      const offered = page.locator('.cm-tooltip-autocomplete').getByRole('option');
      await expect(offered.filter({ hasText: 'host' }).first()).toBeVisible();
      // What has only just been offered is not taken by a key that was meant for something else.
      await page.waitForTimeout(200);
      await page.keyboard.press('Enter');
      await page.keyboard.type(' 10.0.0.300');
      await expect(page.getByTestId('filter-problem')).toContainText('10.0.0.300');
      await expect(page.locator('.cm-lintRange-error')).toHaveText('10.0.0.300');
      await takeBoth(page, 'traffic-mistake');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Enter');
      await expect(page.getByTestId('empty')).toContainText('No flow matches in this time range');
      await page.getByTestId('clear-filter').click();
      await expect(table).toBeVisible();
    });

    await test.step('the map goes from box to box by the arrow keys, and Enter shows one alone', async () => {
      await page.getByTestId('tab-map').click();
      const map = page.getByTestId('sankey');
      await map.getByRole('button', { name: /^10\.0\.0\.20 9\.54/ }).focus();
      await page.keyboard.press('ArrowRight');
      await expect(page.getByTestId('sankey-pointed')).toContainText('90.9\u00a0%');
      await takeBoth(page, 'traffic-map');
      await expectAccessible(page);
      await map.getByRole('button', { name: /^https/ }).focus();
      await page.keyboard.press('Enter');
      await expect(map.getByRole('button', { name: /^10\.0\.0\.21/ })).toHaveCount(0);
      expect(searchIn(page).get('tab')).toBe('map');
    });

    await test.step("a moment of a device's graph is asked who that was", async () => {
      await page.goto(`${served.url}/#/devices?${range}`);
      await page.getByText('127.0.0.1', { exact: true }).first().click();
      const graph = page.getByTestId('flow-panel').locator('.u-over');
      await expect(graph).toBeVisible();
      await graph.click({ position: { x: 200, y: 60 } });
      await page.getByTestId('who-was-that').click();
      await expect(page.getByTestId('traffic-facts')).toBeVisible();
      const search = searchIn(page);
      expect(search.get('exporter')).not.toBeNull();
      expect(Number(search.get('to')) - Number(search.get('from'))).toBe(2 * MINUTE);
    });
    expect(complaints).toEqual([]);
  } finally {
    sender.close();
    await served.stop();
  }
});
