// One series' samples out of several chunks: ascending, each time once.

export type Samples = {
  readonly timestamps: Float64Array;
  /** NaN where there is a staleness marker. */
  readonly values: Float64Array;
  /** 1 = staleness marker; absent when there is none. */
  readonly stale?: Uint8Array | undefined;
};

/** Of a time that is there twice the first counts, as for queries; parts come in the order of their chunks. */
export function joinSamples(parts: readonly Samples[]): Samples {
  if (parts.length === 1) return parts[0]!;
  const count = parts.reduce((sum, { timestamps }) => sum + timestamps.length, 0);
  const timestamps = new Float64Array(count);
  const values = new Float64Array(count);
  const stale = parts.some((part) => part.stale !== undefined) ? new Uint8Array(count) : undefined;
  let at = 0;
  let isOrdered = true;
  for (const part of parts) {
    if (at > 0 && part.timestamps[0]! <= timestamps[at - 1]!) isOrdered = false;
    timestamps.set(part.timestamps, at);
    values.set(part.values, at);
    if (part.stale !== undefined) stale?.set(part.stale, at);
    at += part.timestamps.length;
  }
  return isOrdered ? { timestamps, values, stale } : inOrder({ timestamps, values, stale });
}

function inOrder({ timestamps, values, stale }: Samples): Samples {
  const order = Uint32Array.from(timestamps, (_, i) => i).toSorted((a, b) => timestamps[a]! - timestamps[b]! || a - b);
  const kept = order.filter((at, i) => i === 0 || timestamps[order[i - 1]!] !== timestamps[at]);
  return pick({ timestamps, values, stale }, kept);
}

/** The samples at some places, ascending. */
function pick({ timestamps, values, stale }: Samples, places: Uint32Array): Samples {
  const keptStale = stale === undefined ? undefined : Uint8Array.from(places, (at) => stale[at]!);
  return {
    timestamps: Float64Array.from(places, (at) => timestamps[at]!),
    values: Float64Array.from(places, (at) => values[at]!),
    stale: keptStale?.includes(1) === true ? keptStale : undefined,
  };
}

/** The samples in (fromMs, toMs], as views. */
export function samplesIn(samples: Samples, fromMs: number, toMs: number): Samples {
  const { timestamps, values, stale } = samples;
  const start = firstAfter(timestamps, fromMs);
  const end = firstAfter(timestamps, toMs);
  if (start === 0 && end === timestamps.length) return samples;
  const part = stale?.subarray(start, end);
  return {
    timestamps: timestamps.subarray(start, end),
    values: values.subarray(start, end),
    stale: part?.includes(1) === true ? part : undefined,
  };
}

/** All but the samples in (fromMs, toMs]. */
export function samplesOutside(samples: Samples, fromMs: number, toMs: number): Samples {
  const before = samplesIn(samples, -Infinity, fromMs);
  const after = samplesIn(samples, toMs, Infinity);
  if (after.timestamps.length === 0) return before;
  return before.timestamps.length === 0 ? after : joinSamples([before, after]);
}

function firstAfter(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two ascending columns of times as one, each time once; the first itself when it has all of them. */
export function unionOfTimes(a: Float64Array, b: Float64Array): Float64Array {
  if (isSame(a, b)) return a;
  const union = new Float64Array(a.length + b.length);
  let count = 0;
  let i = 0;
  let k = 0;
  while (i < a.length || k < b.length) {
    const next = k >= b.length || (i < a.length && a[i]! <= b[k]!) ? a[i]! : b[k]!;
    if (a[i] === next) i++;
    if (b[k] === next) k++;
    union[count++] = next;
  }
  return count === a.length ? a : union.subarray(0, count);
}

const isSame = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && (a === b || Buffer.compare(bytes(a), bytes(b)) === 0);

const bytes = (of: Float64Array): Buffer => Buffer.from(of.buffer, of.byteOffset, of.byteLength);
