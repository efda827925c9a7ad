// The API's sentences as the router's side reads and writes them: written apart from the product's codec, so that the
// two check each other.

/** Text, or raw bytes for names that are not UTF-8. */
export type Word = string | Uint8Array;
/** Properties of one record. */
export type Properties = ReadonlyMap<string, Word>;

export function lengthPrefix(n: number): number[] {
  if (n <= 0x7f) return [n];
  if (n <= 0x3fff) return [0x80 + Math.floor(n / 256), n % 256];
  if (n <= 0x1fffff) return [0xc0 + Math.floor(n / 65_536), Math.floor(n / 256) % 256, n % 256];
  const low = [Math.floor(n / 65_536) % 256, Math.floor(n / 256) % 256, n % 256];
  const high = Math.floor(n / 16_777_216);
  return n <= 0xfffffff ? [0xe0 + high, ...low] : [0xf0, high, ...low];
}

const bytesOf = (word: Word): Uint8Array => (typeof word === 'string' ? Buffer.from(word) : word);

export const property = (name: string, value: Word): Uint8Array =>
  Buffer.concat([Buffer.from(`=${name}=`), bytesOf(value)]);

export function sentence(...words: Word[]): Buffer {
  const parts = words.flatMap((word) => {
    const bytes = bytesOf(word);
    return [Buffer.from(lengthPrefix(bytes.length)), bytes];
  });
  return Buffer.concat([...parts, Buffer.of(0)]);
}

/** Sentences of a client; commands are short, so bytes are simply kept until a whole one is there. */
export class CommandReader {
  #bytes = Buffer.alloc(0);

  read(chunk: Buffer): string[][] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const sentences: string[][] = [];
    let words: string[] = [];
    let at = 0;
    let consumed = 0;
    while (at < this.#bytes.length) {
      const first = this.#bytes[at] ?? 0;
      const extra = first < 0x80 ? 0 : first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      const mask = [0x7f, 0x3f, 0x1f, 0x0f, 0x00][extra] ?? 0;
      if (at + 1 + extra > this.#bytes.length) break;
      let length = first & mask;
      for (let i = 1; i <= extra; i++) length = length * 256 + (this.#bytes[at + i] ?? 0);
      const start = at + 1 + extra;
      if (start + length > this.#bytes.length) break;
      at = start + length;
      if (length > 0) {
        words.push(this.#bytes.toString('utf8', start, at));
        continue;
      }
      if (words.length > 0) sentences.push(words);
      words = [];
      consumed = at;
    }
    this.#bytes = this.#bytes.subarray(consumed);
    return sentences;
  }
}
