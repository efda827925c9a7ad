// A batch on its way to the writer thread: checked once, then copied into buffers that can be handed over.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { BatchBuffers } from './batch-buffers.ts';
import type { SampleBatch } from './types.ts';

/** Throws LW_STORE_BAD_BATCH. */
export function checkBatch(batch: SampleBatch, refCount: number): void {
  const { refs, values, timestampsMs, stale, timestampMs } = batch;
  const count = refs.length;
  const sameLength =
    values.length === count && (timestampsMs?.length ?? count) === count && (stale?.length ?? count) === count;
  if (sameLength && Number.isFinite(timestampMs) && refs.every((ref) => ref < refCount)) return;
  throw new LinewardenError('LW_STORE_BAD_BATCH', 'A batch needs a time, known refs and columns of one length.');
}

/** Copies that can be handed over: the caller keeps its arrays, and a view on a larger buffer sends only its part. */
export function copyBatch(
  { timestampMs, refs, values, timestampsMs, stale }: SampleBatch,
  from: BatchBuffers,
): SampleBatch {
  const doubles = (column: Float64Array): Float64Array => {
    const copy = new Float64Array(from.take(column.byteLength));
    copy.set(column);
    return copy;
  };
  const ownRefs = new Uint32Array(from.take(refs.byteLength));
  ownRefs.set(refs);
  return {
    timestampMs,
    refs: ownRefs,
    values: doubles(values),
    timestampsMs: timestampsMs && doubles(timestampsMs),
    stale: stale?.slice(),
  };
}

export function buffersOf({ refs, values, timestampsMs, stale }: SampleBatch): ArrayBuffer[] {
  return [refs, values, timestampsMs, stale].flatMap((column) =>
    column?.buffer instanceof ArrayBuffer ? [column.buffer] : [],
  );
}
