// Edges by MQTT in the window: their pages, the state of the broker, and who is no device yet.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { startEdges } from '../lab/edges.ts';
import { freePort } from '../support/free-port.ts';
import { startServe } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

let served: Served;
let edge: MqttClient;
let timer: NodeJS.Timeout;
let stopEdges: () => Promise<void>;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  const port = await freePort();
  served = await startServe({
    config: `
netflow: {listen: []}
host: {enabled: false}
devices: [{id: edge-7, name: Mill street, type: dedicated-edge, labels: {edge_id: SN7, customer_id: acme}}]
mqtt:
  new_devices: false
  broker: {listen: '127.0.0.1:${port}'}
`,
  });
  const url = `mqtt://127.0.0.1:${port}`;
  edge = await connectAsync(url, { protocolVersion: 4 });
  stopEdges = await startEdges(
    { host: '127.0.0.1', port },
    [
      { id: 'SN7', type: 'dedicated-edge' },
      { id: 'SN9', type: 'connector' },
    ],
    500,
  );
  // One that takes itself for another.
  timer = setInterval(() => edge.publish('edge/SN7/inform', '{"edge_id": "SN8"}', { qos: 1 }), 500);
  await new Promise((resolve) => {
    setTimeout(resolve, 12_000);
  });
});
test.afterAll(async () => {
  clearInterval(timer);
  await stopEdges?.();
  await edge?.endAsync(true);
  await served?.stop();
});

test('an edge, its interfaces, the broker and an unknown sender are shown in both themes', async ({ page }) => {
  const complaints = watchConsole(page);
  await page.goto(served.openUrl);
  await expect(page.getByTestId('nav-devices')).toBeVisible();
  const look = async (name: string, route: string, words: string | RegExp): Promise<void> => {
    await page.goto(`${served.url}/#${route}`);
    await expect(page.getByText(words).first()).toBeVisible();
    await page.waitForTimeout(1_500);
    await takeBoth(page, name);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${name} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  };
  await look('mqtt-edge', '/devices/edge-7', 'Memory');
  await look('mqtt-edge-interfaces', '/devices/edge-7?tab=interfaces', 'wan0');
  await look('mqtt-brokers', '/settings?tab=mqtt', /for another edge/);
  await look('mqtt-senders', '/devices?tab=senders', 'SN9');
  expect(complaints).toEqual([]);
});

test('an unknown sender becomes a device with one click, and is online', async ({ page }) => {
  await page.goto(served.openUrl);
  await page.getByTestId('nav-devices').click();
  await page.getByText('Unknown senders').click();
  await page.getByRole('row').filter({ hasText: 'SN9' }).getByRole('button', { name: 'Make a device' }).click();
  await page.getByText('Watched').click();
  await expect(page.getByRole('row').filter({ hasText: 'SN9' })).toContainText('Answers', { timeout: 15_000 });
});
