// A real Prometheus and a real VictoriaMetrics that take remote write: each on a port and in a folder of its own, killed and started again at will.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/serve.ts';
import { freePort } from '../prometheus/peer.ts';

const isMissing = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined;

/** '' when both are there, else why the tests are skipped. */
export const missing = [
  ...(isMissing('prometheus') ? ['Prometheus is not installed'] : []),
  ...(isMissing('victoria-metrics') ? ['VictoriaMetrics is not installed'] : []),
].join(', ');

export type Receiver = {
  readonly url: string;
  start(): Promise<void>;
  /** As it is told to end. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** And its folder goes. */
  end(): Promise<void>;
};

async function receiver(
  program: string,
  readyPath: string,
  argsOf: (dir: string, port: number) => string[],
): Promise<Receiver> {
  const dir = mkdtempSync(path.join(tmpdir(), `${program}-peer-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const finish = async (how: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const exit = once(running, 'exit');
    running.kill(how);
    await exit;
  };
  return {
    url,
    async start() {
      child = spawn(program, argsOf(dir, port), { stdio: 'ignore' });
      await eventually(
        `${program} to be ready`,
        async () => (await fetch(`${url}${readyPath}`)).status,
        (status) => status === 200,
      );
    },
    stop: () => finish('SIGTERM'),
    kill: () => finish('SIGKILL'),
    async end() {
      await finish('SIGKILL');
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const prometheusReceiver = (): Promise<Receiver> =>
  receiver('prometheus', '/-/ready', (dir, port) => {
    const file = path.join(dir, 'prometheus.yml');
    writeFileSync(file, '');
    return [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(dir, 'data')}`,
      '--storage.tsdb.retention.time=30d',
      '--web.enable-remote-write-receiver',
      `--web.listen-address=127.0.0.1:${port}`,
    ];
  });

export const victoriaMetrics = (): Promise<Receiver> =>
  receiver('victoria-metrics', '/health', (dir, port) => [
    `-storageDataPath=${path.join(dir, 'data')}`,
    '-retentionPeriod=1y',
    `-httpListenAddr=127.0.0.1:${port}`,
  ]);

/** Each series' samples, once each, by time: `labels -> time -> value`. */
export type Samples = ReadonlyMap<string, ReadonlyMap<number, string>>;

const keyOf = (metric: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)));

type Matrix = { readonly metric: Record<string, string>; readonly values: readonly [number, string][] }[];

export const samplesOfMatrix = (matrix: Matrix): Samples =>
  new Map(
    matrix.map(({ metric, values }) => [
      keyOf(metric),
      new Map(values.map(([second, value]) => [Math.round(second * 1_000), value])),
    ]),
  );

/** All that VictoriaMetrics has of series that match, without staleness markers, which it tells as NaN. */
export async function exported({ url }: Receiver, match: string): Promise<Samples> {
  const response = await fetch(`${url}/api/v1/export?${new URLSearchParams({ 'match[]': match })}`);
  const found = new Map<string, Map<number, string>>();
  for (const line of (await response.text()).split('\n').filter((text) => text !== '')) {
    const { metric, values, timestamps } = JSON.parse(
      line.replaceAll(/(?<=[[,])(?:[-+]?Inf(?:inity)?|NaN)(?=[\],])/g, '"$&"'),
    ) as {
      metric: Record<string, string>;
      values: (number | string | null)[];
      timestamps: number[];
    };
    const of = found.get(keyOf(metric)) ?? new Map<number, string>();
    for (const [i, atMs] of timestamps.entries())
      if (values[i] !== null && values[i] !== 'NaN') of.set(atMs, String(values[i]));
    found.set(keyOf(metric), of);
  }
  return found;
}

const NUMBERS: Readonly<Record<string, number>> = {
  '+Inf': Infinity,
  Infinity,
  '-Inf': -Infinity,
  '-Infinity': -Infinity,
};
const numberOf = (text: string): number => NUMBERS[text] ?? Number(text);

/** VictoriaMetrics keeps 12 digits or so, and nothing as small as the smallest double. */
const isSame = (a: number, b: number): boolean => Object.is(a, b) || Math.abs(a - b) <= 1e-11 * Math.abs(a) + 1e-300;

/** What of `wanted` is not there, or is another value; a few of it. */
export function lacking(wanted: Samples, found: Samples): string[] {
  const lacks: string[] = [];
  for (const [key, samples] of wanted) {
    for (const [atMs, value] of samples) {
      const there = found.get(key)?.get(atMs);
      if (there === undefined || !isSame(numberOf(there), numberOf(value)))
        lacks.push(`${key} at ${atMs}: ${value}, found ${there}`);
    }
  }
  return lacks.slice(0, 20);
}

export const countOf = (samples: Samples): number => [...samples.values()].reduce((sum, { size }) => sum + size, 0);
