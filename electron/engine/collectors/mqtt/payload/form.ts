// Which of the accepted forms a payload has, by its bytes alone; gzip is taken off first.
import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { PayloadRefused, malformed } from './types.ts';

export type Form = 'json' | 'text' | 'openmetrics' | 'protobuf' | 'snappy' | 'empty';

/** Protobuf has its field numbers there at the latest; text and JSON have no such bytes. */
const LOOKED_AT = 256;

export function unzipped(payload: Buffer, maxBytes: number): Buffer {
  if (payload.length > maxBytes) throw new PayloadRefused('too_large', `it is larger than ${maxBytes} bytes`);
  if (payload[0] !== 0x1f || payload[1] !== 0x8b) return payload;
  try {
    return gunzipSync(payload, { maxOutputLength: maxBytes });
  } catch (error) {
    const isLarge = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw isLarge
      ? new PayloadRefused('too_large', `uncompressed it is larger than ${maxBytes} bytes`)
      : malformed('its gzip data is damaged');
  }
}

/** Throws PayloadRefused for bytes that are nothing that is read. */
export function formOf(payload: Buffer): Form {
  if (isBinary(payload)) return payload[0] === 0x0a ? 'protobuf' : 'snappy';
  if (!isUtf8(payload)) return 'snappy';
  let at = 0;
  while (at < payload.length && isBlank(payload[at]!)) at++;
  if (at === payload.length) return 'empty';
  const first = payload[at];
  if (first === 0x7b || first === 0x5b) return 'json';
  const tail = payload.toString('latin1', Math.max(0, payload.length - 16));
  return /(?:^|\n)# EOF\n?$/.test(tail) ? 'openmetrics' : 'text';
}

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

function isBinary(payload: Buffer): boolean {
  const end = Math.min(payload.length, LOOKED_AT);
  for (let i = 0; i < end; i++) {
    const byte = payload[i]!;
    if ((byte < 0x20 && !isBlank(byte)) || byte === 0x7f) return true;
  }
  return false;
}
