// How often each sender and each address may come: token buckets, bounded in number.
import { isIPv6 } from 'node:net';

const MAX_BUCKETS = 20_000;
const MINUTE_MS = 60_000;

type Bucket = { left: number; atMs: number };

export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();
  /** In a minute, and at once after a pause. */
  perMinute: number;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** Takes one; 0, or the seconds until there is one again. `nowMs` is monotonic. */
  take(key: string, nowMs: number): number {
    const waitS = this.wait(key, nowMs);
    if (waitS === 0) this.#bucket(key, nowMs).left -= 1;
    return waitS;
  }

  /** The same without taking. */
  wait(key: string, nowMs: number): number {
    const { left } = this.#bucket(key, nowMs);
    return left >= 1 ? 0 : Math.max(1, Math.ceil(((1 - left) * MINUTE_MS) / this.perMinute / 1_000));
  }

  #bucket(key: string, nowMs: number): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { left: this.perMinute, atMs: nowMs };
      if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    } else {
      bucket.left = Math.min(this.perMinute, bucket.left + ((nowMs - bucket.atMs) / MINUTE_MS) * this.perMinute);
      bucket.atMs = nowMs;
      this.#buckets.delete(key);
    }
    // The one that was used last is the last to be forgotten.
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** One machine has a whole /64 of addresses to come from. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::', 2);
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
