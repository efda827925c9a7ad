// A long column of whole numbers, cut into segments that can each be decoded alone: predicted from the ones before or by a
// line, the rest coded as residues.
import { type ByteReader, ByteWriter, damaged } from './bytes.ts';
import { type ModelShelf, noneShared, type SharedDecoders } from './model-shelf.ts';
import { ResidueDecoder, ResidueEncoder } from './residue-coder.ts';
import { checkedScale, chooseModel, readModel, type ResidueScale, writeModel } from './residue-model.ts';

/** Rows between two restart points: an hour at 15 s. Half as many cost 0.7 % more bytes, twice as many a tail read twice as long. */
export const SEGMENT = 240;
/** |value| below this, and all values within MAX_SPREAD: a difference of steps less the least of them stays below 2^53, also in zigzag. */
export const MAX_NUMBER = 2 ** 53;
export const MAX_SPREAD = 2 ** 50;

/** How a value is predicted. */
const LEVEL = 0;
const BEFORE = 1;
const TREND = 2;
const LINE = 3;
type Order = typeof LEVEL | typeof BEFORE | typeof TREND | typeof LINE;
const MAX_SLOPE = 2 ** 36;
/** For LINE: what the line adds must not lead a value beyond MAX_NUMBER. */
const MAX_ON_LINE = 2 ** 52;
/** Segments that a choice between orders looks at. */
const PROBES = 4;

/** Where the code of a column's residues is. */
const NO_MODEL = 0;
const OWN_MODEL = 1;
const SHARED_MODEL = 2;

type Shape = {
  readonly order: Order;
  /** For LINE: what each row adds. */
  readonly slope: number;
};

let differences = new Float64Array(4096);
let sorted = new Float64Array(4096);
const payload = new ByteWriter(16_384);

const segmentsOf = (count: number): number => Math.ceil(count / SEGMENT);

/** Values that a segment's heads carry themselves. */
const headsOf = (order: Order, length: number): number =>
  order === BEFORE || order === TREND ? Math.min(order, length) : 0;

/** Appends values[0..count), whole numbers within MAX_NUMBER and MAX_SPREAD, count >= 1. */
export function writeNumbers(values: Float64Array, count: number, out: ByteWriter, shelf?: ModelShelf): void {
  if (differences.length < count) {
    differences = new Float64Array(count * 2);
    sorted = new Float64Array(count * 2);
  }
  const shape = chooseShape(values, count);
  const { order, slope } = shape;
  const segments = segmentsOf(count);
  const ends: number[] = [];
  let total = 0;
  for (let segment = 0; segment < segments; segment++) {
    total += predict(values, segment * SEGMENT, Math.min(count, (segment + 1) * SEGMENT), shape, differences, total);
    ends.push(total);
  }
  const divisor = commonDivisor(differences, total, shape, ends);
  const levels = order === LEVEL || order === LINE;
  const base = levels ? 0 : robustFloor(differences, 0, total);
  const heads = new Float64Array(segments);
  const silent = new Uint8Array(segments);
  const coded: number[] = [];
  let used = 0;
  let from = 0;
  for (let segment = 0; segment < segments; segment++) {
    const to = ends[segment]!;
    const floor = levels ? robustFloor(differences, from, to) : base;
    heads[segment] = floor;
    if (isSilent(differences, from, to, levels ? floor : 0)) {
      silent[segment] = 1;
    } else {
      for (let i = from; i < to; i++) differences[used++] = (differences[i]! - floor) / divisor;
      coded.push(used);
    }
    from = to;
  }

  out.u8(order);
  out.f64(values[0]!);
  if (order === LINE) out.zigzag(slope);
  if (!levels) out.zigzag(base);
  out.varint(divisor);
  const runs = { values: differences, count: used, ends: coded };
  const { model: own, scale, bits } = chooseModel(runs);
  const shared = used === 0 ? undefined : shelf?.find(runs, scale, { model: own, bits });
  const model = shared?.model ?? own;
  if (used === 0) {
    out.u8(NO_MODEL);
  } else {
    out.u8(shared === undefined ? OWN_MODEL : SHARED_MODEL);
    if (shared === undefined) writeModel(own, out);
    else out.varint(shared.number);
    out.u8(scale.lowBits);
    out.varint(scale.start);
  }
  payload.clear();
  const encoder = new ResidueEncoder(model);
  let headBefore = values[0]!;
  let stepBefore = 0;
  let at = 0;
  let next = 0;
  for (let segment = 0; segment < segments; segment++) {
    const first = segment * SEGMENT;
    const head = levels ? heads[segment]! : values[first]!;
    out.zigzag(head - headBefore);
    headBefore = head;
    if (order === TREND && first + 1 < count) {
      const step = values[first + 1]! - values[first]!;
      out.zigzag(step - stepBefore);
      stepBefore = step;
    }
    if (silent[segment] === 1) {
      out.varint(0);
      continue;
    }
    const start = payload.length;
    encoder.encode(differences, at, coded[next]!, scale, payload);
    at = coded[next++]!;
    out.varint(payload.length - start);
  }
  out.bytes(payload.view());
}

