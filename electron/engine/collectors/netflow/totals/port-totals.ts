// One exporter's totals by (protocol, destination port), capped: what is not admitted is summed as "other".

/** Key of a row: protocol * 65536 + port; `otherKey(protocol)` for the rest of a protocol. */
export const portKey = (protocol: number, port: number): number => protocol * 65_536 + port;
const OTHER_BIT = 16_777_216;
export const otherKey = (protocol: number): number => OTHER_BIT + protocol;
export const protocolOfKey = (key: number): number => (key >= OTHER_BIT ? key - OTHER_BIT : key >>> 16);
/** undefined: the "other" row. */
export const portOfKey = (key: number): number | undefined => (key >= OTHER_BIT ? undefined : key & 0xffff);

/** Keys that wait for the next flush to be ranked; what comes beyond goes to "other" at once. */
const MAX_CANDIDATES = 8_192;
/** Above are the ports that systems hand out to clients (Linux from 32768, IANA from 49152). */
const EPHEMERAL_FROM = 32_768;
/** They may take this share of the places, so that replies cannot keep a service out. */
const EPHEMERAL_SHARE = 0.75;

export type TotalsRows = {
  readonly keys: Uint32Array;
  readonly bytes: Float64Array;
  readonly packets: Float64Array;
  readonly flows: Float64Array;
};

export type PortColumns = {
  readonly protocol: Uint32Array;
  readonly dstPort: Uint32Array;
  readonly bytes: Float64Array;
  readonly packets: Float64Array;
};

/**
 * Cumulative since the start. New keys are ranked by bytes at each flush and admitted while there is room; an admitted
 * key stays, so that no series changes its meaning. A key that is refused at a flush is from then on, like its past,
 * part of "other": the sum over all rows is always exact.
 */
export class PortTotals {
  readonly #cap: number;
  /** Makes the places of keys in the table unpredictable; odd. */
  readonly #factor = Math.floor(Math.random() * 0x7fff_ffff) * 2 + 1;
  #table = new Uint32Array(512);
  #mask = 511;
  #keys = new Uint32Array(256);
  #bytes = new Float64Array(256);
  #packets = new Float64Array(256);
  #flows = new Float64Array(256);
  #rows = 0;
  /** Rows below are admitted (or "other" rows), those from here on are candidates. */
  #settled = 0;
  #admitted = 0;
  #ephemeral = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** `isNew`: 1 for each row that is a flow of its own. */
  addRows(rows: number, { protocol, dstPort, bytes, packets }: PortColumns, isNew: Uint8Array): void {
    for (let row = 0; row < rows; row++) {
      const key = portKey(protocol[row] ?? 0, dstPort[row] ?? 0);
      const at = this.#rowOf(key) ?? this.#rowOf(otherKey(protocol[row] ?? 0)) ?? 0;
      this.#bytes[at] = (this.#bytes[at] ?? 0) + (bytes[row] ?? 0);
      this.#packets[at] = (this.#packets[at] ?? 0) + (packets[row] ?? 0);
      this.#flows[at] = (this.#flows[at] ?? 0) + (isNew[row] ?? 0);
    }
  }

  /** Ranks the candidates, admits or folds them, and returns all rows as they stand. */
  flush(): TotalsRows {
    this.#settle();
    return {
      keys: this.#keys.slice(0, this.#rows),
      bytes: this.#bytes.slice(0, this.#rows),
      packets: this.#packets.slice(0, this.#rows),
      flows: this.#flows.slice(0, this.#rows),
    };
  }

  #settle(): void {
    if (this.#settled === this.#rows) return;
    const candidates: { key: number; bytes: number; packets: number; flows: number }[] = [];
    for (let row = this.#settled; row < this.#rows; row++) {
      candidates.push({
        key: this.#keys[row] ?? 0,
        bytes: this.#bytes[row] ?? 0,
        packets: this.#packets[row] ?? 0,
        flows: this.#flows[row] ?? 0,
      });
      this.#keys[row] = 0;
      this.#bytes[row] = 0;
      this.#packets[row] = 0;
      this.#flows[row] = 0;
    }
    this.#rows = this.#settled;
    this.#rebuildTable();
    candidates.sort((a, b) => b.bytes - a.bytes || b.packets - a.packets || a.key - b.key);
    for (const { key, bytes, packets, flows } of candidates) {
      const row = this.#insert(this.#admits(key) ? key : otherKey(protocolOfKey(key)));
      this.#bytes[row] = (this.#bytes[row] ?? 0) + bytes;
      this.#packets[row] = (this.#packets[row] ?? 0) + packets;
      this.#flows[row] = (this.#flows[row] ?? 0) + flows;
    }
    this.#settled = this.#rows;
  }

  #admits(key: number): boolean {
    const port = portOfKey(key);
    if (port === undefined) return true;
    if (this.#admitted >= this.#cap) return false;
    if (port >= EPHEMERAL_FROM) {
      if (this.#ephemeral >= Math.floor(this.#cap * EPHEMERAL_SHARE)) return false;
      this.#ephemeral++;
    }
    this.#admitted++;
    return true;
  }

  /** The key's row, made if there is room for one more candidate; undefined: use the "other" row. */
  #rowOf(key: number): number | undefined {
    let slot = this.#slotOf(key);
    for (;;) {
      const entry = this.#table[slot] ?? 0;
      if (entry === 0) break;
      if (this.#keys[entry - 1] === key) return entry - 1;
      slot = (slot + 1) & this.#mask;
    }
    // At most 256 "other" rows, one a protocol: they need no cap.
    if (key >= OTHER_BIT) return this.#insert(key);
    const full = this.#admitted >= this.#cap || this.#rows - this.#settled >= MAX_CANDIDATES;
    return full ? undefined : this.#insert(key);
  }

  /** Adds the key, or finds it. */
  #insert(key: number): number {
    if (this.#rows * 2 >= this.#mask) {
      this.#mask = (this.#mask + 1) * 2 - 1;
      this.#table = new Uint32Array(this.#mask + 1);
      this.#rebuildTable();
    }
    if (this.#rows >= this.#keys.length) this.#growRows();
    let slot = this.#slotOf(key);
    for (;;) {
      const entry = this.#table[slot] ?? 0;
      if (entry === 0) break;
      if (this.#keys[entry - 1] === key) return entry - 1;
      slot = (slot + 1) & this.#mask;
    }
    const row = this.#rows++;
    this.#keys[row] = key;
    this.#table[slot] = row + 1;
    return row;
  }

  #rebuildTable(): void {
    this.#table.fill(0);
    for (let row = 0; row < this.#rows; row++) {
      let slot = this.#slotOf(this.#keys[row] ?? 0);
      while (this.#table[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#table[slot] = row + 1;
    }
  }

  #growRows(): void {
    const size = this.#keys.length * 2;
    const keys = new Uint32Array(size);
    keys.set(this.#keys);
    this.#keys = keys;
    const wider = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(size);
      grown.set(column);
      return grown;
    };
    this.#bytes = wider(this.#bytes);
    this.#packets = wider(this.#packets);
    this.#flows = wider(this.#flows);
  }

  #slotOf(key: number): number {
    // The high bits of a product are the well-mixed ones.
    const product = Math.imul(key + 1, this.#factor);
    return (product ^ (product >>> 15)) & this.#mask;
  }
}
