// The push API without HTTP: who may send, what is stored when, what is held, and what is told of it.
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createPush, pushSectionSchema } from '../../../electron/engine/collectors/push/index.ts';
import type { PushSection } from '../../../electron/engine/collectors/push/index.ts';
import { PushRegistry } from '../../../electron/engine/collectors/push/registry.ts';
import type { SampleBatch } from '../../../electron/engine/store/metrics/index.ts';
import { createRegistry, expose, silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

const NOW_MS = 1_700_000_000_000;
const KEY = 'the-key-of-c1';
const SECRET = 'a-secret-of-32-bytes-for-headends';

/** One line a sample: time since the start in seconds, series, value. */
type Store = { readonly lines: string[]; failure: Error | undefined };

function storeOf() {
  const refs: string[] = [];
  const store: Store = { lines: [], failure: undefined };
  const appender = {
    ref: (labels: { key: string }) => {
      const known = refs.indexOf(labels.key);
      return known >= 0 ? known : refs.push(labels.key) - 1;
    },
    append: (batch: SampleBatch) => {
      if (store.failure !== undefined) return Promise.reject(store.failure);
      batch.refs.forEach((ref, i) => {
        const flat = JSON.parse(refs[ref]!) as string[];
        const labels = Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]!]] : [])));
        const own = batch.timestampsMs?.[i] ?? Number.NaN;
        const atS = ((Number.isNaN(own) ? batch.timestampMs : own) - NOW_MS) / 1_000;
        const value = batch.stale?.[i] === 1 ? 'stale' : batch.values[i];
        const { __name__: name = '', client_id: client, headend_id: headend, headless } = labels;
        const mark = headless === 'true' ? '*' : '';
        store.lines.push(`${atS} ${name.replace('tobogganing_', '')}${mark} ${client ?? headend ?? '-'} ${value}`);
      });
      return Promise.resolve({ appended: batch.refs.length, duplicates: 0, outOfOrder: 0, overLimit: 0 });
    },
  };
  return { appender: appender as never, store, labelsOf: () => refs };
}

function rowsOf() {
  const clients = new Map<string, unknown>();
  const held = new Map<string, { kind: string; id: string; record: unknown }>();
  return {
    clients: () => [...clients].map(([id, record]) => ({ id, record: structuredClone(record) })),
    saveClient: ({ id, record }: { id: string; record: unknown }) => void clients.set(id, record),
    removeClient: (id: string) => void clients.delete(id),
    held: () => [...held.values()].map((row) => structuredClone(row)),
    saveHeld: (rows: readonly { kind: string; id: string; record: unknown }[]) => {
      for (const row of rows) held.set(`${row.kind}/${row.id}`, row);
    },
    removeHeld: (kind: string, id: string) => void held.delete(`${kind}/${id}`),
  };
}

