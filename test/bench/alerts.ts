// From a condition that turns true to the webhook that tells it, what a thousand rules cost, and ten thousand alerts at once.
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { series, snappy } from '../support/remote-write.ts';
import { startServe } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { sleep, usage } from './processes.ts';
import type { Figure } from './run.ts';

const ALERTS = 40;
/** Multiples of it fall evenly over a second: no phase of the scrapes is met more often than another. */
const GOLDEN_MS = 618.034;
const SCRAPED_LIMIT_S = 0.6;
const PUSHED_LIMIT_S = 0.1;
const RULES = 1_000;
const SERIES = 10_000;
const METRICS = 100;
const PUSH_MS = 15_000;
const SETTLE_MS = 45_000;
const MEASURE_MS = 60_000;
const CPU_LIMIT_PERCENT = 20;
const STORM = 10_000;
const GIVE_UP_MS = 60_000;

type Told = { readonly atMs: number; readonly alerts: readonly { readonly labels: Record<string, string> }[] };

const port = (server: Server): number => (server.address() as AddressInfo).port;

const listening = async (server: Server): Promise<Server> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
};

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** A webhook that keeps what it is told. */
async function startSink(): Promise<{ port: number; told: Told[]; stop(): Promise<void> }> {
  const told: Told[] = [];
  const server = await listening(
    createServer((request, answer) => {
      const atMs = performance.now();
      void textOf(request).then((text) => {
        told.push({ atMs, alerts: (JSON.parse(text) as Told).alerts });
        answer.end();
      });
    }),
  );
  return { port: port(server), told, stop: () => closed(server) };
}

const routing = (sink: number, groupBy: string): string => `
alertmanager:
  route: {receiver: sink, group_by: [${groupBy}], group_wait: 0s, group_interval: 5m}
  receivers: [{name: sink, webhook_configs: [{url: 'http://127.0.0.1:${sink}/', send_resolved: false}]}]
`;

async function withEngine(config: string, rules: string, bench: (served: Served) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-bench-'));
  const file = path.join(dir, 'rules.yml');
  writeFileSync(file, rules);
  const quiet = 'host: {enabled: false}\nnetflow: {listen: []}\n';
  const served = await startServe({ config: `${quiet}rule_files: ['${file}']\n${config}` });
  try {
    await bench(served);
  } finally {
    await served.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function push(served: Served, lines: readonly Buffer[]): Promise<void> {
  await pushBody(served, snappy(...lines));
}

async function pushBody({ url, token }: Served, body: ReturnType<typeof snappy>): Promise<void> {
  const answer = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body,
  });
  if (!answer.ok) throw new Error(`the push was answered ${answer.status}: ${await answer.text()}`);
}

const point = (name: string, labels: Record<string, string>, value: number): Buffer =>
  series([['__name__', name], ...Object.entries(labels)], [[Date.now(), value]]);

/** Makes one condition after another true, at moments that are no multiple of anything; seconds until each was told. */
async function latencies(told: readonly Told[], begin: (n: number) => Promise<void> | void): Promise<number[]> {
  const seconds: number[] = [];
  for (let n = 1; n <= ALERTS; n++) {
    await sleep(300 + ((n * GOLDEN_MS) % 1_000));
    const startedMs = performance.now();
    await begin(n);
    const isTold = (): Told | undefined => told.find(({ alerts }) => alerts[0]?.labels['n'] === String(n));
    while (isTold() === undefined) {
      if (performance.now() - startedMs > GIVE_UP_MS) throw new Error(`alert ${n} was not told in time`);
      await sleep(1);
    }
    seconds.push((isTold()!.atMs - startedMs) / 1_000);
  }
  return seconds.toSorted((a, b) => a - b);
}

export async function alertLatencyBench(emit: (figure: Figure) => void): Promise<void> {
  let faults = 0;
  const target = await listening(
    createServer((_, answer) => {
      answer.setHeader('content-type', 'text/plain; version=0.0.4');
      answer.end(Array.from({ length: ALERTS }, (_each, i) => `fault{n="${i + 1}"} ${i < faults ? 1 : 0}\n`).join(''));
    }),
  );
  const sink = await startSink();
  const scrape = `scrape_configs: [{job_name: b, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{targets: ['127.0.0.1:${port(target)}']}]}]\n`;
  const rules =
    'groups: [{name: g, rules: [{alert: Scraped, expr: fault == 1}, {alert: Pushed, expr: pushed == 1}]}]\n';
  const tell = (name: string, seconds: readonly number[], limitS: number): void => {
    const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
    emit({ name: `${name}_median`, value: median, unit: 's', peer: `limit ${limitS} s`, ratio: median / limitS });
    emit({ name: `${name}_worst`, value: seconds.at(-1) ?? 0, unit: 's' });
  };
  try {
    await withEngine(`${scrape}${routing(sink.port, "'...'")}`, rules, async (served) => {
      await sleep(5_000);
      const scraped = await latencies(sink.told, (n) => {
        faults = n;
      });
      tell('alert_latency_scraped', scraped, SCRAPED_LIMIT_S);
      sink.told.length = 0;
      const pushed = await latencies(sink.told, (n) => push(served, [point('pushed', { n: String(n) }, 1)]));
      tell('alert_latency_pushed', pushed, PUSHED_LIMIT_S);
    });
  } finally {
    await Promise.all([closed(target), sink.stop()]);
  }
}