/** Writes what a segment's prediction leaves to out[at ..); answers with how many. For LEVEL and LINE the segment's level is still in. */
function predict(values: Float64Array, from: number, to: number, shape: Shape, out: Float64Array, at: number): number {
  const { order, slope } = shape;
  let next = at;
  if (order === LEVEL) for (let i = from; i < to; i++) out[next++] = values[i]!;
  else if (order === LINE) for (let i = from; i < to; i++) out[next++] = values[i]! - slope * i;
  else if (order === BEFORE) for (let i = from + 1; i < to; i++) out[next++] = values[i]! - values[i - 1]!;
  else
    for (let i = from + 2; i < to; i++) out[next++] = values[i]! - values[i - 1]! - (values[i - 1]! - values[i - 2]!);
  return next - at;
}

/** The order whose residues cost the least, tried on a few segments. */
function chooseShape(values: Float64Array, count: number): Shape {
  const segments = segmentsOf(count);
  const stride = Math.max(1, Math.floor(segments / PROBES));
  const probes: number[] = [];
  for (let segment = segments > PROBES ? stride >> 1 : 0; segment < segments; segment += stride) probes.push(segment);
  const slope = usualStep(values, count);
  const shapes: Shape[] = [
    { order: BEFORE, slope: 0 },
    { order: LEVEL, slope: 0 },
    { order: TREND, slope: 0 },
  ];
  const isGentle = slope !== 0 && Math.abs(slope) * count < MAX_SPREAD && Math.abs(slope) < MAX_SLOPE;
  if (isGentle && Math.abs(values[0]!) < MAX_ON_LINE - MAX_SPREAD) shapes.push({ order: LINE, slope });
  let best = shapes[0]!;
  let bestBits = Infinity;
  for (const shape of shapes) {
    const levels = shape.order === LEVEL || shape.order === LINE;
    const ends: number[] = [];
    let used = 0;
    let headBits = 0;
    for (const segment of probes) {
      const from = used;
      used += predict(values, segment * SEGMENT, Math.min(count, (segment + 1) * SEGMENT), shape, differences, used);
      headBits += shape.order === TREND ? 48 : 32;
      const floor = levels ? minOf(differences, from, used) : 0;
      if (isSilent(differences, from, used, floor)) used = from;
      else {
        if (levels) for (let i = from; i < used; i++) differences[i]! -= floor;
        ends.push(used);
      }
    }
    if (!levels) {
      const floor = robustFloor(differences, 0, used);
      for (let i = 0; i < used; i++) differences[i]! -= floor;
    }
    const bits = headBits + chooseModel({ values: differences, count: used, ends }).bits;
    if (bits < bestBits) {
      bestBits = bits;
      best = shape;
    }
  }
  return best;
}

/** The median of the steps from row to row, over a sample of them. */
function usualStep(values: Float64Array, count: number): number {
  const steps: number[] = [];
  const stride = Math.max(1, Math.floor(count / 64));
  for (let i = 1; i < count; i += stride) steps.push(values[i]! - values[i - 1]!);
  return steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
}

function minOf(values: Float64Array, from: number, to: number): number {
  let min = values[from] ?? 0;
  for (let i = from + 1; i < to; i++) if (values[i]! < min) min = values[i]!;
  return min;
}

/** The smallest value, or the smallest without a few that lie far below the rest: those are escaped. */
function robustFloor(values: Float64Array, from: number, to: number): number {
  const count = to - from;
  if (count === 0) return 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (max - min < 64) return min;
  // Only where the lowest are far away is it worth sorting.
  let low = 0;
  const quarter = min + (max - min) / 4;
  for (let i = from; i < to; i++) if (values[i]! < quarter) low++;
  if (low > count / 100) return min;
  const order = sorted.subarray(0, count);
  order.set(values.subarray(from, to));
  order.sort();
  return order[low]!;
}

function isSilent(values: Float64Array, from: number, to: number, floor: number): boolean {
  for (let i = from; i < to; i++) if (values[i] !== floor) return false;
  return true;
}

/** What all residues are a multiple of: memory counted in pages, prices in tens. */
function commonDivisor(values: Float64Array, count: number, { order }: Shape, ends: readonly number[]): number {
  let divisor = 0;
  const levels = order === LEVEL || order === LINE;
  let segment = 0;
  let first = values[0] ?? 0;
  for (let i = 0; i < count && divisor !== 1; i++) {
    if (levels && i === ends[segment]) {
      segment++;
      first = values[i]!;
    }
    let a = Math.abs(values[i]! - first);
    while (a > 0) [divisor, a] = [a, divisor % a];
  }
  // A silent segment's differences are zero and need no divisor, but the others' may share less with the base.
  return Math.max(1, divisor);
}