const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-push-'));
writeFileSync(path.join(dir, 'jwt'), `${SECRET}\n`);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const section = (more: object = {}): PushSection =>
  pushSectionSchema.parse({
    clients: [{ id: 'c1', name: 'laptop-7', key: KEY }],
    headends: [{ id: 'h1', name: 'headend-eu-1', region: 'eu', datacenter: 'fra1' }],
    jwt: { algorithm: 'HS256', key_file: 'jwt' },
    ...more,
  });

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function pushOf(more: object = {}) {
  const { appender, store, labelsOf } = storeOf();
  const registry = createRegistry();
  const told: string[] = [];
  let nowMs = NOW_MS;
  const push = createPush({
    section: section(more),
    baseDir: dir,
    appender,
    rows: rowsOf(),
    device: ({ kind, id, mayCreate }) => (mayCreate ? `${kind}/${id}` : undefined),
    isDevice: () => true,
    forgetDevice: (id) => void told.push(`forget ${id}`),
    telemetry: (id) => void told.push(`telemetry ${id}`),
    sites: () => ['north', 'south', 'north'],
    registry,
    clock: { now: () => nowMs, monotonic: () => nowMs },
    logger: silentLogger,
    onChange: () => undefined,
    onWritten: () => undefined,
  });
  stops.push(() => push.stop());
  const send = async (kind: 'client' | 'headend', id: string, authorization: string | undefined, body: unknown) => {
    const sender = await push.receiver.admit(kind, id, authorization, '10.0.0.9');
    return 'status' in sender ? sender : push.receiver.receive(sender, JSON.stringify(body));
  };
  return { push, store, send, told, registry, labelsOf, pass: (ms: number) => (nowMs += ms) };
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const token = (claims: object): string => {
  const input = `${part({ alg: 'HS256' })}.${part({ aud: 'linewarden', exp: NOW_MS / 1_000 + 900, ...claims })}`;
  return `Bearer ${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
};
const CLIENT = `Bearer ${KEY}`;

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return '';
  } catch (error) {
    return (error as LinewardenError).code;
  }
};

describe('a client', () => {
  it('is stored with the labels and names of the manager, at once, and counts as heard', async () => {
    const { send, store, told, labelsOf } = pushOf();
    const metrics = {
      bytes_sent: 1_048_576,
      bytes_received: 2_097_152,
      packets_sent: 1_000,
      packets_received: 1_500,
      connection_uptime: 3_600,
    };
    expect(await send('client', 'c1', CLIENT, { headless: false, metrics })).toEqual({
      status: 200,
      accepted: 1,
      late: 0,
      warnings: [],
    });
    expect(store.lines).toEqual([
      '0 client_bytes_sent c1 1048576',
      '0 client_bytes_received c1 2097152',
      '0 client_packets_sent c1 1000',
      '0 client_packets_received c1 1500',
      '0 client_connection_uptime_seconds c1 3600',
      '0 client_last_check_in_timestamp c1 1700000000',
    ]);
    expect(labelsOf().find((key) => key.includes('bytes_sent'))).toBe(
      '["__name__","tobogganing_client_bytes_sent","client_id","c1","headless","false","name","laptop-7","type","native"]',
    );
    expect(told).toEqual(['telemetry client/c1']);
  });

  it('is refused without its key: 401, with that of another 403, and nothing tells whether it is known', async () => {
    const { push, send, store } = pushOf();
    const other = push.addClient({ id: 'c2' });
    const body = { metrics: {} };
    expect(await send('client', 'c1', undefined, body)).toMatchObject({
      status: 401,
      error: expect.stringMatching(/API key is needed/) as string,
    });
    const wrong = await send('client', 'c1', 'Bearer wrong', body);
    expect(wrong).toMatchObject({ status: 401 });
    expect(await send('client', 'unknown', 'Bearer wrong', body)).toEqual(wrong);
    expect(await send('client', 'c1', `Bearer ${other.key}`, body)).toMatchObject({ status: 403 });
    expect(await send('client', 'c1', `Basic ${Buffer.from(`x:${KEY}`).toString('base64')}`, body)).toMatchObject({
      status: 401,
    });
    expect(store.lines).toEqual([]);
  });

  it('has its key changed without a moment at which neither holds', async () => {
    const { push, send, pass } = pushOf();
    const first = push.addClient({ id: 'c2' }).key;
    const second = push.rotateKey('c2', 60_000).key;
    const statusOf = async (key: string) => (await send('client', 'c2', `Bearer ${key}`, { metrics: {} })).status;
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    pass(60_000);
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
    const [client] = push.status().clients.filter(({ id }) => id === 'c2');
    push.revokeKey('c2', client!.keys.at(-1)!.id);
    expect(await statusOf(second)).toBe(401);
    expect(JSON.stringify(push.status())).not.toContain(second);
  });

  it('of the config is not changed in the window', () => {
    const { push } = pushOf();
    expect(codeOf(() => push.rotateKey('c1', 0))).toBe('LW_PUSH_CLIENT_PROVISIONED');
    expect(codeOf(() => push.removeClient('c1'))).toBe('LW_PUSH_CLIENT_PROVISIONED');
    expect(codeOf(() => push.addClient({ id: 'c1' }))).toBe('LW_PUSH_CLIENT_TAKEN');
    expect(codeOf(() => push.addClient({ id: 'a/b' }))).toBe('LW_PUSH_CLIENT_ID');
  });

  it('that sends too often is told when to come again, and so is an address without keys', async () => {
    const { send, pass } = pushOf({ client_rate: 2 });
    const body = { metrics: {} };
    for (const status of [200, 200, 429]) expect(await send('client', 'c1', CLIENT, body)).toMatchObject({ status });
    expect(await send('client', 'c1', CLIENT, body)).toMatchObject({ status: 429, retryAfterS: 30 });
    pass(30_000);
    expect(await send('client', 'c1', CLIENT, body)).toMatchObject({ status: 200 });
    for (let i = 0; i < 30; i++) await send('client', 'c1', 'Bearer wrong', body);
    pass(1_000);
    expect(await send('client', 'c1', 'Bearer wrong', body)).toMatchObject({ status: 429, retryAfterS: 1 });
  });

  it('whose report is odd is told of it, on its device and in a metric; what cannot be is not stored', async () => {
    const { push, send, pass, registry, store } = pushOf();
    await send('client', 'c1', CLIENT, { metrics: { bytes_sent: 5_000 } });
    pass(60_000);
    const answer = await send('client', 'c1', CLIENT, { metrics: { bytes_sent: 10 } });
    expect(answer).toMatchObject({ status: 200, warnings: ['bytes_sent went back from 5000 to 10 without a restart'] });
    expect(push.reportOf('client/c1')?.warning).toBe(
      'Odd report: bytes_sent went back from 5000 to 10 without a restart.',
    );
    const stored = store.lines.length;
    expect(await send('client', 'c1', CLIENT, { metrics: { bytes_sent: -1 } })).toMatchObject({ status: 422 });
    expect(store.lines).toHaveLength(stored);
    const text = expose(registry.families, 'text');
    expect(text).toContain('linewarden_push_anomalies_total{kind="client",reason="counter_back"} 1\n');
    expect(text).toContain('linewarden_push_anomalies_total{kind="client",reason="impossible"} 1\n');
    expect(text).toContain('linewarden_push_anomalies_total{kind="headend",reason="clock"} 0\n');
    pass(3_600_000);
    expect(push.reportOf('client/c1')?.warning).toBeNull();
  });

  it('is told nothing stored where the store fails, and its next report is judged as if that had not come', async () => {
    const { send, store } = pushOf();
    store.failure = new LinewardenError('LW_STORE_FULL', 'The disk is full.');
    await expect(send('client', 'c1', CLIENT, { metrics: { bytes_sent: 9 } })).rejects.toThrow('The disk is full.');
    store.failure = undefined;
    expect(await send('client', 'c1', CLIENT, { metrics: { bytes_sent: 5 } })).toMatchObject({ warnings: [] });
  });
});

describe('a headend', () => {
  const metrics = { active_connections: 150, bandwidth_in: 10, bandwidth_out: 5, cpu_usage: 45.2, memory_usage: 2 };

  it('is stored under its token, with the place that the config names', async () => {
    const { send, store, labelsOf } = pushOf();
    expect(await send('headend', 'h1', token({ sub: 'h1' }), { headend_name: 'other', metrics })).toMatchObject({
      status: 200,
    });
    expect(store.lines).toEqual([
      '0 headend_active_connections h1 150',
      '0 headend_bandwidth_in_bytes h1 10',
      '0 headend_bandwidth_out_bytes h1 5',
      '0 headend_cpu_usage_percent h1 45.2',
      '0 headend_memory_usage_bytes h1 2',
      '0 headend_last_check_in_timestamp h1 1700000000',
    ]);
    expect(labelsOf().find((key) => key.includes('cpu_usage'))).toBe(
      '["__name__","tobogganing_headend_cpu_usage_percent","datacenter","fra1","headend_id","h1","name","headend-eu-1","region","eu"]',
    );
  });

  it('that the config does not name is taken by its own name, unless that is not allowed', async () => {
    const { send, labelsOf } = pushOf();
    expect(await send('headend', 'h2', token({ sub: 'h2' }), { headend_name: 'lab', metrics })).toMatchObject({
      status: 200,
    });
    expect(labelsOf().find((key) => key.includes('cpu_usage'))).toBe(
      '["__name__","tobogganing_headend_cpu_usage_percent","headend_id","h2","name","lab"]',
    );
    const closed = pushOf({ accept_new_headends: false });
    expect(await closed.send('headend', 'h2', token({ sub: 'h2' }), { metrics })).toMatchObject({ status: 403 });
    expect(await closed.send('headend', 'h1', token({ sub: 'h1' }), { metrics })).toMatchObject({ status: 200 });
  });

  it('is refused with the token of another, an API key, and where no token is set up', async () => {
    const { send } = pushOf();
    expect(await send('headend', 'h1', token({ sub: 'h2' }), { metrics })).toMatchObject({ status: 403 });
    expect(await send('headend', 'h1', CLIENT, { metrics })).toMatchObject({ status: 401 });
    expect(await send('client', 'c1', token({ sub: 'c1' }), { metrics: {} })).toMatchObject({ status: 401 });
    const without = pushOf({ jwt: undefined });
    expect(await without.send('headend', 'h1', token({ sub: 'h1' }), { metrics })).toMatchObject({
      status: 401,
      error: expect.stringMatching(/push\.jwt is not set/) as string,
    });
  });
});

const counts = { sites: 2, clients: 1, httpRequests: 7, authAttempts: 3 };
const report = (id: string, atMs: number, bytes: number, headless = 'false') => ({
  kind: 'client' as const,
  id,
  labels: { client_id: id, headless },
  known: { atMs, values: { bytes_sent: bytes }, rates: {} },
  checkInMs: atMs,
  deviceId: undefined,
});
const point = (atMs: number, bytes: number) => [{ atMs, values: new Map([['bytes_sent', bytes]]) }];
const MANAGER = [
  'manager_clusters_total - 2',
  'manager_clients_total - 1',
  'manager_http_requests_total - 7',
  'manager_auth_attempts_total - 3',
  'manager_certificates_issued_total - 0',
];
const at = (seconds: number, lines: readonly string[]): string[] => lines.map((line) => `${seconds} ${line}`);

describe('what is held', () => {
  it('is stored anew at each scrape, beside the manager’s own, and ends when its sender goes', async () => {
    const { appender, store } = storeOf();
    const registry = new PushRegistry({ appender, rows: rowsOf(), nowMs: NOW_MS });
    await registry.report(report('c1', NOW_MS, 5), point(NOW_MS, 5));
    store.lines.length = 0;
    await registry.scrape(NOW_MS + 15_000, counts);
    const held = ['client_last_check_in_timestamp c1 1700000000', 'client_bytes_sent c1 5'];
    expect(store.lines).toEqual(at(15, [...MANAGER, ...held]));
    store.lines.length = 0;
    registry.remove('client', 'c1');
    await registry.scrape(NOW_MS + 30_000, counts);
    const ended = ['client_last_check_in_timestamp c1 stale', 'client_bytes_sent c1 stale'];
    expect(store.lines).toEqual(at(30, [...MANAGER, ...ended]));
  });

  it('ends under the former labels when they change', async () => {
    const { appender, store } = storeOf();
    const registry = new PushRegistry({ appender, rows: rowsOf(), nowMs: NOW_MS });
    await registry.report(report('c1', NOW_MS, 5), point(NOW_MS, 5));
    store.lines.length = 0;
    await registry.report(report('c1', NOW_MS + 1_000, 6, 'true'), point(NOW_MS + 1_000, 6));
    expect(store.lines).toEqual([
      '1 client_bytes_sent* c1 6',
      '1 client_last_check_in_timestamp* c1 1700000001',
      '1 client_last_check_in_timestamp c1 stale',
      '1 client_bytes_sent c1 stale',
    ]);
  });

  it('comes back after a restart: the check-in at once, the values once they cannot be overtaken', async () => {
    const rows = rowsOf();
    const first = new PushRegistry({ appender: storeOf().appender, rows, nowMs: NOW_MS });
    await first.report(report('c1', NOW_MS, 5), point(NOW_MS, 5));
    first.flush();
    const { appender, store } = storeOf();
    const startMs = NOW_MS + 600_000;
    const registry = new PushRegistry({ appender, rows, nowMs: startMs });
    await registry.scrape(startMs, counts);
    const checkIn = 'client_last_check_in_timestamp c1 1700000000';
    expect(store.lines).toEqual(at(600, [...MANAGER, checkIn]));
    for (let ms = 15_000; ms < 300_000; ms += 15_000) await registry.scrape(startMs + ms, counts);
    store.lines.length = 0;
    await registry.scrape(startMs + 300_000, counts);
    expect(store.lines).toEqual(at(900, [...MANAGER, checkIn, 'client_bytes_sent c1 5']));
  });

  it('does not end while this machine slept and its senders have not come again', async () => {
    const { appender, store } = storeOf();
    const registry = new PushRegistry({ appender, rows: rowsOf(), nowMs: NOW_MS });
    await registry.report(report('c1', NOW_MS, 5), point(NOW_MS, 5));
    await registry.scrape(NOW_MS + 15_000, counts);
    store.lines.length = 0;
    await registry.scrape(NOW_MS + 3_600_000, counts);
    expect(store.lines).toEqual(at(3_600, [...MANAGER, 'client_last_check_in_timestamp c1 1700000000']));
  });
});

const entry = (secondsAgo: number, bytes: number) => ({
  timestamp: NOW_MS / 1_000 - secondsAgo,
  metrics: { bytes_sent: bytes },
});

describe('a list of reports', () => {
  it('is stored at its own times, in their order, whatever its own is', async () => {
    const { send, store } = pushOf();
    const answer = await send('client', 'c1', CLIENT, [entry(60, 200), entry(120, 100), entry(0, 300)]);
    expect(answer).toEqual({ status: 200, accepted: 3, late: 0, warnings: [] });
    expect(store.lines).toEqual([
      '-120 client_bytes_sent c1 100',
      '-60 client_bytes_sent c1 200',
      '0 client_bytes_sent c1 300',
      '0 client_last_check_in_timestamp c1 1700000000',
    ]);
  });

  it('leaves out what is older than what is stored, so that totals never seem to go back', async () => {
    const { send, store, registry } = pushOf();
    await send('client', 'c1', CLIENT, [entry(30, 250)]);
    store.lines.length = 0;
    const answer = await send('client', 'c1', CLIENT, [entry(60, 200), entry(10, 270), entry(0, 300)]);
    expect(answer).toMatchObject({ accepted: 2, late: 1 });
    expect(store.lines).toEqual([
      '-10 client_bytes_sent c1 270',
      '0 client_bytes_sent c1 300',
      '0 client_last_check_in_timestamp c1 1700000000',
    ]);
    const text = expose(registry.families, 'text');
    expect(text).toContain('linewarden_push_reports_total{kind="client",result="stored"} 3\n');
    expect(text).toContain('linewarden_push_reports_total{kind="client",result="late"} 1\n');
  });

  it('whose clock is ahead counts as sent now, and is told', async () => {
    const { send, store } = pushOf();
    const answer = await send('client', 'c1', CLIENT, entry(-3_600, 5));
    expect(answer).toMatchObject({ status: 200, accepted: 1, warnings: ['its clock is 3600 s ahead'] });
    expect(store.lines[0]).toBe('0 client_bytes_sent c1 5');
  });
});

describe('the registry on /metrics', () => {
  it('tells all 17 names with their types', async () => {
    const { push, send } = pushOf();
    await send('client', 'c1', CLIENT, { metrics: { bytes_sent: 1 } });
    await send('headend', 'h1', token({ sub: 'h1' }), { metrics: { cpu_usage: 1 } });
    expect(push.metrics()).toHaveLength(17);
    const text = expose(push.metrics(), 'text');
    expect(text).toContain('# TYPE tobogganing_client_bytes_sent gauge\n');
    expect(text).toContain(
      'tobogganing_client_bytes_sent{client_id="c1",name="laptop-7",type="native",headless="false"} 1\n',
    );
    // Two sites of labels, and the place of the headend.
    expect(text).toContain('# TYPE tobogganing_manager_clusters_total gauge\ntobogganing_manager_clusters_total 3\n');
    expect(text).toContain('tobogganing_manager_clients_total 1\n');
    expect(text).toMatch(/# HELP tobogganing_manager_certificates_issued_total .*no certificate authority\n/);
    expect(text).toContain('tobogganing_manager_certificates_issued_total 0\n');
  });

  it('is empty where nobody pushes', () => {
    const { push } = pushOf({ clients: [], headends: [], jwt: undefined });
    expect(push.metrics()).toEqual([]);
  });
});

describe('the sample network', () => {
  const secret = 'a-secret-of-the-sample-network';
  const sample = {
    clients: [{ id: 's1', name: 'laptop', type: 'native', key: 'sample-key' }],
    headends: [
      { id: 'h1', name: 'taken' },
      { id: 'sh1', name: 'eu' },
    ],
    headendSecret: secret,
  };
  const signed = (subject: string): string => {
    const input = `${part({ alg: 'HS256' })}.${part({ aud: 'linewarden', exp: NOW_MS / 1_000 + 900, sub: subject })}`;
    return `Bearer ${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };

  it('lets its own in by its own keys, nobody else, and ends them', async () => {
    const { push, send } = pushOf();
    const client = { metrics: { bytes_sent: 1 } };
    expect(await send('client', 's1', 'Bearer sample-key', client)).toMatchObject({ status: 401 });
    push.setSample(sample);
    expect(await send('client', 's1', 'Bearer sample-key', client)).toMatchObject({ status: 200 });
    expect(await send('client', 'c1', 'Bearer sample-key', client)).toMatchObject({ status: 403 });
    const headend = { metrics: { cpu_usage: 1 } };
    expect(await send('headend', 'sh1', signed('sh1'), headend)).toMatchObject({ status: 200 });
    expect(await send('headend', 'sh1', token({ sub: 'sh1' }), headend)).toMatchObject({ status: 401 });
    // The config's keeps its own key.
    expect(await send('headend', 'h1', signed('h1'), headend)).toMatchObject({ status: 401 });
    expect(await send('headend', 'h1', token({ sub: 'h1' }), headend)).toMatchObject({ status: 200 });
    expect(push.status().clients.map(({ id, sample: isSample }) => [id, isSample])).toEqual([
      ['c1', false],
      ['s1', true],
    ]);
    push.setSample(undefined);
    expect(push.counts()).toEqual({ clients: 0, headends: 1 });
    expect(await send('client', 's1', 'Bearer sample-key', client)).toMatchObject({ status: 401 });
  });
});
