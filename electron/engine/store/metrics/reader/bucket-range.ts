// Buckets of one width over a range of times, and sets of them.

/** Buckets [from, to) by number. */
export type BucketSpan = { readonly from: number; readonly to: number };

export class BucketRange {
  readonly minTimeMs: number;
  readonly resolutionMs: number;
  readonly count: number;

  /** Bucket i is (minTimeMs + i * resolutionMs, minTimeMs + (i + 1) * resolutionMs]; both times are multiples of the width. */
  constructor(minTimeMs: number, maxTimeMs: number, resolutionMs: number) {
    this.minTimeMs = minTimeMs;
    this.resolutionMs = resolutionMs;
    this.count = Math.max(0, Math.round((maxTimeMs - minTimeMs) / resolutionMs));
  }

  /** Those that samples from firstMs to lastMs, both included, lie in. */
  touched(firstMs: number, lastMs: number): BucketSpan {
    const numberOf = (timeMs: number): number => Math.ceil((timeMs - this.minTimeMs) / this.resolutionMs) - 1;
    return { from: Math.max(0, numberOf(firstMs)), to: Math.min(this.count, numberOf(lastMs) + 1) };
  }

  /** Where bucket i begins. */
  startOf(bucket: number): number {
    return this.minTimeMs + bucket * this.resolutionMs;
  }

  bounds(span: BucketSpan = { from: 0, to: this.count }): Float64Array {
    return Float64Array.from({ length: span.to - span.from + 1 }, (_, i) => this.startOf(span.from + i));
  }
}

/** Ascending, without overlaps, none empty. */
export function merged(spans: readonly BucketSpan[]): BucketSpan[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (from >= to) continue;
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}

/** The parts of a span that are in none of `taken`, which ascend. */
export function outside(span: BucketSpan, taken: readonly BucketSpan[]): BucketSpan[] {
  const out: BucketSpan[] = [];
  let { from } = span;
  for (const { from: takenFrom, to: takenTo } of taken) {
    if (takenFrom >= span.to) break;
    if (takenFrom > from) out.push({ from, to: takenFrom });
    from = Math.max(from, takenTo);
  }
  if (from < span.to) out.push({ from, to: span.to });
  return out;
}
