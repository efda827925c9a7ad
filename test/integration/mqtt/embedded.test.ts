// The embedded broker with clients of another library: who may publish, and that what was acknowledged outlives a kill.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { createPublisher } from '../../support/mqtt-publisher.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const CUSTOMER = 'devices: [{id: mill, name: Mill street, type: mtge, labels: {edge_id: SN7, customer_id: acme}}]';

describe('the embedded broker', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-mqtt-'));
  let served: Served;
  let url: string;
  let config: string;
  let httpPort: number;
  const clients: MqttClient[] = [];

  const login = async (username: string, password: string, options: IClientOptions = {}): Promise<MqttClient> => {
    const client = await connectAsync(url, { username, password, reconnectPeriod: 0, protocolVersion: 4, ...options });
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    const port = await freePort();
    httpPort = await freePort();
    url = `mqtt://127.0.0.1:${port}`;
    // The hash is of "three-seven": printf %s three-seven | sha256sum
    config = `
netflow: {listen: []}
host: {enabled: false}
${CUSTOMER}
mqtt:
  max_message_size: 64KB
  broker:
    listen: '127.0.0.1:${port}'
    accounts:
      - {username: SN7, password: seven}
      - {username: SN37, sha256: ff976abf8750da9b8e03729871a677977f7954026725cebd420391022b68686f}
      - {username: gateway, password: any, edge_id: '*'}
`;
    served = await startServe({ config, dataDir, port: httpPort });
  }, 40_000);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await served?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('takes what an edge publishes under its own id, and has stored it when it acknowledges', async () => {
    const edge = await login('SN7', 'seven');
    await edge.publishAsync('edge/SN7/inform', '{"edge_id": "SN7", "cpu": 7.5, "uptime": 60, "wan_ip": null}', {
      qos: 1,
    });
    const [cpu] = await query(served, 'edge_cpu_usage_percent');
    expect(cpu).toMatchObject({ metric: { edge_id: 'SN7', customer_id: 'acme' }, value: [expect.any(Number), '7.5'] });
    await eventually(
      'the device is online',
      () => query(served, 'linewarden_device_online{device="mill"}'),
      ([online]) => online?.value[1] === '1',
    );
  });

  it('disconnects an edge that publishes for another, and stores nothing of it', async () => {
    const edge = await login('SN7', 'seven');
    const closed = new Promise<void>((resolve) => edge.once('close', resolve));
    edge.publish('edge/SN8/inform', '{"edge_id": "SN8", "cpu": 1}', { qos: 1 });
    await closed;
    expect(await query(served, '{edge_id="SN8"}')).toEqual([]);
  });

  it('refuses logins with a wrong password, a wrong name, or none', async () => {
    await expect(login('SN7', 'six')).rejects.toThrow(/refused/i);
    await expect(login('nobody', 'seven')).rejects.toThrow(/refused/i);
    await expect(connectAsync(url, { reconnectPeriod: 0, protocolVersion: 4 })).rejects.toThrow(/refused/i);
  });

  it('knows a password by its hash alone', async () => {
    const edge = await login('SN37', 'three-seven');
    await edge.publishAsync('edge/SN37/metrics', 'edge_load 0.5\n', { qos: 1 });
    expect(await query(served, 'edge_load{edge_id="SN37"}')).toHaveLength(1);
  });

  it('lets a gateway publish for any edge, whose device is made', async () => {
    const gateway = await login('gateway', 'any');
    await gateway.publishAsync('edge/SN9/keepalive', '{"edge_id": "SN9"}', { qos: 1 });
    const found = await eventually(
      'the device is there',
      () => query(served, 'linewarden_device_online{device="edge/SN9"}'),
      ({ length }) => length === 1,
    );
    expect(found[0]?.value[1]).toBe('1');
  });

  it('ends the connection of a message that is too large', async () => {
    const edge = await login('SN7', 'seven');
    const closed = new Promise<void>((resolve) => edge.once('close', resolve));
    edge.on('error', () => {});
    edge.publish('edge/SN7/metrics', Buffer.alloc(1_048_576, 0x20), { qos: 1 });
    await closed;
    expect(edge.connected).toBe(false);
  });

  it('has stored each message that it acknowledged, also when it is killed', async () => {
    const startMs = Date.now() - 60_000;
    const publisher = createPublisher(url, 'SN7', startMs, { username: 'SN7', password: 'seven', protocolVersion: 4 });
    const stop = publisher.run({ perSecond: 2_000 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await served.kill();
    served = await startServe({ config, dataDir, port: httpPort });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await stop();
    await publisher.end();
    const [series] = (await matrixOf(served, 'edge_number{edge_id="SN7"}[10m]')) ?? [];
    const stored = new Set(series?.values.map(([, value]) => Number(value)));
    expect(publisher.acked.size).toBeGreaterThan(1_000);
    expect([...publisher.acked].filter((n) => !stored.has(n))).toEqual([]);
  }, 30_000);
});

const matrixOf = async (served: Served, expr: string) =>
  (await query(served, expr)) as unknown as { values: [number, string][] }[];