/** A thousand rules, each over the ten series of its metric's shard; every second one without a `for`. */
function manyRules(): string {
  const groups = Array.from({ length: 20 }, (_, group) => {
    const rules = Array.from({ length: RULES / 20 }, (_rule, i) => {
      const n = group * (RULES / 20) + i;
      const wait = n % 2 === 0 ? '' : ', for: 5m';
      return `      - {alert: A${n}, expr: 'bench_${n % METRICS}{shard="${Math.floor(n / METRICS)}"} > 1e9'${wait}}\n`;
    });
    return `  - name: g${group}\n    interval: 15s\n    rules:\n${rules.join('')}`;
  });
  return `groups:\n${groups.join('')}`;
}

const manySeries = (round: number): Buffer[] =>
  Array.from({ length: SERIES }, (_, i) => {
    const shard = String(Math.floor(i / METRICS) % 10);
    return point(`bench_${i % METRICS}`, { shard, n: String(Math.floor(i / METRICS / 10)) }, round + i);
  });

async function costWith(rules: string): Promise<number> {
  let percent = 0;
  await withEngine('', rules, async (served) => {
    const pid = served.process.pid ?? 0;
    let round = 0;
    const timer = setInterval(() => {
      push(served, manySeries(round++)).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    }, PUSH_MS);
    try {
      await push(served, manySeries(round++));
      await sleep(SETTLE_MS);
      const before = usage(pid).cpuSeconds;
      await sleep(MEASURE_MS);
      percent = (100 * (usage(pid).cpuSeconds - before)) / (MEASURE_MS / 1_000);
    } finally {
      clearInterval(timer);
    }
  });
  return percent;
}

export async function rulesBench(emit: (figure: Figure) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('these figures are read from /proc and need Linux');
  const withRules = await costWith(manyRules());
  const without = await costWith('groups: []\n');
  emit({
    name: 'rules_cpu',
    value: withRules,
    unit: '% of one core',
    peer: `limit ${CPU_LIMIT_PERCENT} %, ${without.toFixed(1)} % without the rules`,
    ratio: withRules / CPU_LIMIT_PERCENT,
  });
}

/** Ten thousand alerts of one group at once: how many messages, and how long the engine let others wait meanwhile. */
export async function alertStormBench(emit: (figure: Figure) => void): Promise<void> {
  const sink = await startSink();
  const rules = 'groups: [{name: g, rules: [{alert: Storm, expr: storm == 1}]}]\n';
  try {
    await withEngine(
      routing(sink.port, 'alertname').replace('group_wait: 0s', 'group_wait: 2s'),
      rules,
      async (served) => {
        await sleep(2_000);
        // Made before anybody asks: what this process takes for it is no wait of the engine's.
        const storm = snappy(...Array.from({ length: STORM }, (_, i) => point('storm', { n: String(i) }, 1)));
        const over = new AbortController();
        let longestMs = 0;
        const asking = (async () => {
          while (!over.signal.aborted) {
            const startedMs = performance.now();
            await fetch(`${served.url}/health`);
            longestMs = Math.max(longestMs, performance.now() - startedMs);
            await sleep(10);
          }
        })();
        const startedMs = performance.now();
        await pushBody(served, storm);
        while (sink.told.length === 0 && performance.now() - startedMs < GIVE_UP_MS) await sleep(10);
        const tookMs = (sink.told[0]?.atMs ?? Infinity) - startedMs;
        await sleep(5_000);
        over.abort();
        await asking;
        const alerts = sink.told.reduce((sum, each) => sum + each.alerts.length, 0);
        emit({
          name: 'alert_storm_messages',
          value: sink.told.length,
          unit: 'messages',
          peer: `${alerts} of ${STORM} alerts told`,
        });
        emit({ name: 'alert_storm_told', value: tookMs / 1_000, unit: 's' });
        emit({ name: 'alert_storm_longest_wait', value: longestMs, unit: 'ms' });
      },
    );
  } finally {
    await sink.stop();
  }
}
