// Whole numbers as differences from the least of them, in byte planes: all low bytes, then all second bytes, and so on.

/** What is no whole number below 2^48 is kept as doubles. */
export const AS_DOUBLES = 255;
const MAX_WIDTH = 6;

export type Planes = { readonly width: number; readonly base: number; readonly bytes: Uint8Array };

/** `scratch` holds at least 8 bytes a row; what is returned lies in it. */
export function toPlanes(values: Uint32Array | Float64Array, rows: number, scratch: Uint8Array): Planes {
  let least = Infinity;
  let most = -Infinity;
  let isWhole = true;
  for (let row = 0; row < rows; row++) {
    const value = values[row] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
    if (isWhole && value !== Math.floor(value)) isWhole = false;
  }
  if (rows === 0) return { width: 0, base: 0, bytes: scratch.subarray(0, 0) };
  let width = 0;
  while (width <= MAX_WIDTH && most - least >= 256 ** width) width++;
  if (!isWhole || width > MAX_WIDTH) {
    const doubles = new Float64Array(rows);
    doubles.set(values.subarray(0, rows));
    scratch.set(new Uint8Array(doubles.buffer));
    return { width: AS_DOUBLES, base: 0, bytes: scratch.subarray(0, rows * 8) };
  }
  if (width <= 4) {
    for (let row = 0; row < rows; row++) {
      let rest = ((values[row] ?? 0) - least) >>> 0;
      for (let plane = 0, at = row; plane < width; plane++, at += rows) {
        scratch[at] = rest;
        rest >>>= 8;
      }
    }
  } else {
    for (let row = 0; row < rows; row++) {
      let rest = (values[row] ?? 0) - least;
      for (let plane = 0, at = row; plane < width; plane++, at += rows) {
        const higher = Math.floor(rest / 256);
        scratch[at] = rest - higher * 256;
        rest = higher;
      }
    }
  }
  return { width, base: least, bytes: scratch.subarray(0, rows * width) };
}

/** Rows from..to of the planes of `rows` rows; `out` has room for them. */
export function fromPlanes(
  { width, base, bytes }: Planes,
  rows: number,
  from: number,
  to: number,
  out: Uint32Array | Float64Array,
): void {
  const count = to - from;
  if (width === AS_DOUBLES) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) out[i] = view.getFloat64((from + i) * 8, true);
  } else if (out instanceof Uint32Array) {
    wordsFromPlanes(width, base, bytes, rows, from, count, out);
  } else {
    doublesFromPlanes(width, base, bytes, rows, from, count, out);
  }
}

function wordsFromPlanes(
  width: number,
  base: number,
  bytes: Uint8Array,
  rows: number,
  from: number,
  count: number,
  out: Uint32Array,
): void {
  out.fill(base, 0, count);
  if (width === 0) return;
  const a = from;
  const b = from + rows;
  const c = b + rows;
  const d = c + rows;
  if (width === 1) {
    for (let i = 0; i < count; i++) out[i] = base + (bytes[a + i] ?? 0);
  } else if (width === 2) {
    for (let i = 0; i < count; i++) out[i] = base + ((bytes[a + i] ?? 0) | ((bytes[b + i] ?? 0) << 8));
  } else if (width === 3) {
    for (let i = 0; i < count; i++) {
      out[i] = base + ((bytes[a + i] ?? 0) | ((bytes[b + i] ?? 0) << 8) | ((bytes[c + i] ?? 0) << 16));
    }
  } else {
    for (let i = 0; i < count; i++) {
      const low = (bytes[a + i] ?? 0) | ((bytes[b + i] ?? 0) << 8) | ((bytes[c + i] ?? 0) << 16);
      out[i] = base + low + (bytes[d + i] ?? 0) * 16_777_216;
    }
  }
}

function doublesFromPlanes(
  width: number,
  base: number,
  bytes: Uint8Array,
  rows: number,
  from: number,
  count: number,
  out: Float64Array,
): void {
  out.fill(base, 0, count);
  let factor = 1;
  // Three planes at a time are whole numbers that stay in a register.
  for (let plane = 0; plane < width; plane += 3) {
    const a = plane * rows + from;
    const b = a + rows;
    const c = b + rows;
    const left = width - plane;
    if (left === 1) {
      for (let i = 0; i < count; i++) out[i] = (out[i] ?? 0) + (bytes[a + i] ?? 0) * factor;
    } else if (left === 2) {
      for (let i = 0; i < count; i++) {
        out[i] = (out[i] ?? 0) + ((bytes[a + i] ?? 0) | ((bytes[b + i] ?? 0) << 8)) * factor;
      }
    } else {
      for (let i = 0; i < count; i++) {
        const low = (bytes[a + i] ?? 0) | ((bytes[b + i] ?? 0) << 8) | ((bytes[c + i] ?? 0) << 16);
        out[i] = (out[i] ?? 0) + low * factor;
      }
    }
    factor *= 16_777_216;
  }
}
