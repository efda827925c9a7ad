// `import openmetrics`: a file's samples into the stored metrics, while no engine runs there.
import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { formatDurationMs } from '../../shared/model/duration.ts';
import { LinewardenError } from '../../shared/model/errors.ts';
import { configFileIn, loadConfig } from '../engine/config/index.ts';
import { storageSettings, storeRetentionOf } from '../engine/storage/index.ts';
import { openMetricImport } from '../engine/store/metrics/index.ts';
import type { MetricImport, Retention, SeriesBuffer } from '../engine/store/metrics/index.ts';
import { lockDataDir, openState } from '../engine/store/state/index.ts';
import { SampleText } from './sample-text.ts';

const PIECE_BYTES = 1024 * 1024;
const PROGRESS_MS = 2_000;
/** Other computers' clocks are not quite ours. Samples further ahead would hide the present once it gets there. */
const MAX_AHEAD_MS = 3_600_000;

/** `file` may be `-`: standard input. */
export async function importOpenMetrics(file: string, options: { dataDir: string; config?: string }): Promise<void> {
  const dataDir = path.resolve(options.dataDir);
  const bytes = sizeOf(file);
  const lock = lockDataDir(dataDir);
  try {
    const retention = retentionOf(dataDir, options.config);
    const target = await openMetricImport({
      dir: dataDir,
      resolutionsMs: retention.tiers.map(({ resolutionMs }) => resolutionMs),
      onNote: (sentence) => void process.stderr.write(`${sentence}\n`),
    });
    const text = new SampleText<SeriesBuffer>({
      targetOf: (labels) => target.bufferOf(labels),
      turnTo: (buffer) => target.turnTo(buffer),
      earliestMs: target.earliestMs,
      latestMs: Date.now() + MAX_AHEAD_MS,
    });
    const startedMs = performance.now();
    let failure: unknown;
    try {
      await readAll(file, bytes, text, target);
    } catch (error) {
      failure = error;
    }
    // What stands before a bad line is imported.
    if (text.samples > 0 && text.line > 0) process.stderr.write('writing the rest ...\n');
    await target.finish();
    tell(text, target.series, (performance.now() - startedMs) / 1000, retention);
    tellRefused(text, target.conflicts);
    if (failure !== undefined) throw failure;
  } finally {
    lock.release();
  }
}

/** Undefined for standard input. */
function sizeOf(file: string): number | undefined {
  if (file === '-') return undefined;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === true) return found.size;
  if (found !== undefined && !found.isDirectory()) return undefined;
  throw new LinewardenError('LW_CLI_NO_FILE', `${file} is ${found === undefined ? 'not there' : 'a folder'}`, {
    hint: 'Name a file of samples with times in OpenMetrics text, or - for standard input.',
  });
}

/** What an engine on this data dir would keep. */
function retentionOf(dataDir: string, config: string | undefined): Retention {
  const { storage } = loadConfig(config ?? configFileIn(dataDir)).config;
  // The window's settings; a folder without them is not given any.
  if (!existsSync(path.join(dataDir, 'state.db'))) {
    return storeRetentionOf(storageSettings(storage, { get: () => undefined }).retention.value);
  }
  const state = openState(dataDir);
  try {
    return storeRetentionOf(storageSettings(storage, state.settings).retention.value);
  } finally {
    state.close();
  }
}

async function readAll(
  file: string,
  bytes: number | undefined,
  text: SampleText<SeriesBuffer>,
  target: MetricImport,
): Promise<void> {
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: PIECE_BYTES });
  let read = 0;
  let saidMs = performance.now();
  let saidSamples = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    text.read(piece);
    target.relieve();
    read += piece.length;
    const nowMs = performance.now();
    if (nowMs - saidMs < PROGRESS_MS) continue;
    const part = bytes === undefined || bytes === 0 ? '' : `${Math.floor((100 * read) / bytes)} %, `;
    const rate = ((text.samples - saidSamples) / (nowMs - saidMs)).toFixed(0);
    process.stderr.write(`${part}${text.samples} samples of ${target.series} series, ${rate} k/s\n`);
    saidMs = nowMs;
    saidSamples = text.samples;
  }
  text.end();
}

function tell(text: SampleText<SeriesBuffer>, series: number, seconds: number, { rawKeepMs }: Retention): void {
  if (text.samples === 0) {
    process.stdout.write('no samples\n');
    return;
  }
  const [first, last] = [text.firstMs, text.lastMs].map((timeMs) => new Date(timeMs).toISOString());
  process.stdout.write(
    `${text.samples} samples of ${series} series from ${first} to ${last} in ${seconds.toFixed(1)} s\n`,
  );
  if (text.firstMs < Date.now() - rawKeepMs) {
    process.stderr.write(
      `Samples older than ${formatDurationMs(rawKeepMs)} are past the retention (storage.retention): an engine removes them within the hour and keeps their summaries. Raise raw there first to keep them.\n`,
    );
  }
}

/** What of the file is not in the store, and why. */
function tellRefused({ tooLate, tooEarly }: SampleText<SeriesBuffer>, conflicts: number): void {
  if (tooLate !== undefined) {
    process.stderr.write(
      `Not imported: ${samples(tooLate.count)} more than ${formatDurationMs(MAX_AHEAD_MS)} ahead of this computer's clock, the first in line ${tooLate.line} (${timeText(tooLate.timeMs)}). They would hide the present; check the times in the file, or the clock.\n`,
    );
  }
  if (tooEarly !== undefined) {
    process.stderr.write(
      `Not imported: ${samples(tooEarly.count)} from before the year 1, the first in line ${tooEarly.line}. Check the times in the file.\n`,
    );
  }
  if (conflicts > 0) {
    process.stderr.write(
      `Not imported: ${samples(conflicts)} with another value than one before of the same series at the same time. The first counts.\n`,
    );
  }
}

const samples = (count: number): string => `${count} ${count === 1 ? 'sample' : 'samples'}`;

/** A number may be no date at all. */
const timeText = (timeMs: number): string => {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? `${timeMs / 1000} s` : time.toISOString();
};
