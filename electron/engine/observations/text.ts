// Text that a device made up, fit to be shown: one line, no control characters, no more than is read.
import { isUtf8 } from 'node:buffer';

const windows1252 = new TextDecoder('windows-1252');

/**
 * Names are whatever bytes somebody's terminal sent: UTF-8 where they are valid UTF-8, else windows-1252 (WinBox on
 * Windows), which gives every byte a character.
 */
export const decodeText = (bytes: Buffer): string =>
  isUtf8(bytes) ? bytes.toString('utf8') : windows1252.decode(bytes);

const MAX_SHOWN = 128;
/** Control characters, line and paragraph ends, and marks that turn the direction of the text around them. */
// oxlint-disable-next-line no-control-regex -- control characters are what has to go
const UNSEEN = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]+/g;
/** Most texts are, and tens of thousands are read at once. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Empty where nothing is left. */
export function cleanText(text: string, max = MAX_SHOWN): string {
  if (text.length <= max && PLAIN.test(text)) return text;
  const line = text
    .slice(0, max * 4)
    .replace(UNSEEN, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  // A cut may fall between the halves of a character.
  return line.slice(0, max).trim().toWellFormed();
}
