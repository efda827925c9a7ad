// Bytes of a word as text: RouterOS stores names as whatever bytes the admin's terminal sent.
import { isUtf8 } from 'node:buffer';

const windows1252 = new TextDecoder('windows-1252');

/** UTF-8 where the bytes are valid UTF-8, else windows-1252 (WinBox on Windows), which gives every byte a character. */
export function decodeText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : windows1252.decode(bytes);
}

/** Text of a peer on one line of bounded length, so that it can stand in an error message. */
export function printable(text: string, maxLength = 200): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
