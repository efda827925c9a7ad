// Reads protobuf's wire format field by field, within bounds: a length that leads out of its message is malformed.
import { malformed } from './malformed.ts';

export const VARINT = 0;
export const FIXED_64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED_32 = 5;

export class ProtoReader {
  readonly bytes: Buffer;
  pos = 0;
  end: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** Field number * 8 + wire type; 0 at the end of the message. */
  tag(): number {
    if (this.pos >= this.end) return 0;
    const tag = this.uint();
    if (tag < 8 || tag > 0xffff_ffff) throw malformed('a protobuf field has no number');
    return tag;
  }

  /** A varint as a number; exact below 2^53. */
  uint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw malformed('a protobuf number has more than ten bytes');
  }

  /** An int64 as a number; exact within +-2^53. */
  int64(): number {
    const start = this.pos;
    const value = this.uint();
    // Only negative numbers take all ten bytes.
    if (this.pos - start < 10) return value;
    let exact = 0n;
    for (let i = 9; i >= 0; i--) exact = (exact << 7n) | BigInt(this.bytes[start + i]! & 0x7f);
    return Number(BigInt.asIntN(64, exact));
  }

  /** Where an 8-byte value begins; moves past it. */
  fixed64(): number {
    const at = this.pos;
    this.#skipBytes(8);
    return at;
  }

  /** The end of a length-delimited field that begins here. */
  fieldEnd(): number {
    const length = this.uint();
    if (length > this.end - this.pos) throw malformed('a protobuf field is longer than its message');
    return this.pos + length;
  }

  /** Runs `read` on the embedded message that begins here. */
  message(read: () => void): void {
    const outer = this.end;
    this.end = this.fieldEnd();
    read();
    this.pos = this.end;
    this.end = outer;
  }

  /** Moves past the value of a field that nobody asks for. */
  skip(wireType: number): void {
    if (wireType === VARINT) this.uint();
    else if (wireType === FIXED_64) this.#skipBytes(8);
    else if (wireType === LENGTH_DELIMITED) this.pos = this.fieldEnd();
    else if (wireType === FIXED_32) this.#skipBytes(4);
    else throw malformed('a protobuf field is of a kind that is not used');
  }

  #skipBytes(count: number): void {
    if (count > this.end - this.pos) throw malformed('a protobuf field is longer than its message');
    this.pos += count;
  }

  #byte(): number {
    if (this.pos >= this.end) throw malformed('protobuf data ends in the middle of a field');
    return this.bytes[this.pos++]!;
  }
}
