// `query`: the stored metrics in PromQL, read from the files while no engine runs there.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../shared/model/errors.ts';
import { formatValue } from '../engine/promql/index.ts';
import type { QueryValue } from '../engine/promql/index.ts';
import { openMetricStore } from '../engine/store/metrics/index.ts';
import type { Retention, StoreStatus } from '../engine/store/metrics/index.ts';
import { lockDataDir } from '../engine/store/state/index.ts';

const EVER_MS = 36_500 * 86_400_000;

export async function query(expr: string, options: { dataDir: string; time?: string }): Promise<void> {
  // Whoever reads the answer may have enough of it, as `head` has.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const dataDir = path.resolve(options.dataDir);
  const timeMs = options.time === undefined ? Date.now() : parseTime(options.time);
  // A mistyped folder must be told, not made.
  if (!existsSync(path.join(dataDir, 'metrics', 'head.db'))) {
    throw new LinewardenError('LW_CLI_NO_DATA', `there are no stored metrics in ${dataDir}`, {
      hint: 'Name the folder that serve or the desktop app keeps its data in: --data-dir DIR.',
    });
  }
  const lock = lockDataDir(dataDir);
  try {
    const store = await openMetricStore({
      dir: dataDir,
      retention: everything(),
      maxSeries: 10_000_000,
      upkeep: false,
    });
    try {
      await store.setRetention(reachOf(await store.status()), undefined);
      const { value, warnings, infos } = await store.instant(expr, timeMs);
      for (const note of [...warnings, ...infos]) process.stderr.write(`${note}\n`);
      print(value);
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
}

const everything = (): Retention => ({ rawKeepMs: EVER_MS, tiers: [] });

/** What is in the files can be asked for, whatever is configured: samples where they are, summaries where these are all. */
function reachOf({ tiers }: StoreStatus): Retention {
  return {
    rawKeepMs: EVER_MS,
    tiers: tiers
      .filter(({ resolutionMs }) => resolutionMs > 0)
      .map(({ resolutionMs }) => ({ resolutionMs, keepMs: EVER_MS })),
  };
}

function print(value: QueryValue): void {
  if (value.type === 'vector') {
    for (const sample of value.samples) {
      process.stdout.write(
        `${JSON.stringify(sample.labels.toRecord())} ${formatValue(sample.value)} @ ${sample.timeMs / 1000}\n`,
      );
    }
  } else if (value.type === 'matrix') {
    for (const series of value.series) {
      process.stdout.write(`${JSON.stringify(series.labels.toRecord())}\n`);
      series.timestamps.forEach((at, i) =>
        process.stdout.write(`  ${formatValue(series.values[i] ?? Number.NaN)} @ ${at / 1000}\n`),
      );
    }
  } else {
    process.stdout.write(`${value.type === 'scalar' ? formatValue(value.value) : value.value}\n`);
  }
}

function parseTime(text: string): number {
  const timeMs = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
  if (Number.isNaN(timeMs))
    throw new LinewardenError('LW_CLI_BAD_TIME', `"${text}" is neither RFC 3339 nor Unix seconds`);
  return timeMs;
}
