// A reload takes the files that the embedded broker's config names as they are now.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, expect, it, vi } from 'vitest';
import { createMqttCollector } from '../../../electron/engine/collectors/mqtt/index.ts';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { mqttDecoders } from '../../../electron/engine/sources/mqtt.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { HandClock, RememberingAppender } from '../inventory/doubles.ts';
import { NOW } from './doubles.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-mqtt-'));
const collector = createMqttCollector({
  appender: new RememberingAppender(),
  edges: { contact: () => undefined, typeOf: () => undefined, labelsOf: () => ({}), fixedLabelsOf: () => ({}) },
  presence: { telemetry: () => {} },
  decoders: mqttDecoders,
  clientId: () => 'linewarden',
  clock: new HandClock(NOW),
  logger: silentLogger,
  onProblem: () => {},
  onChange: () => {},
});
afterAll(async () => {
  await collector.stop();
  rmSync(dir, { recursive: true, force: true });
});

const { mqtt } = parseConfig(
  "mqtt: {broker: {listen: '127.0.0.1:0', accounts: [{username: SN7, password_file: password}]}}\n",
  'linewarden.yml',
);
const apply = async (): Promise<string> => {
  await collector.apply(mqtt, dir);
  await vi.waitFor(() => expect(collector.brokers()[0]?.isConnected).toBe(true));
  return collector.brokers()[0]?.address ?? '';
};
const login = async (address: string, password: string): Promise<void> => {
  const options = { username: 'SN7', password, protocolVersion: 4, reconnectPeriod: 0 } as const;
  const client = await connectAsync(`mqtt://${address}`, options);
  await client.endAsync(true);
};

it('knows a changed password, and stays up where nothing changed', async () => {
  writeFileSync(path.join(dir, 'password'), 'first-password\n');
  const first = await apply();
  await login(first, 'first-password');
  expect(await apply()).toBe(first);
  writeFileSync(path.join(dir, 'password'), 'the-second-password\n');
  await login(await apply(), 'the-second-password');
});
