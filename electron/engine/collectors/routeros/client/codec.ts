// The RouterOS API's wire format: a sentence is length-prefixed words, ended by a word of length zero.
// Source: "RouterOS API" in MikroTik's documentation (word lengths of 1 to 5 bytes, API sentences).
import { decodeText } from '../../../observations/index.ts';

export type WireLimits = {
  /** Longest word that is accepted, bytes. */
  readonly wordBytes: number;
  readonly sentenceBytes: number;
  readonly sentenceWords: number;
};

export const defaultLimits: WireLimits = { wordBytes: 1_048_576, sentenceBytes: 4_194_304, sentenceWords: 4_096 };

export type WireViolation = {
  readonly kind: 'word-too-long' | 'sentence-too-long' | 'reserved-length' | 'not-a-reply';
  /** For an error message: what was read, in numbers or hex. */
  readonly detail: string;
};

/** 0xxxxxxx, 10.., 110.., 1110.., 11110000: big-endian, the shortest form that fits. */
export function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length < 0x4000) return Buffer.of((length >> 8) | 0x80, length & 0xff);
  if (length < 0x20_0000) return Buffer.of((length >> 16) | 0xc0, (length >> 8) & 0xff, length & 0xff);
  const bytes = Buffer.alloc(length < 0x1000_0000 ? 4 : 5);
  if (bytes.length === 4) bytes.writeUInt32BE(length + 0xe000_0000);
  else {
    bytes[0] = 0xf0;
    bytes.writeUInt32BE(length, 1);
  }
  return bytes;
}

/** The bytes of a sentence, words in UTF-8. An empty word would end the sentence early, so it is a bug of the caller. */
export function encodeSentence(words: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  for (const word of words) {
    const bytes = Buffer.from(word, 'utf8');
    if (bytes.length === 0) throw new TypeError('a word of a RouterOS sentence is never empty');
    parts.push(encodeLength(bytes.length), bytes);
  }
  parts.push(Buffer.of(0));
  return Buffer.concat(parts);
}

/**
 * Sentences out of a byte stream cut anywhere, in time linear in its bytes and never throwing.
 * With `repliesOnly` a first word that does not begin with "!" is a violation at its first byte: so a web or SSH server
 * is recognised from its greeting instead of by a timeout.
 */
export class SentenceParser {
  readonly #limits: WireLimits;
  readonly #repliesOnly: boolean;
  readonly #onSentence: (words: string[], bytes: number) => void;
  #words: string[] = [];
  #sentenceBytes = 0;
  /** Length bytes still to come; -1 = the next byte begins a length. */
  #lengthLeft = -1;
  #wordLength = 0;
  #inWord = false;
  #filled = 0;
  /** Holds a word that arrives in pieces; it grows with the bytes that arrive, never with the length that is claimed. */
  #scratch = Buffer.alloc(0);
  #stopped = false;

  constructor(
    onSentence: (words: string[], bytes: number) => void,
    options: { limits?: WireLimits; repliesOnly?: boolean } = {},
  ) {
    this.#onSentence = onSentence;
    this.#limits = options.limits ?? defaultLimits;
    this.#repliesOnly = options.repliesOnly ?? false;
  }

  /** Feeds bytes; each whole sentence is handed over. After a violation or stop() the rest of the stream is ignored. */
  push(chunk: Buffer): WireViolation | undefined {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      let violation: WireViolation | undefined;
      if (this.#inWord) {
        if (this.#filled === 0) violation = this.#checkFirstByte(chunk[at] ?? 0);
        if (violation === undefined) at = this.#takeWord(chunk, at);
      } else {
        violation = this.#takeLengthByte(chunk[at] ?? 0);
        at++;
      }
      if (violation !== undefined) {
        this.stop();
        return violation;
      }
    }
    return undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.#words = [];
    this.#scratch = Buffer.alloc(0);
  }

  #takeLengthByte(byte: number): WireViolation | undefined {
    if (this.#lengthLeft < 0) {
      if (byte < 0x80) [this.#lengthLeft, this.#wordLength] = [0, byte];
      else if (byte < 0xc0) [this.#lengthLeft, this.#wordLength] = [1, byte & 0x3f];
      else if (byte < 0xe0) [this.#lengthLeft, this.#wordLength] = [2, byte & 0x1f];
      else if (byte < 0xf0) [this.#lengthLeft, this.#wordLength] = [3, byte & 0x0f];
      else if (byte === 0xf0) [this.#lengthLeft, this.#wordLength] = [4, 0];
      else return { kind: 'reserved-length', detail: `0x${byte.toString(16)}` };
    } else {
      this.#wordLength = this.#wordLength * 256 + byte;
      this.#lengthLeft--;
    }
    if (this.#lengthLeft > 0) return undefined;
    this.#lengthLeft = -1;
    if (this.#wordLength === 0) {
      this.#endSentence();
      return undefined;
    }
    if (this.#wordLength > this.#limits.wordBytes) {
      return { kind: 'word-too-long', detail: `${this.#wordLength} bytes` };
    }
    this.#sentenceBytes += this.#wordLength;
    if (this.#sentenceBytes > this.#limits.sentenceBytes || this.#words.length >= this.#limits.sentenceWords) {
      return { kind: 'sentence-too-long', detail: `${this.#sentenceBytes} bytes, ${this.#words.length + 1} words` };
    }
    this.#inWord = true;
    this.#filled = 0;
    return undefined;
  }

  #checkFirstByte(byte: number): WireViolation | undefined {
    if (!this.#repliesOnly || this.#words.length > 0 || byte === 0x21) return undefined;
    const start = [this.#wordLength & 0xff, byte].map((value) => value.toString(16).padStart(2, '0')).join(' ');
    return { kind: 'not-a-reply', detail: start };
  }

  #takeWord(chunk: Buffer, at: number): number {
    const end = Math.min(at + this.#wordLength - this.#filled, chunk.length);
    if (this.#filled === 0 && end - at === this.#wordLength) {
      this.#words.push(decodeText(chunk.subarray(at, end)));
      this.#inWord = false;
      return end;
    }
    const filled = this.#filled + end - at;
    if (filled > this.#scratch.length) {
      const grown = Buffer.allocUnsafe(Math.max(filled, Math.min(this.#wordLength, 2 * this.#scratch.length)));
      this.#scratch.copy(grown, 0, 0, this.#filled);
      this.#scratch = grown;
    }
    chunk.copy(this.#scratch, this.#filled, at, end);
    this.#filled = filled;
    if (filled === this.#wordLength) {
      this.#words.push(decodeText(this.#scratch.subarray(0, filled)));
      this.#inWord = false;
      if (this.#scratch.length > 65_536) this.#scratch = Buffer.alloc(0);
    }
    return end;
  }

  #endSentence(): void {
    const words = this.#words;
    const bytes = this.#sentenceBytes;
    this.#words = [];
    this.#sentenceBytes = 0;
    if (words.length > 0) this.#onSentence(words, bytes);
  }
}
