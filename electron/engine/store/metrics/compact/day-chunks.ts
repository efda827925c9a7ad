// A group's day as day chunks: cut where there are very many rows, with one column of times for the series that share them.
import { DayBlockEncoder } from '../codec/day-block.ts';
import { blockColumn, type EncodedChunk, type MemberSamples } from './chunk-codec.ts';
import { proveChunks } from './prove.ts';
import { samplesIn } from './samples.ts';

/** Reading the last rows opens one chunk: it should not be the whole of a day at a sample a second. */
const MAX_ROWS = 8_192;
/** A series that lacks more of the times than that gets a column of its own. */
const MIN_SHARED = 0.5;
/** Columns that a series is compared with; more are rare, and each costs a look at all times. */
const MAX_COMPARED = 4;

/** Columns ascend by member, each with at least one sample of the same day. Throws UnfaithfulBody. Stops between series. */
export function* encodeDay(columns: readonly MemberSamples[]): Generator<void, EncodedChunk[]> {
  const chunks: EncodedChunk[] = [];
  for (const { fromMs, toMs } of pieces(columns)) {
    const encoder = new DayBlockEncoder();
    const times: Float64Array[] = [];
    let startMs = Infinity;
    let endMs = -Infinity;
    let count = 0;
    // The one with the most times first: the others may share its column.
    const own = columns
      .map(({ member, samples }) => ({ member, samples: samplesIn(samples, fromMs, toMs) }))
      .filter(({ samples }) => samples.timestamps.length > 0)
      .toSorted((a, b) => b.samples.timestamps.length - a.samples.timestamps.length || a.member - b.member);
    for (const { member, samples } of own) {
      const { timestamps } = samples;
      let column = times.findIndex((known, i) => i < MAX_COMPARED && hasAll(known, timestamps));
      if (column < 0) {
        column = encoder.addTimes(timestamps);
        times.push(timestamps);
      }
      encoder.add(blockColumn(member, samples, times[column]!), column);
      startMs = Math.min(startMs, timestamps[0]!);
      endMs = Math.max(endMs, timestamps.at(-1)!);
      count += timestamps.length;
      yield;
    }
    if (count > 0) chunks.push({ startMs, endMs, samples: count, body: encoder.finish() });
  }
  yield* proveChunks(chunks, columns);
  return chunks;
}

/** Spans of time with few enough rows of the series that has the most. */
function pieces(columns: readonly MemberSamples[]): { fromMs: number; toMs: number }[] {
  let longest = new Float64Array();
  for (const { samples } of columns) {
    if (samples.timestamps.length > longest.length) longest = Float64Array.from(samples.timestamps);
  }
  const count = Math.max(1, Math.ceil(longest.length / MAX_ROWS));
  const size = Math.ceil(longest.length / count);
  return Array.from({ length: count }, (_, i) => ({
    fromMs: i === 0 ? -Infinity : longest[i * size - 1]!,
    toMs: i === count - 1 ? Infinity : longest[(i + 1) * size - 1]!,
  }));
}

/** Whether a column has all of some ascending times, and not many more. */
function hasAll(column: Float64Array, times: Float64Array): boolean {
  if (times.length > column.length || times.length < column.length * MIN_SHARED) return false;
  if (times === column) return true;
  let at = 0;
  for (let row = 0; row < column.length && at < times.length; row++) if (column[row] === times[at]) at++;
  return at === times.length;
}
