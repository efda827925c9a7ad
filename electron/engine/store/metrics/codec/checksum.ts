// The last four bytes of a body: the CRC-32 of those before, so that a bit that the disk turned is found and not shown as a value.
import { crc32 } from 'node:zlib';
import { type ByteWriter, damaged } from './bytes.ts';

/** Of the fourth byte: a checksum follows. Bodies of format 1 have none. */
export const FLAG_CHECKED = 2;
const FLAGS_AT = 3;
const CHECKSUM_BYTES = 4;

/** The finished body; its flags have FLAG_CHECKED. */
export function withChecksum(body: ByteWriter): Uint8Array<ArrayBuffer> {
  body.u32(crc32(body.view()));
  return body.take();
}

/** The body without its checksum. Throws LW_STORE_DAMAGED when the two do not agree. */
export function checked(body: Uint8Array): Uint8Array {
  if (((body[FLAGS_AT] ?? 0) & FLAG_CHECKED) === 0) return body;
  const end = body.length - CHECKSUM_BYTES;
  if (end <= FLAGS_AT) throw damaged('it ends too early');
  const stored = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(end, true);
  const content = body.subarray(0, end);
  if (crc32(content) !== stored) throw damaged('its checksum does not agree with it');
  return content;
}
