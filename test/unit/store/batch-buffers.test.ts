import { describe, expect, it } from 'vitest';
import { BatchBuffers } from '../../../electron/engine/store/metrics/batch-buffers.ts';

describe('the buffers of batches on their way to the writer', () => {
  it('come back and are used again for a batch of the same size only', () => {
    const buffers = new BatchBuffers();
    const large = buffers.take(400_000);
    buffers.giveBack([large, buffers.take(200_000)]);
    expect(buffers.take(300_000)).not.toBe(large);
    expect(buffers.take(400_000)).toBe(large);
    expect(buffers.take(400_000)).not.toBe(large);
    expect(buffers.take(200_000).byteLength).toBe(200_000);
  });

  it('are kept up to a few megabytes, those that came back last', () => {
    const buffers = new BatchBuffers();
    const all = Array.from({ length: 10 }, () => buffers.take(1024 * 1024));
    buffers.giveBack(all);
    const again = new Set(Array.from({ length: 10 }, () => buffers.take(1024 * 1024)));
    expect(all.map((one) => again.has(one))).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});
