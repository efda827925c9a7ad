// Snappy's block format (google/snappy, format_description.txt), read so that no body can ask for more than a given size.
import { malformed, tooLarge } from './malformed.ts';

const LITERAL = 0;
const COPY_1_BYTE = 1;
const COPY_2_BYTES = 2;
/** Shorter runs are copied byte by byte: a call costs more. */
const SHORT_RUN = 16;

/** Throws LW_REMOTE_WRITE_MALFORMED, and LW_REMOTE_WRITE_TOO_LARGE before anything is allocated. */
export function decodeSnappy(body: Uint8Array, maxBytes: number): Buffer {
  const { length, start } = readLength(body);
  if (length > maxBytes) {
    throw tooLarge(`${length} bytes uncompressed, at most ${maxBytes} are read`, 'Send fewer samples at once.');
  }
  const out = Buffer.allocUnsafe(length);
  let at = start;
  let filled = 0;
  while (at < body.length) {
    const tag = body[at++]!;
    const kind = tag & 3;
    if (kind === LITERAL) {
      let run = (tag >>> 2) + 1;
      if (run > 60) {
        const bytes = run - 60;
        run = littleEndian(body, at, bytes) + 1;
        at += bytes;
      }
      if (run > body.length - at || run > length - filled)
        throw malformed('a literal runs past the end of Snappy data');
      if (run <= SHORT_RUN) for (let i = 0; i < run; i++) out[filled + i] = body[at + i]!;
      else out.set(body.subarray(at, at + run), filled);
      at += run;
      filled += run;
      continue;
    }
    let run = (tag >>> 2) + 1;
    let offset: number;
    if (kind === COPY_1_BYTE) {
      run = ((tag >>> 2) & 7) + 4;
      offset = ((tag >>> 5) << 8) | littleEndian(body, at, 1);
      at += 1;
    } else {
      const bytes = kind === COPY_2_BYTES ? 2 : 4;
      offset = littleEndian(body, at, bytes);
      at += bytes;
    }
    if (offset === 0 || offset > filled || run > length - filled)
      throw malformed('a copy in Snappy data leads nowhere');
    // A copy may overlap what it writes: that is how Snappy repeats.
    for (let i = 0; i < run; i++) out[filled + i] = out[filled - offset + i]!;
    filled += run;
  }
  if (filled !== length) throw malformed('Snappy data ends before its length');
  return out;
}

function readLength(body: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = body[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (length > 0xffff_ffff) break;
      return { length, start: i + 1 };
    }
  }
  throw malformed('it is not Snappy block data');
}

function littleEndian(body: Uint8Array, at: number, bytes: number): number {
  if (at + bytes > body.length) throw malformed('Snappy data ends in the middle of an element');
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + body[at + i]!;
  return value;
}
