// The metric store on the data that its figures are about: 24 h of 2,000 series, and 30 days of 200; beside the real Prometheus
// where it is installed.
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { spawn } from 'node:child_process';
import { cliFile, nodeBinary, type Served, startServe } from '../support/serve.ts';
import { p50, type Query, type Server, warmUp } from './ask.ts';
import { bytesIn, end, run, usage } from './processes.ts';
import { blockBytes, compacted, hasPrometheus, loadPrometheus, type Peer, startPrometheus } from './prometheus.ts';
import type { Figure } from './run.ts';

const root = path.resolve(import.meta.dirname, '../..');
const promdata = path.resolve(root, '../shared/tools/promdata');
const PROMETHEUS_PORT = 21_090;
const CONFIG = 'host: {enabled: false}\nnetflow: {listen: []}\nstorage: {retention: {raw: 10y, 5m: 20y, 1h: 30y}}\n';
const HOUR = 3_600;
/** Off the 15 s grid, where left-closed and left-open windows hold the same samples. */
const OFF_GRID = 7;

type Emit = (figure: Figure) => void;
type Data = { readonly series: number; readonly samples: number; readonly start: number; readonly end: number };

/** What each query is held to: its limit in ms, or how much of Prometheus's time. */
const LIMITS: Record<string, { ms?: number; ofPeer?: number }> = {
  '1_raw_gauge': { ofPeer: 1 },
  '2_rate_one': { ofPeer: 1 },
  '3_sum_by_device': { ofPeer: 0.25 },
  '4_hist_q99': { ofPeer: 0.25 },
  '5_instant_hist_q99': { ofPeer: 1 },
  '6_instant_topk10': { ofPeer: 1 },
  '3_unaligned_2m': { ofPeer: 1 },
  '30d_one': { ms: 20 },
  '30d_one_raw': { ms: 20 },
  '30d_sum_of_100': { ms: 150 },
};

