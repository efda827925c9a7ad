// The text of a body that may be packed; unpacked it is as bounded as it is packed.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export const MAX_BODY_BYTES = 1024 * 1024;

const unpack = promisify(gunzip);

export async function readBody(
  body: Buffer,
  encoding: string | undefined,
): Promise<string | { readonly fault: string }> {
  let bytes = body;
  if (encoding?.toLowerCase() === 'gzip') {
    try {
      bytes = await unpack(body, { maxOutputLength: MAX_BODY_BYTES });
    } catch (error) {
      const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      return { fault: isTooLarge ? 'too large' : 'the body is not gzip' };
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'the body is not UTF-8' };
  }
}
