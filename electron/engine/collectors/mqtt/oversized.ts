// Cuts messages that are too large out of what a broker sends: the broker would send them again with each connection.
import { randomBytes } from 'node:crypto';

const PUBLISH = 0x30;
/** Topic of 64 KiB with its length, and the packet's id. */
const MAX_START = 2 + 0xffff + 2;

/**
 * For MQTT 3.1.1, where a reader cannot say what is too large for it. A PUBLISH of more than `maxBytes` goes on with its
 * topic and id, and the mark in the place of its payload; of another packet of that size nothing can be made.
 */
export class OversizedCutter {
  /** Nobody can send it by chance. */
  readonly mark = randomBytes(32);
  readonly #maxBytes: number;
  #header: number[] = [];
  /** Of the packet's body that are still to come. */
  #left = 0;
  /** The beginning of a message that is cut. */
  #start: Buffer | undefined;
  #isSkipping = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What goes on of these bytes; undefined where the connection has to end. */
  pass(chunk: Buffer): Buffer[] | undefined {
    const passed: Buffer[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        const piece = chunk.subarray(at, at + taken);
        this.#left -= taken;
        at += taken;
        if (this.#start !== undefined) this.#cut(piece, passed);
        else if (!this.#isSkipping) passed.push(piece);
        if (this.#left > 0) continue;
        // A topic that is longer than its packet.
        if (this.#start !== undefined) return undefined;
        this.#isSkipping = false;
        continue;
      }
      this.#header.push(chunk[at++]!);
      if (!this.#endsHeader(passed)) return undefined;
    }
    return passed;
  }

  /** False for a length that is none, or too much for a packet that is no message. */
  #endsHeader(passed: Buffer[]): boolean {
    const header = this.#header;
    const last = header.at(-1)!;
    if (header.length < 2) return true;
    if (last >= 0x80) return header.length < 5;
    const size = header.slice(1).reduce((sum, byte, place) => sum + (byte & 0x7f) * 128 ** place, 0);
    if (size > this.#maxBytes) {
      if ((header[0]! & 0xf0) !== PUBLISH) return false;
      this.#start = Buffer.alloc(0);
    } else {
      passed.push(Buffer.from(header));
      this.#header = [];
    }
    this.#left = size;
    return true;
  }

  #cut(piece: Buffer, passed: Buffer[]): void {
    const start = Buffer.concat([this.#start!, piece.subarray(0, MAX_START)]);
    this.#start = start;
    const first = this.#header[0]!;
    const hasId = (first & 0x06) > 0;
    if (start.length < 2) return;
    const length = 2 + start.readUInt16BE(0) + (hasId ? 2 : 0);
    if (start.length < length) return;
    const body = Buffer.concat([start.subarray(0, length), this.mark]);
    passed.push(Buffer.from([first, ...sizeOf(body.length)]), body);
    this.#start = undefined;
    this.#header = [];
    this.#isSkipping = true;
  }
}

/** As MQTT writes a length: seven bits a byte. */
function sizeOf(length: number): number[] {
  const bytes: number[] = [];
  for (let left = length; ; left = Math.floor(left / 128)) {
    bytes.push(left < 128 ? left : (left % 128) | 0x80);
    if (left < 128) return bytes;
  }
}
