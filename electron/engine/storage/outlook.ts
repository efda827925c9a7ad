// What is coming: whether the store will be full, and the sentence about it when that is soon.
import { writeBytes } from '../../../shared/model/fields.ts';
import type { StoreStatus } from '../store/metrics/index.ts';

const DAY_MS = 86_400_000;
/** Sooner than this somebody should know. */
export const SOON_MS = 7 * DAY_MS;

type Fill = Pick<StoreStatus, 'diskBytes' | 'maxBytes' | 'fullAtMs'>;

/** Slightly over the limit is what it always is when full: retention looks at it each hour. */
const OVER = 1.05;

/** One sentence about what somebody should know of the store's room and files; undefined while there is nothing. */
export function storageProblem(
  status: StoreStatus,
  freeBytes: number | null,
  filesSetAside: number,
  nowMs: number,
): string | undefined {
  // What the store itself has to say comes first, and says more.
  if (status.problem !== undefined) return undefined;
  const { diskBytes, maxBytes } = status;
  if (maxBytes !== undefined && diskBytes > maxBytes * OVER) {
    return `The metrics are over their limit of ${writeBytes(maxBytes)}, so that the oldest go before their time; raise storage.max_size, or keep them for less long.`;
  }
  if (filesSetAside > 0) {
    const files = filesSetAside === 1 ? 'A damaged file was' : `${filesSetAside} damaged files were`;
    return `${files} set aside; Settings, Storage tells what is missing and what to do.`;
  }
  return soonFull(status, freeBytes, nowMs);
}

/** One sentence when limit or disk are full within a week; undefined otherwise. */
export function soonFull(
  { diskBytes, maxBytes, fullAtMs }: Fill,
  freeBytes: number | null,
  nowMs: number,
): string | undefined {
  if (fullAtMs === undefined || fullAtMs - nowMs >= SOON_MS) return undefined;
  const days = Math.max(0, Math.floor((fullAtMs - nowMs) / DAY_MS));
  const when = days === 0 ? 'within a day' : days === 1 ? 'in about a day' : `in about ${days} days`;
  const left = maxBytes === undefined ? Number.POSITIVE_INFINITY : maxBytes - diskBytes;
  if (freeBytes !== null && freeBytes < left) {
    return `The disk will be full ${when} as the metrics grow now, and nothing is stored then; free some space, or keep them for less long.`;
  }
  return `The metrics reach their limit of ${writeBytes(maxBytes ?? 0)} ${when}, and the oldest go before their time then; raise storage.max_size, or keep them for less long.`;
}
