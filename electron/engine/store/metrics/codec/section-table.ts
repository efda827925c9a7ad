// The table in front of a body's sections: shared columns, then series by their place in the group; each found without the others.
import { ByteReader, ByteWriter, damaged } from './bytes.ts';
import { withChecksum } from './checksum.ts';
import { RESIDUE_PADDING } from './residue-model.ts';

const MAX_LINES = 65_536;
/** Of a shared column: its rows and offset; of a series: its place and shared column as 16 bits each, and its offset. */
const LINE = 8;

export class SectionWriter {
  /** What sections are written to, one after the other. */
  readonly out = new ByteWriter(65_536);
  readonly #shared: { rows: number; at: number }[] = [];
  readonly #series: { member: number; shared: number; at: number }[] = [];

  /** Begins a shared column's section; answers with its number. */
  beginShared(rows: number): number {
    this.#shared.push({ rows, at: this.out.length });
    return this.#shared.length - 1;
  }

  /** A shared column that was begun is written here after all. */
  placeShared(shared: number): void {
    this.#shared[shared]!.at = this.out.length;
  }

  /** Begins a series' section. */
  beginSeries(member: number, shared: number): void {
    this.#series.push({ member, shared, at: this.out.length });
  }

  rowsOf(shared: number): number {
    return this.#shared[shared]!.rows;
  }

  /** The body: `head` (its flags have FLAG_CHECKED), the table, the sections, the bytes that residues need behind them, the checksum. */
  finish(head: readonly number[]): Uint8Array<ArrayBuffer> {
    const body = new ByteWriter(this.out.length + 32 + (this.#shared.length + this.#series.length) * LINE);
    for (const byte of head) body.u8(byte);
    body.varint(this.#shared.length);
    body.varint(this.#series.length);
    for (const { rows, at } of this.#shared) {
      body.u32(rows);
      body.u32(at);
    }
    for (const { member, shared, at } of this.#series.toSorted((a, b) => a.member - b.member)) {
      body.u32(member + shared * MAX_LINES);
      body.u32(at);
    }
    body.bytes(this.out.view());
    body.extend(RESIDUE_PADDING);
    return withChecksum(body);
  }
}

export class SectionTable {
  readonly seriesCount: number;
  readonly #sharedCount: number;
  readonly #body: Uint8Array;
  readonly #view: DataView;
  readonly #sharedAt: number;
  readonly #seriesAt: number;
  readonly #sectionsAt: number;

  /** `from` stands behind the head. */
  constructor(from: ByteReader) {
    this.#sharedCount = from.varint();
    this.seriesCount = from.varint();
    if (this.#sharedCount > MAX_LINES || this.seriesCount > MAX_LINES) throw damaged('a block is too large');
    this.#sharedAt = from.position;
    from.take(this.#sharedCount * LINE);
    this.#seriesAt = from.position;
    from.take(this.seriesCount * LINE);
    this.#sectionsAt = from.position;
    if (from.remaining < RESIDUE_PADDING) throw damaged('it ends too early');
    this.#body = from.bytes;
    this.#view = new DataView(this.#body.buffer, this.#body.byteOffset, this.#body.byteLength);
  }

  /** Rows of a shared column as the table has it, unchecked, and a reader at its section, which says itself where it ends. */
  shared(shared: number): { rows: number; from: ByteReader } {
    if (shared >= this.#sharedCount) throw damaged('a series without its shared column');
    const line = this.#sharedAt + shared * LINE;
    return { rows: this.#view.getUint32(line, true), from: this.#section(this.#view.getUint32(line + 4, true)) };
  }

  /** Undefined when the series is not in the block. */
  series(member: number): { shared: number; from: ByteReader } | undefined {
    let low = 0;
    let high = this.seriesCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#memberAt(middle) < member) low = middle + 1;
      else high = middle;
    }
    if (low === this.seriesCount || this.#memberAt(low) !== member) return undefined;
    const line = this.#seriesAt + low * LINE;
    return {
      shared: this.#view.getUint16(line + 2, true),
      from: this.#section(this.#view.getUint32(line + 4, true)),
    };
  }

  /** Places in the group, ascending. */
  *members(): Generator<number, undefined> {
    for (let i = 0; i < this.seriesCount; i++) yield this.#memberAt(i);
  }

  #memberAt(i: number): number {
    return this.#view.getUint16(this.#seriesAt + i * LINE, true);
  }

  #section(offset: number): ByteReader {
    return new ByteReader(this.#body.subarray(Math.min(this.#sectionsAt + offset, this.#body.length)));
  }
}
