// Rules that other products publish, as they are and as packs: pending, firing and resolved by data that is really scraped
// and pushed, over HTTP into the store, on a clock that goes on by 15 seconds once they have arrived.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RunningGroup } from '../../../electron/engine/alerting/rules/group.ts';
import { loadRuleFiles } from '../../../electron/engine/alerting/rules/load.ts';
import type { Clock } from '../../../electron/engine/clock.ts';
import { PushClients } from '../../../electron/engine/collectors/push/clients.ts';
import { pushSectionSchema } from '../../../electron/engine/collectors/push/index.ts';
import { PushReceiver } from '../../../electron/engine/collectors/push/receiver.ts';
import { PushRegistry } from '../../../electron/engine/collectors/push/registry.ts';
import { createRemoteWriteReceiver } from '../../../electron/engine/collectors/remote-write/index.ts';
import { formTarget, startScrapeTarget } from '../../../electron/engine/collectors/scrape/index.ts';
import type { MetricAppender } from '../../../electron/engine/store/metrics/index.ts';
import { openMetricStore } from '../../../electron/engine/store/metrics/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { sample, label, bytesField, snappy } from '../../support/remote-write.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const MINUTE = 60_000;
const STEP_MS = 15_000;
/** How soon the target notices that the clock went on. */
const BEAT_MS = 20;
const ARRIVAL_MS = 20_000;

