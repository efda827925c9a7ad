// The two payload streams of a block: packed bits that no compressor shrinks, and bytes that zstd takes.
import { BIT_PADDING } from './bits.ts';
import { ByteReader, ByteWriter, damaged } from './bytes.ts';

/** What an encoder writes to: parameters in the directory, values in one of the two streams. */
export type BlockOutput = {
  readonly directory: ByteWriter;
  readonly packed: ByteWriter;
  readonly squeezed: ByteWriter;
};

/** What a decoder walks: each column takes its values off the streams in the order in which they were written. */
export class BlockInput {
  readonly directory: ByteReader;
  readonly packed: Uint8Array;
  readonly #unsqueeze: () => Uint8Array;
  readonly #packedLength: number;
  readonly #squeezedLength: number;
  #squeezed: Uint8Array | undefined;
  #packedAt = 0;
  #squeezedAt = 0;

  /** `packed` is followed by BIT_PADDING bytes; `unsqueeze` decompresses on first use. */
  constructor(directory: ByteReader, packed: Uint8Array, squeezedLength: number, unsqueeze: () => Uint8Array) {
    this.directory = directory;
    this.packed = packed;
    this.#packedLength = packed.length - BIT_PADDING;
    this.#squeezedLength = squeezedLength;
    this.#unsqueeze = unsqueeze;
  }

  /** Where the next `length` bytes of the packed stream begin. */
  takePacked(length: number): number {
    const at = this.#packedAt;
    this.#packedAt += length;
    if (this.#packedAt > this.#packedLength) throw damaged('packed values end too early');
    return at;
  }

  takeSqueezed(length: number): number {
    const at = this.#squeezedAt;
    this.#squeezedAt += length;
    if (this.#squeezedAt > this.#squeezedLength) throw damaged('compressed values end too early');
    return at;
  }

  get squeezed(): Uint8Array {
    this.#squeezed ??= this.#unsqueeze();
    return this.#squeezed;
  }
}

let scratchA = new Float64Array(256);
let scratchB = new Float64Array(256);

/** Two working arrays of at least `count`, shared by all encoders of a thread: valid until the next call. */
export function scratch(count: number): [Float64Array, Float64Array] {
  if (scratchA.length < count) {
    scratchA = new Float64Array(count * 2);
    scratchB = new Float64Array(count * 2);
  }
  return [scratchA, scratchB];
}
