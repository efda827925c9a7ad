// The store's commits in their order, and its samples by time, as calls to the threads that have them.
import type { ReaderQueries } from './reader-queries.ts';
import type { SupervisedWriter } from './supervised-writer.ts';
import type { CommitFeed, CommittedRow } from './types.ts';
import { decodeIds, decodeWalRow } from './wal/row.ts';

/** A sample of a row: its value, its id, maybe a time of its own. */
const BYTES_PER_SAMPLE = 12;

export function commitFeed(options: {
  readonly writer: Pick<SupervisedWriter, 'call'>;
  readonly queries: Pick<ReaderQueries, 'samples'>;
  /** What a writer that is started again is told. */
  readonly onKeepAfter: (seq: number | undefined) => void;
}): CommitFeed {
  const { writer, queries } = options;
  return {
    async rows(afterSeq, maxSamples) {
      const { rows, firstSeq, lastSeq } = await writer.call({
        kind: 'rows',
        afterSeq,
        maxBytes: maxSamples * BYTES_PER_SAMPLE,
      });
      const decoded = rows.flatMap(({ seq, timeMs, body }): CommittedRow[] => {
        const row = readRow(timeMs, body);
        return row === undefined ? [] : [{ seq, ...row }];
      });
      return { rows: decoded, firstSeq, lastSeq, upToSeq: rows.at(-1)?.seq ?? afterSeq };
    },
    async keepAfter(seq) {
      options.onKeepAfter(seq);
      await writer.call({ kind: 'keepRows', afterSeq: seq });
    },
    labels: (ids) => writer.call({ kind: 'labels', ids }),
    samples: (afterId, minTimeMs, maxTimeMs, maxSamples) => queries.samples(afterId, minTimeMs, maxTimeMs, maxSamples),
  };
}

/** Undefined for a row that is damaged. */
function readRow(timeMs: number, body: Uint8Array): Omit<CommittedRow, 'seq'> | undefined {
  try {
    const { idBytes, values, timestamps, stale } = decodeWalRow(timeMs, body);
    return { timeMs, ids: decodeIds(idBytes, values.length), values, timestampsMs: timestamps, stale };
  } catch {
    return undefined;
  }
}