let nowMs = Date.UTC(2026, 10, 21, 12);
const clock: Clock = { now: () => nowMs, monotonic: () => performance.now() };
const pause = (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** All is well, or all is wrong; counters go on from where they are. */
let isBad = false;
const counters = { atMs: clock.now(), errors: 0, failures: 0, slow: 0, fast: 0 };

const bucket = (le: string, value: number) => `muti_metroo_stream_open_latency_seconds_bucket{le="${le}"} ${value}`;

function exposition(): string {
  const seconds = (nowMs - counters.atMs) / 1_000;
  counters.atMs = nowMs;
  counters.errors += seconds * (isBad ? 25 : 0.1);
  counters.failures += seconds * (isBad ? 25 : 0.1);
  counters.slow += seconds * (isBad ? 1 : 0);
  counters.fast += seconds * (isBad ? 0 : 1);
  return [
    `muti_metroo_peers_connected ${isBad ? 0 : 3}`,
    `muti_metroo_routes_total ${isBad ? 0 : 12}`,
    `muti_metroo_stream_errors_total{error_type="timeout"} ${counters.errors}`,
    `muti_metroo_socks5_auth_failures_total ${counters.failures}`,
    bucket('1', counters.fast),
    bucket('10', counters.fast + counters.slow),
    bucket('+Inf', counters.fast + counters.slow),
    '',
  ].join('\n');
}

/** A client and a headend by the push API, each time that they are told to. */
function pushedTo(appender: MetricAppender) {
  const nothing = { clients: () => [], saveClient: () => {}, removeClient: () => {} };
  const rows = { ...nothing, held: () => [], saveHeld: () => {}, removeHeld: () => {} };
  const section = pushSectionSchema.parse({
    clients: [{ id: 'c1', name: 'laptop-7', key: 'some-key' }],
    headends: [{ id: 'h1', name: 'headend-eu-1', region: 'eu', datacenter: 'fra1' }],
  });
  const clients = new PushClients(rows);
  clients.provide(section, '.');
  const registry = new PushRegistry({ appender, rows, nowMs: clock.now() });
  const receiver = new PushReceiver({
    clients,
    registry,
    section: () => section,
    jwt: () => undefined,
    device: () => undefined,
    onStored: () => {},
    clock,
    logger: silentLogger,
  });
  const report = async (kind: 'client' | 'headend', id: string, metrics: object): Promise<void> => {
    const answer = await receiver.receive({ kind, id, address: '' }, JSON.stringify({ metrics }));
    expect(answer.status).toBe(200);
  };
  return {
    async send(cpu: number): Promise<void> {
      await report('client', 'c1', { bytes_sent: 1 });
      await report('headend', 'h1', { cpu_usage: cpu });
    },
    scrape: () => registry.scrape(clock.now(), { sites: 1, clients: 1, httpRequests: 0, authAttempts: 0 }),
  };
}

const PUBLISHED = ['muti-metroo', 'tobogganing', 'securelink'].flatMap((name) => [
  path.join(ROOT, `test/fixtures/published-rules/${name}.yml`),
  path.join(ROOT, `resources/rules/import/${name}.yml`),
]);

test(
  'each goes from pending to firing to resolved, after the time that was published',
  { timeout: 120_000 },
  async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-published-'));
    cleanups.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
    const store = await openMetricStore({
      dir,
      retention: { rawKeepMs: 30 * 86_400_000, tiers: [] },
      maxSeries: 10_000,
      now: () => clock.now(),
      onProblem: () => {},
    });
    cleanups.push(() => store.close());

    /** The time of the last scrape that was stored. */
    let scrapedMs = 0;
    const scraped: MetricAppender = {
      ref: (labels) => store.ref(labels),
      async append(batch) {
        const result = await store.append(batch);
        scrapedMs = batch.timestampMs;
        return result;
      },
    };
    const url = await serve((_, response) => response.end(exposition()));
    const form = formTarget({ job: 'published', url: `${url}/metrics`, intervalMs: 1_000 });
    const target = startScrapeTarget({
      target: { ...form, intervalMs: BEAT_MS, timeoutMs: 5_000 },
      deviceId: 'published',
      appender: scraped,
      presence: { seen: () => {}, telemetry: () => {}, failed: () => {} },
      clock,
      logger: silentLogger,
    });
    cleanups.push(() => target.stop());

    const receiver = createRemoteWriteReceiver({
      appender: store,
      now: () => clock.now(),
      maxSeriesPerSender: 100,
      logger: silentLogger,
    });
    const pushUrl = await serve((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { status } = await receiver.receive(Buffer.concat(chunks), 'edge');
        response.writeHead(status).end();
      })();
    });
    const push = async (): Promise<void> => {
      const pairs = [
        ['__name__', 'edge_cpu_percent'],
        ['customer_id', 'acme'],
        ['edge_id', 'SN7'],
      ] as const;
      const labels = pairs.map(([name, value]) => label(name, value));
      const body = snappy(bytesField(1, Buffer.concat([...labels, sample([clock.now(), 40])])));
      const { status } = await fetch(`${pushUrl}/api/v1/write`, { method: 'POST', body });
      expect(status).toBe(204);
    };

    const reports = pushedTo(store);
    const { groups, problems } = loadRuleFiles(PUBLISHED);
    expect(problems).toEqual([]);
    const running = groups.map(
      (group) =>
        new RunningGroup(group, {
          queries: store.ownQueries,
          appender: store,
          externalLabels: {},
          externalUrl: '',
          signal: new AbortController().signal,
          logger: silentLogger,
          monotonic: () => clock.monotonic(),
          isRestored: true,
          onAlerts: () => {},
        }),
    );
    const alerting = running.flatMap(({ group, rules }) =>
      rules
        .filter(({ rule }) => rule.kind === 'alerting')
        .map((one) => ({ one, id: `${path.basename(path.dirname(group.file))}: ${one.rule.name}` })),
    );
    const seen = new Map(alerting.map(({ id }) => [id, [] as string[]]));
    const waited = new Map<string, number>();
    const texts = new Map<string, string>();

    /** The clock goes on; settles when what there is at that time has been scraped and stored. */
    const goOn = async (): Promise<void> => {
      nowMs += STEP_MS;
      const hasArrived = () => scrapedMs >= nowMs - BEAT_MS;
      for (const endMs = performance.now() + ARRIVAL_MS; !hasArrived();) {
        if (performance.now() > endMs) throw new Error('the target was not scraped');
        await pause(BEAT_MS / 4);
      }
    };
    /** Evaluates until the last state that each rule was in is this one. */
    const until = async (state: string): Promise<void> => {
      const endMs = clock.now() + 60 * MINUTE;
      const lacking = () => [...seen].filter(([, states]) => states.at(-1) !== state).map(([id]) => id);
      while (lacking().length > 0) {
        if (clock.now() > endMs) throw new Error(`not ${state} within an hour of that clock: ${lacking().join(', ')}`);
        await goOn();
        if (!isBad) await Promise.all([push(), reports.send(40)]);
        await reports.scrape();
        for (const group of running) await group.evaluate(clock.now());
        for (const { one, id } of alerting) {
          expect([id, one.lastError]).toEqual([id, null]);
          const alert = [...one.alerts.values()].at(-1);
          const states = seen.get(id)!;
          const now = alert?.state ?? 'none';
          if (states.at(-1) !== now && !(now === 'none' && states.length > 0)) states.push(now);
          if (alert?.firedAtMs != null) waited.set(id, alert.firedAtMs - alert.activeAtMs);
          if (alert !== undefined) texts.set(id, alert.annotations['summary'] ?? '');
        }
      }
    };

    await until('none');
    // Its last word; what it said is held, and its silence shows.
    await reports.send(95);
    isBad = true;
    await until('firing');
    isBad = false;
    await until('inactive');

    expect([...seen.values()].map((states) => states.join(' '))).toEqual(
      alerting.map(() => 'none pending firing inactive'),
    );
    expect(seen.size).toBe(18);
    for (const { one, id } of alerting) {
      expect(waited.get(id)).toBeGreaterThanOrEqual(one.rule.kind === 'alerting' ? one.rule.forMs : 0);
    }
    // The published texts name labels that the series do not have; those of the pack do not.
    expect(texts.get('published-rules: ClientOffline')).toBe('Client  is offline');
    expect(texts.get('import: ClientOffline')).toBe('Client laptop-7 is offline');
    expect(texts.get('import: HeadendDown')).toBe('Headend headend-eu-1 is down');
    expect(texts.get('import: EdgeSilent')).toBe('No metrics from edge SN7 for 5 minutes');
  },
);
