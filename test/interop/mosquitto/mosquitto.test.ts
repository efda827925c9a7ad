import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { createPublisher } from '../../support/mqtt-publisher.ts';
import { connectRpc } from '../../support/rpc.ts';
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

/** Each broker: connected, its last error, or waiting for either. */
const statesOf = async (served: Served): Promise<Record<string, string>> => {
  const rpc = await connectRpc(served);
  const { brokers } = await rpc.client.mqtt.status();
  rpc.close();
  return Object.fromEntries(
    brokers.map(({ name, connected, lastError }) => [
      name,
      connected ? 'connected' : (lastError?.message ?? 'waiting'),
    ]),
  );
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
  const connected = (name: string, isWanted = true): Promise<unknown> =>
    eventually(
      `${name} is ${isWanted ? '' : 'not '}connected`,
      () => statesOf(served),
      (states) => (states[name] === 'connected') === isWanted,
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
    await connected('new');
  }, 60_000);
  afterAll(async () => {
    await served?.stop();
    await broker?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is read in MQTT 3.1.1 as well as in 5', async () => {
    await connected('old');
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
    const [online] = await eventually(
      'its presence is told',
      () => query(served, 'linewarden_device_online{device="dead"}'),
      ({ length }) => length === 1,
    );
    expect(online?.value[1]).toBe('0');
    expect(await query(served, 'linewarden_mqtt_samples_total{broker="new"} > 0')).toEqual([]);
  });

  it('delivers thousands of messages a second, each of them once', async () => {
    const client = await connectAsync(url);
    const startMs = Date.now() - 60_000;
    // 10,000 messages of 50 edges, as fast as they are acknowledged.
    await Promise.all(
      Array.from({ length: 10_000 }, (_, i) =>
        client.publishAsync(`edge/L${i % 50}/metrics`, `edge_flood ${i} ${startMs + Math.floor(i / 50)}\n`, { qos: 1 }),
      ),
    );
    await client.endAsync();
    const count = async (): Promise<number> => {
      const [sum] = await query(served, 'sum(count_over_time(edge_flood[1h]))');
      return Number(sum?.value[1]);
    };
    expect(await eventually('all are stored', count, (stored) => stored >= 10_000)).toBe(10_000);
    const rpc = await connectRpc(served);
    const own = (await rpc.client.mqtt.status()).brokers.find(({ name }) => name === 'new');
    rpc.close();
    expect(own).toMatchObject({ refused: [{ reason: 'retained', count: 2 }], inFlight: 0 });
  }, 30_000);

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
    await connected('new');
    await broker.kill();
    await connected('new', false);
    await broker.start();
    await connected('new');
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
  const pem = (name: string): string => path.join(dataDir, name);
  let broker: Mosquitto;
  let served: Served;

  /** A certificate for localhost and for a client at once, signed by itself. */
  const makeCertificate = (): void => {
    const made = spawnSync(
      'openssl',
      [
        'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2',
        '-subj /CN=linewarden -addext subjectAltName=DNS:localhost',
        `-keyout ${pem('key.pem')} -out ${pem('cert.pem')}`,
      ].flatMap((words) => words.split(' ')),
      { encoding: 'utf8', timeout: 20_000 },
    );
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  };

  beforeAll(async () => {
    makeCertificate();
    writeFileSync(pem('users'), 'linewarden:open-sesame\n', { mode: 0o600 });
    spawnSync('mosquitto_passwd', ['-U', pem('users')], { timeout: 20_000 });
    writeFileSync(pem('password'), 'open-sesame\n');
    writeFileSync(pem('wrong'), 'open-barley\n');
    broker = await startMosquitto(
      [
        'allow_anonymous false',
        `password_file ${pem('users')}`,
        `cafile ${pem('cert.pem')}`,
        `certfile ${pem('cert.pem')}`,
        `keyfile ${pem('key.pem')}`,
        'require_certificate true',
      ].join('\n'),
    );
    const url = `url: 'mqtts://localhost:${broker.port}', username: linewarden`;
    const own = 'cert_file: cert.pem, key_file: key.pem';
    served = await startServe({
      dataDir,
      config: `
netflow: {listen: []}
host: {enabled: false}
mqtt:
  connect:
    - {name: right, ${url}, ca_file: cert.pem, ${own}, password_file: password}
    - {name: old, ${url}, ca_file: cert.pem, ${own}, password_file: password, version: 3.1.1, client_id: old}
    - {name: insecure, ${url}, insecure: true, ${own}, password_file: password, client_id: insecure}
    - {name: no-authority, ${url}, ${own}, password_file: password, client_id: a}
    - {name: no-certificate, ${url}, ca_file: cert.pem, password_file: password, client_id: b}
    - {name: wrong-password, ${url}, ca_file: cert.pem, ${own}, password_file: wrong, client_id: c}
    - {name: no-file, ${url}, ca_file: cert.pem, ${own}, password_file: nowhere, client_id: d}
`,
    });
  }, 60_000);
  afterAll(async () => {
    await served?.stop();
    await broker?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is read with the right ones, and says what is wrong with others', async () => {
    const told = await eventually(
      'each has come to its end',
      () => statesOf(served),
      (states) => Object.values(states).every((state) => state !== 'waiting'),
    );
    const place = `localhost:${broker.port}`;
    expect(told).toEqual({
      right: 'connected',
      old: 'connected',
      insecure: 'connected',
      'no-authority': `The broker ${place} has a certificate that no known authority signed.`,
      'no-certificate': `The broker ${place} does not accept Linewarden's certificate, or wants one.`,
      'wrong-password': `The broker ${place} refuses the login.`,
      'no-file': 'The password file nowhere cannot be read.',
    });
    expect(served.stderr()).not.toContain('open-');
  }, 40_000);
});
