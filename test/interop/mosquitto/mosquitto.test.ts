import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { createPublisher } from '../../support/mqtt-publisher.ts';
import { eventually, query, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { missing, startMosquitto } from './peer.ts';
import type { Mosquitto } from './peer.ts';

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const numbersOf = async (served: Served, edgeId: string): Promise<Set<number>> => {
  const [series] = (await query(served, `edge_number{edge_id="${edgeId}"}[1h]`)) as unknown as {
    values: [number, string][];
  }[];
  return new Set(series?.values.map(([, value]) => Number(value)));
};

const lost = (acked: ReadonlySet<number>, stored: ReadonlySet<number>): number[] =>
  [...acked].filter((n) => !stored.has(n));

describe.skipIf(missing !== '')(`a real mosquitto${missing === '' ? '' : ` (skipped: ${missing})`}`, () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-mqtt-'));
  let broker: Mosquitto;
  let served: Served;
  let httpPort: number;
  let url: string;
  const config = (): string => `
netflow: {listen: []}
host: {enabled: false}
devices: [{id: dead, type: dedicated-edge, labels: {edge_id: DEAD}}]
mqtt:
  connect:
    - {name: new, url: '${url}'}
    - {name: old, url: '${url}', version: 3.1.1, client_id: old, topics: ['site/+/metrics']}
`;
  const start = (): Promise<Served> => startServe({ config: config(), dataDir, port: httpPort });
  const connected = (name: string, wanted: string): Promise<unknown> =>
    eventually(
      `${name} is ${wanted}`,
      () => query(served, `linewarden_mqtt_connected{broker="${name}"}`),
      ([one]) => one?.value[1] === wanted,
      40_000,
    );

  beforeAll(async () => {
    broker = await startMosquitto();
    url = `mqtt://127.0.0.1:${broker.port}`;
    httpPort = await freePort();
    const client = await connectAsync(url);
    const kept = { retain: true, qos: 1 } as const;
    await client.publishAsync('edge/DEAD/inform', '{"edge_id": "DEAD", "cpu": 5, "uptime": 60}', kept);
    await client.publishAsync('edge/DEAD/metrics', 'edge_cpu_usage_percent 5\n', kept);
    await client.endAsync();
    served = await start();
    await connected('new', '1');
  }, 60_000);
  afterAll(async () => {
    await served?.stop();
    await broker?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is read in MQTT 3.1.1 as well as in 5', async () => {
    await connected('old', '1');
    const client = await connectAsync(url);
    await client.publishAsync('site/S1/metrics', '{"edge_load": 0.25}', { qos: 1 });
    await client.publishAsync('edge/S2/metrics', 'edge_load 0.75\n', { qos: 1 });
    await client.endAsync();
    const found = await eventually(
      'both are stored',
      () => query(served, 'edge_load'),
      ({ length }) => length === 2,
    );
    expect(Object.fromEntries(found.map(({ metric, value }) => [metric['edge_id'], value[1]]))).toEqual({
      S1: '0.25',
      S2: '0.75',
    });
  });

  it('keeps retained messages, which make no dead edge look alive', async () => {
    expect(await query(served, 'edge_cpu_usage_percent{edge_id="DEAD"}')).toEqual([]);
    expect(await query(served, 'linewarden_device_online{device="dead"}')).toMatchObject([
      { value: [expect.any(Number), '0'] },
    ]);
  });

  it('sends what was published while Linewarden was killed, and nothing that it acknowledged is lost', async () => {
    const publisher = createPublisher(url, 'KILL', Date.now() - 120_000);
    const stop = publisher.run({ perSecond: 1_000 });
    for (let i = 0; i < 2; i++) {
      await pause(1_000);
      await served.kill();
      await pause(500);
      served = await start();
    }
    await pause(500);
    await stop();
    await publisher.end();
    expect(publisher.acked.size).toBeGreaterThan(2_000);
    const stored = await eventually(
      'all is stored',
      () => numbersOf(served, 'KILL'),
      (numbers) => lost(publisher.acked, numbers).length === 0,
      30_000,
    );
    expect(lost(publisher.acked, stored)).toEqual([]);
  }, 90_000);

  it('is killed and started again: it is connected again, and nothing that was acknowledged after is lost', async () => {
    await connected('new', '1');
    await broker.kill();
    await connected('new', '0');
    await broker.start();
    await connected('new', '1');
    const publisher = createPublisher(url, 'AGAIN', Date.now() - 60_000);
    const stop = publisher.run({ perSecond: 500 });
    await pause(1_000);
    await stop();
    await publisher.end();
    expect(publisher.acked.size).toBeGreaterThan(200);
    await eventually(
      'all is stored',
      () => numbersOf(served, 'AGAIN'),
      (numbers) => lost(publisher.acked, numbers).length === 0,
    );
  }, 90_000);
});

describe.skipIf(missing !== '')('a mosquitto that wants TLS, a certificate and a password', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-mqtt-tls-'));
  const tls = path.resolve(import.meta.dirname, '../../fixtures/tls');
  let broker: Mosquitto;
  let served: Served;

  beforeAll(async () => {
    // mosquitto_passwd's own format would need that program: without a hash the file is read as it is until it is converted.
    broker = await startMosquitto(
      [
        'allow_anonymous true',
        `cafile ${path.join(tls, 'router.crt')}`,
        `certfile ${path.join(tls, 'router.crt')}`,
        `keyfile ${path.join(tls, 'router.key')}`,
        'require_certificate true',
        'use_identity_as_username true',
      ].join('\n'),
    );
    writeFileSync(path.join(dataDir, 'password'), 'not-asked-for\n');
    served = await startServe({
      dataDir,
      config: `
netflow: {listen: []}
host: {enabled: false}
mqtt:
  connect:
    - {name: right, url: 'mqtts://localhost:${broker.port}', ca_file: ${tls}/router.crt, cert_file: ${tls}/router.crt, key_file: ${tls}/router.key, username: lw, password_file: password}
    - {name: no-authority, url: 'mqtts://localhost:${broker.port}', cert_file: ${tls}/router.crt, key_file: ${tls}/router.key, client_id: b}
`,
    });
  }, 60_000);
  afterAll(async () => {
    await served?.stop();
    await broker?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is read with the right ones, and not without its authority', async () => {
    await eventually(
      'the right one is connected',
      () => query(served, 'linewarden_mqtt_connected'),
      (found) => found.some(({ metric, value }) => metric['broker'] === 'right' && value[1] === '1'),
    );
    const states = await query(served, 'linewarden_mqtt_connected{broker="no-authority"}');
    expect(states.map(({ value }) => value[1])).toEqual(['0']);
    expect(served.stderr()).toContain('has a certificate that no known authority signed');
  }, 40_000);
});