/** Reads a column's directory; values are decoded when asked for. `end`: where its payload ends at the latest. */
export class NumberColumn {
  readonly count: number;
  readonly #order: Order;
  readonly #slope: number;
  readonly #base: number;
  readonly #divisor: number;
  readonly #decoder: ResidueDecoder | undefined;
  readonly #scale: ResidueScale = { lowBits: 0, start: 0 };
  readonly #heads: Float64Array;
  readonly #steps: Float64Array | undefined;
  /** Byte where each segment begins; one more for the end. */
  readonly #starts: Uint32Array;
  readonly #bytes: Uint8Array;

  /** Reads on behind the payload; the block must go on for RESIDUE_PADDING bytes or more. */
  constructor(from: ByteReader, count: number, shared: SharedDecoders = noneShared) {
    this.count = count;
    const order = from.u8();
    if (order !== LEVEL && order !== BEFORE && order !== TREND && order !== LINE)
      throw damaged('unknown order of numbers');
    this.#order = order;
    let head = from.f64();
    if (!(Math.abs(head) <= MAX_NUMBER)) throw damaged('a number is too large');
    this.#slope = order === LINE ? from.zigzag() : 0;
    this.#base = order === BEFORE || order === TREND ? from.zigzag() : 0;
    this.#divisor = from.varint();
    const place = from.u8();
    if (place > SHARED_MODEL) throw damaged('unknown code of numbers');
    if (place !== NO_MODEL) {
      this.#decoder = place === OWN_MODEL ? new ResidueDecoder(readModel(from)) : shared(from.varint());
      this.#scale = checkedScale(from.u8(), from.varint());
    }
    const segments = segmentsOf(count);
    if (segments * 2 > from.remaining) throw damaged('it ends too early');
    this.#heads = new Float64Array(segments);
    this.#steps = order === TREND ? new Float64Array(segments) : undefined;
    this.#starts = new Uint32Array(segments + 1);
    let step = 0;
    let length = 0;
    for (let segment = 0; segment < segments; segment++) {
      head += from.zigzag();
      this.#heads[segment] = head;
      if (this.#steps !== undefined && segment * SEGMENT + 1 < count) {
        step += from.zigzag();
        this.#steps[segment] = step;
      }
      this.#starts[segment] = length;
      length += from.varint();
      if (length > from.remaining) throw damaged('it ends too early');
    }
    this.#starts[segments] = length;
    if (length > 0 && this.#decoder === undefined) throw damaged('a code is missing');
    const at = from.position;
    for (let segment = 0; segment <= segments; segment++) this.#starts[segment]! += at;
    from.take(length);
    this.#bytes = from.bytes;
  }

  /** Segments that begin at or before every value of [from, to) and end after: what decoding that range decodes. */
  decode(from: number, to: number, out: Float64Array, at: number): void {
    for (let first = from - (from % SEGMENT); first < to; first += SEGMENT) {
      const length = Math.min(SEGMENT, this.count - first);
      const stop = Math.min(length, to - first);
      if (first >= from) {
        this.#decodeSegment(first / SEGMENT, stop, out, at + first - from);
      } else {
        this.#decodeSegment(first / SEGMENT, stop, partial, 0);
        out.set(partial.subarray(from - first, stop), at);
      }
    }
  }

  /** The first value of a segment at most; exact for all orders but LEVEL. */
  headOf(segment: number): number {
    return this.#heads[segment]! + this.#slope * segment * SEGMENT;
  }

  /** Decodes the first `count` values of a segment. */
  #decodeSegment(segment: number, count: number, out: Float64Array, at: number): void {
    const order = this.#order;
    const skipped = headsOf(order, count);
    const rest = count - skipped;
    const begin = at + skipped;
    const stop = at + count;
    const start = this.#starts[segment]!;
    const end = this.#starts[segment + 1]!;
    let value = this.#heads[segment]!;
    if (start === end) {
      const step = order === TREND ? this.#steps![segment]! : order === LINE ? this.#slope : 0;
      if (order === LINE) value += step * segment * SEGMENT;
      if (step === 0) out.fill(value, at, stop);
      else for (let i = at; i < stop; i++, value += step) out[i] = value;
      return;
    }
    this.#decoder!.decode(this.#bytes, start, end, this.#scale, rest, out, begin);
    const base = this.#base;
    const divisor = this.#divisor;
    if (order === BEFORE) {
      out[at] = value;
      for (let i = begin; i < stop; i++) {
        value += out[i]! * divisor + base;
        out[i] = value;
      }
    } else if (order === TREND) {
      let step = this.#steps![segment]!;
      out[at] = value;
      if (count > 1) {
        value += step;
        out[at + 1] = value;
      }
      for (let i = begin; i < stop; i++) {
        step += out[i]! * divisor + base;
        value += step;
        out[i] = value;
      }
    } else {
      const slope = this.#slope;
      value += slope * segment * SEGMENT;
      for (let i = begin; i < stop; i++, value += slope) out[i] = out[i]! * divisor + value;
    }
  }
}

const partial = new Float64Array(SEGMENT);
