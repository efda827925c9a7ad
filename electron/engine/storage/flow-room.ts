// How much of the room that is set flows may take: metrics come first, and flows never have more than half.
import type { MetricStore } from '../store/metrics/index.ts';

/** Bytes. */
export async function flowRoom(store: Pick<MetricStore, 'status'>, maxBytes: number): Promise<number> {
  const { diskBytes } = await store.status();
  return Math.max(0, Math.min(maxBytes / 2, maxBytes - diskBytes));
}
