// Reads what was encoded before it takes the place of what it was made of: a fault of a codec's then costs room, never samples.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { openSummaryBlock } from '../codec/summary-block.ts';
import type { SummaryColumns } from '../summary/index.ts';
import { type EncodedChunk, type MemberSamples, openChunk } from './chunk-codec.ts';
import type { Samples } from './samples.ts';

/** What was encoded reads otherwise than what it was made of. */
export class UnfaithfulBody extends LinewardenError {
  constructor(what: string) {
    super('LW_STORE_UNFAITHFUL', what, { hint: "This is a fault of the program's; please report it." });
  }
}

/** Chunks ascend in time. Throws UnfaithfulBody unless they have the columns' samples and no others. Stops between series. */
export function* proveChunks(chunks: readonly EncodedChunk[], columns: readonly MemberSamples[]): Generator<void> {
  const places = new Map(columns.map(({ member }) => [member, 0]));
  for (const { body } of chunks) {
    const open = orUnfaithful(() => openChunk(body));
    let found = 0;
    for (const { member, samples } of columns) {
      const stored = orUnfaithful(() => open.read(member));
      if (stored === undefined) continue;
      found++;
      const from = places.get(member)!;
      if (!hasAt(samples, from, stored)) throw new UnfaithfulBody('a chunk has other samples');
      places.set(member, from + stored.timestamps.length);
      yield;
    }
    if (found !== open.counts.size) throw new UnfaithfulBody('a chunk has other series');
  }
  const isAll = columns.every(({ member, samples }) => places.get(member) === samples.timestamps.length);
  if (!isAll) throw new UnfaithfulBody('a chunk lacks samples');
}

/** Throws UnfaithfulBody unless the row has the series' buckets; counters' sums may be left out. Stops between series. */
export function* proveSummaries(
  body: Uint8Array,
  dayMs: number,
  columns: readonly MemberSamples[],
  bucketsOf: (one: MemberSamples) => SummaryColumns,
): Generator<void> {
  const block = orUnfaithful(() => openSummaryBlock(body, dayMs));
  for (const one of columns) {
    const stored = orUnfaithful(() => block.readAll(one.member));
    if (stored === undefined || !isSameSummary(bucketsOf(one), stored)) {
      throw new UnfaithfulBody('a row has other summaries');
    }
    yield;
  }
}

/** Whether `stored` is what `samples` have from a place on, bit by bit; what a staleness marker has for a value means nothing. */
function hasAt(samples: Samples, from: number, stored: Samples): boolean {
  const count = stored.timestamps.length;
  if (from + count > samples.timestamps.length) return false;
  for (let i = 0; i < count; i++) {
    if (samples.timestamps[from + i] !== stored.timestamps[i]) return false;
    const isStale = samples.stale?.[from + i] === 1;
    if (isStale !== (stored.stale?.[i] === 1)) return false;
    if (!isStale && !Object.is(samples.values[from + i], stored.values[i])) return false;
  }
  return true;
}

/** Buckets without samples say nothing but their marker. */
function isSameSummary(made: SummaryColumns, stored: SummaryColumns): boolean {
  if (made.counts.length !== stored.counts.length) return false;
  const pairs = [
    [made.firstTimes, stored.firstTimes],
    [made.lastTimes, stored.lastTimes],
    [made.firstValues, stored.firstValues],
    [made.lastValues, stored.lastValues],
    [made.mins, stored.mins],
    [made.maxs, stored.maxs],
    [made.corrections, stored.corrections],
    [made.sums, made.sums && (stored.sums ?? made.sums)],
  ] as const;
  for (let i = 0; i < made.counts.length; i++) {
    if (made.counts[i] !== stored.counts[i]) return false;
    if ((made.endsStale?.[i] ?? 0) !== (stored.endsStale?.[i] ?? 0)) return false;
    if (made.counts[i] === 0) continue;
    for (const [a, b] of pairs) if (!Object.is(a?.[i], b?.[i])) return false;
  }
  return true;
}

function orUnfaithful<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LinewardenError && error.code === 'LW_STORE_DAMAGED') throw new UnfaithfulBody(error.message);
    throw error;
  }
}