export async function promdataBench(emit: Emit): Promise<void> {
  if (!existsSync(path.join(promdata, 'gen.js'))) throw new Error(`skipped: there is no ${promdata}/gen.js`);
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-promdata-'));
  try {
    const peers = await hasPrometheus();
    if (!peers)
      process.stderr.write(
        'promdata: prometheus and promtool are not installed, so there is nothing to compare with\n',
      );
    await day(dir, peers, emit);
    await jitter(dir, emit);
    await month(dir, emit);
    await unsealed(dir, emit);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function day(dir: string, peers: boolean, emit: Emit): Promise<void> {
  const text = path.join(dir, 'day.txt');
  const data = await generate(text);
  const store = path.join(dir, 'day');
  await load(text, store, data, '24h', emit, 2);
  const { queries } = JSON.parse(readFileSync(path.join(promdata, 'queries.json'), 'utf8')) as { queries: Query[] };
  const asked: Query[] = [
    ...queries.map(({ id, query, start, end: last, step, time }) => ({
      id,
      query,
      ...(time === undefined ? { start: start!, end: last!, step: step! } : { time }),
    })),
    {
      id: '3_unaligned_2m',
      query: 'sum by (device) (rate(if_octets_total[2m]))',
      start: data.start + OFF_GRID,
      end: data.end - 15,
      step: 60,
    },
  ];
  await compare(dir, 'day', text, data, asked, peers, emit);
}

/** The same samples a few milliseconds early or late, each for itself. */
async function jitter(dir: string, emit: Emit): Promise<void> {
  const even = path.join(dir, 'even.txt');
  const data = await generate(even, '--devices', '5');
  const text = path.join(dir, 'jitter.txt');
  const out = createWriteStream(text, { highWaterMark: 1 << 20 });
  let state = 1;
  for await (const line of readline.createInterface({ input: createReadStream(even, { highWaterMark: 1 << 20 }) })) {
    let moved = line;
    if (!line.startsWith('#')) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const offMs = Math.floor((state / 4_294_967_296) * 41) - 20;
      const space = line.lastIndexOf(' ') + 1;
      moved = line.slice(0, space) + ((Number(line.slice(space)) * 1000 + offMs) / 1000).toFixed(3);
    }
    if (!out.write(`${moved}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  await load(text, path.join(dir, 'jitter'), data, 'jitter', emit, 3);
}

/** Without Prometheus beside it: promtool reads the text anew for every two hours of it. */
async function month(dir: string, emit: Emit): Promise<void> {
  const text = path.join(dir, 'month.txt');
  const data = await generate(text, '--devices', '2', '--hours', '720', '--step', '60');
  const store = path.join(dir, 'month');
  await load(text, store, data, '30d', emit, undefined);
  const range = { start: data.start, end: data.end - HOUR, step: HOUR };
  const one = '{device="rtr01",interface="ether3",direction="in"}';
  const asked: Query[] = [
    { id: '30d_one', query: `rate(if_octets_total${one}[1h])`, ...range },
    { id: '30d_one_raw', query: 'temperature_celsius{device="rtr01",sensor="2"}', ...range },
    { id: '30d_sum_of_100', query: 'sum(rate(if_octets_total[1h]))', ...range },
  ];
  await compare(dir, 'month', text, data, asked, false, emit);
}

/** The start after a crash, with samples that are in the wal only. */
async function unsealed(dir: string, emit: Emit): Promise<void> {
  const store = path.join(dir, 'unsealed');
  const child = spawn(nodeBinary(), [path.join(root, 'test/bench/fill-wal.ts'), store], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(readline.createInterface({ input: child.stdout }), 'line')) as [string];
  await end(child, 'SIGKILL');
  const startedMs = performance.now();
  const served = await startServe({ dataDir: store, config: CONFIG });
  const readyMs = performance.now() - startedMs;
  await served.stop();
  emit({
    name: 'promdata_ready_unsealed',
    value: readyMs,
    unit: 'ms',
    peer: `limit 1200 ms, ${line} samples unsealed`,
    ratio: readyMs / 1200,
  });
}

async function generate(out: string, ...more: string[]): Promise<Data> {
  const child = spawn(nodeBinary(), [path.join(promdata, 'gen.js'), '--out', out, ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`gen.js ended with ${code}: ${said}`);
  return JSON.parse(said) as Data;
}

async function load(
  text: string,
  store: string,
  data: Data,
  name: string,
  emit: Emit,
  limitBytes: number | undefined,
): Promise<void> {
  const seconds = await run(nodeBinary(), [cliFile, 'import', 'openmetrics', text, '--data-dir', store]);
  const rate = data.samples / seconds;
  emit({
    name: `promdata_import_${name}`,
    value: rate,
    unit: 'samples/s',
    peer: 'at least 500000/s',
    ratio: rate / 500_000,
  });
  const perSample = bytesIn(path.join(store, 'metrics')) / data.samples;
  emit({
    name: `promdata_disk_${name}`,
    value: perSample,
    unit: 'B/sample',
    ...(limitBytes === undefined ? {} : { peer: `limit ${limitBytes} B`, ratio: perSample / limitBytes }),
  });
}

const WARMED_BELOW_MS = 20;

/** Both servers run at once and are asked in turns, so that what else the machine does costs both. */
async function compare(
  dir: string,
  name: string,
  text: string,
  data: Data,
  queries: readonly Query[],
  peers: boolean,
  emit: Emit,
): Promise<void> {
  const peer = peers ? await besides(path.join(dir, `${name}-prometheus`), text, data, name, emit) : undefined;
  try {
    const startedMs = performance.now();
    const served: Served = await startServe({ dataDir: path.join(dir, name), config: CONFIG });
    try {
      const readyMs = performance.now() - startedMs;
      emit({ name: `promdata_ready_${name}`, value: readyMs, unit: 'ms', peer: 'limit 600 ms', ratio: readyMs / 600 });
      const server: Server = { url: served.url, token: served.token };
      for (const query of queries) {
        const measure = async (id: string): Promise<number> => {
          const own = await p50(server, query);
          emit(figureOf(id, own.ms, peer === undefined ? undefined : (await p50(peer, query)).ms));
          return own.ms;
        };
        const ms = await measure(`${query.id}_fresh`);
        // What takes milliseconds is compiled by V8 only after hundreds of calls: told before and after.
        if (ms < WARMED_BELOW_MS) await warmUp([server, ...(peer === undefined ? [] : [peer])], query);
        await measure(query.id);
      }
      emit({ name: `promdata_rss_${name}`, value: usage(served.process.pid ?? 0).rssBytes / 1e6, unit: 'MB' });
    } finally {
      await served.stop();
    }
  } finally {
    await peer?.stop();
  }
}

function figureOf(id: string, ms: number, peerMs: number | undefined): Figure {
  const limit = LIMITS[id.replace(/_fresh$/, '')];
  const allowedMs = limit?.ms ?? (peerMs === undefined ? undefined : peerMs * (limit?.ofPeer ?? 1));
  const told = [
    ...(peerMs === undefined ? [] : [`prometheus ${peerMs.toPrecision(3)} ms`]),
    ...(allowedMs === undefined ? [] : [`limit ${allowedMs.toPrecision(3)} ms`]),
  ];
  return {
    name: `promdata_${id}`,
    value: ms,
    unit: 'ms',
    ...(told.length > 0 ? { peer: told.join(', ') } : {}),
    ...(allowedMs === undefined ? {} : { ratio: ms / allowedMs }),
  };
}

async function besides(store: string, text: string, data: Data, name: string, emit: Emit): Promise<Peer> {
  const seconds = await loadPrometheus(text, store);
  emit({ name: `prometheus_import_${name}`, value: data.samples / seconds, unit: 'samples/s' });
  const peer = await startPrometheus(store, PROMETHEUS_PORT);
  await compacted(peer);
  emit({ name: `prometheus_disk_${name}`, value: blockBytes(peer) / data.samples, unit: 'B/sample' });
  return peer;
}
