// A block as bytes: a directory, then each column by itself in byte planes under zstd, so that a reader unpacks only what it
// was asked for; docs/flow-store.md has the layout.
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FLOW_COLUMNS, type FlowColumn } from '../types.ts';
import { type BlockColumns, isDouble, MAX_BLOCK_ROWS } from './block-columns.ts';
import { AS_DOUBLES, fromPlanes, type Planes, toPlanes } from './planes.ts';

const VERSION = 1;
const HEADER_BYTES = 12;
const PART_BYTES = 20;
const CHECKSUM_BYTES = 4;
/** Parts 0 to 12 are the columns in the order of FLOW_COLUMNS; then the four words of the addresses. */
const ADDRESS_PART = FLOW_COLUMNS.length;
const PARTS = ADDRESS_PART + 4;
const PLAIN = 0;
const ZSTD = 1;
/** Below, zstd's frame costs more than it saves. */
const MIN_SQUEEZED = 48;
const LEVEL = 3;

/** `addresses`: four words each, ascending. */
export class BlockEncoder {
  readonly #scratch = new Uint8Array(MAX_BLOCK_ROWS * 2 * 8);
  readonly #word = new Uint32Array(MAX_BLOCK_ROWS * 2);

  encode(columns: BlockColumns, rows: number, addresses: Uint32Array): Uint8Array {
    const directory = new Uint8Array(HEADER_BYTES + PARTS * PART_BYTES);
    const view = new DataView(directory.buffer);
    view.setUint8(0, VERSION);
    view.setUint8(1, PARTS);
    view.setUint32(4, rows, true);
    view.setUint32(8, addresses.length / 4, true);
    const bodies: Uint8Array[] = [directory];
    for (let part = 0; part < PARTS; part++) {
      const planes =
        part < ADDRESS_PART
          ? toPlanes(columns[FLOW_COLUMNS[part] ?? 'bytes'], rows, this.#scratch)
          : this.#addressPlanes(addresses, part - ADDRESS_PART);
      const squeezed = squeeze(planes.bytes);
      const body = squeezed ?? planes.bytes.slice();
      const at = HEADER_BYTES + part * PART_BYTES;
      view.setUint8(at, planes.width);
      view.setUint8(at + 1, squeezed === undefined ? PLAIN : ZSTD);
      view.setUint32(at + 4, body.length, true);
      view.setFloat64(at + 8, planes.base, true);
      bodies.push(body);
    }
    const whole = Buffer.concat(
      bodies,
      bodies.reduce((sum, { length }) => sum + length, CHECKSUM_BYTES),
    );
    whole.writeUInt32LE(crc32(whole.subarray(0, -CHECKSUM_BYTES)), whole.length - CHECKSUM_BYTES);
    return whole;
  }

  /** The last word of ascending addresses as differences: small where they are near each other. */
  #addressPlanes(addresses: Uint32Array, word: number): Planes {
    const count = addresses.length / 4;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const value = addresses[i * 4 + word] ?? 0;
      this.#word[i] = word === 3 ? value - before : value;
      before = value;
    }
    return toPlanes(this.#word, count, this.#scratch);
  }
}

function squeeze(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < MIN_SQUEEZED) return undefined;
  const squeezed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  return squeezed.length < bytes.length ? squeezed : undefined;
}

/** Why a block cannot be read. */
export class DamagedBlock extends Error {}

/** One block at hand: its directory is read at once, its parts when they are asked for. */
export class EncodedBlock {
  readonly rows: number;
  readonly addressCount: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** Throws DamagedBlock. */
  constructor(bytes: Uint8Array) {
    if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) throw new DamagedBlock('it is too short');
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length - CHECKSUM_BYTES;
    if (crc32(bytes.subarray(0, end)) !== this.#view.getUint32(end, true))
      throw new DamagedBlock('its checksum is wrong');
    if (this.#view.getUint8(0) !== VERSION || this.#view.getUint8(1) !== PARTS) {
      throw new DamagedBlock('its version is unknown');
    }
    this.rows = this.#view.getUint32(4, true);
    this.addressCount = this.#view.getUint32(8, true);
    if (this.rows > MAX_BLOCK_ROWS || this.addressCount > MAX_BLOCK_ROWS * 2) throw new DamagedBlock('it is too large');
  }

  /** Rows from..to of one column into `out`. */
  read(column: FlowColumn, from: number, to: number, out: BlockColumns): void {
    const planes = this.#part(FLOW_COLUMNS.indexOf(column), this.rows);
    fromPlanes(planes, this.rows, from, to, isDouble(column) ? out[column] : out[column]);
  }

  /** Four words an address, into `out`, which has room for all. */
  readAddresses(out: Uint32Array, scratch: Uint32Array): void {
    const count = this.addressCount;
    for (let word = 0; word < 4; word++) {
      fromPlanes(this.#part(ADDRESS_PART + word, count), count, 0, count, scratch);
      let before = 0;
      for (let i = 0; i < count; i++) {
        before = word === 3 ? (before + (scratch[i] ?? 0)) >>> 0 : (scratch[i] ?? 0);
        out[i * 4 + word] = before;
      }
    }
  }

  #part(part: number, rows: number): Planes {
    let start = HEADER_BYTES + PARTS * PART_BYTES;
    for (let i = 0; i < part; i++) start += this.#view.getUint32(HEADER_BYTES + i * PART_BYTES + 4, true);
    const at = HEADER_BYTES + part * PART_BYTES;
    const width = this.#view.getUint8(at);
    const base = this.#view.getFloat64(at + 8, true);
    const stored = this.#bytes.subarray(start, start + this.#view.getUint32(at + 4, true));
    const length = rows * (width === AS_DOUBLES ? 8 : width);
    const bytes = this.#view.getUint8(at + 1) === ZSTD ? unsqueeze(stored, length) : stored;
    if (bytes.length !== length) throw new DamagedBlock('a column is cut off');
    return { width, base, bytes };
  }
}

function unsqueeze(bytes: Uint8Array, length: number): Uint8Array {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1) });
  } catch (error) {
    throw new DamagedBlock('a column cannot be unpacked', { cause: error });
  }
}
