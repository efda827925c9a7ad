// A series' identity: label names and values, sorted, immutable, cheap to compare and to key by.

export const METRIC_NAME = '__name__';

/** Orders by Unicode code point, which is the order of the UTF-8 bytes (JS compares UTF-16 units). */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      const xSurrogate = x >= 0xd800 && x <= 0xdfff;
      const ySurrogate = y >= 0xd800 && y <= 0xdfff;
      if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
      return x - y;
    }
  }
  return a.length - b.length;
}

/**
 * An immutable label set. `flat` is [name0, value0, name1, value1, ...] sorted by name (UTF-8 byte order), without
 * empty values: in Prometheus's model a missing label and an empty one are the same.
 */
export class Labels {
  static readonly EMPTY = new Labels([]);
  readonly flat: readonly string[];
  #key: string | undefined;

  private constructor(flat: readonly string[]) {
    this.flat = flat;
  }

  /** From name/value pairs in any order; empty values are dropped; the last of duplicate names wins. */
  static fromPairs(pairs: Iterable<readonly [string, string]>): Labels {
    const map = new Map<string, string>();
    for (const [name, value] of pairs) map.set(name, value);
    const names = [...map.keys()].filter((name) => map.get(name) !== '').toSorted(compareUtf8);
    if (names.length === 0) return Labels.EMPTY;
    return new Labels(names.flatMap((name) => [name, map.get(name) ?? '']));
  }

  static fromRecord(record: Readonly<Record<string, string>>): Labels {
    return Labels.fromPairs(Object.entries(record));
  }

  /** From a flat array that is already sorted, unique and without empty values (a store's own row). */
  static fromSortedFlat(flat: readonly string[]): Labels {
    return flat.length === 0 ? Labels.EMPTY : new Labels(flat);
  }

  static of(metricName: string, record: Readonly<Record<string, string>> = {}): Labels {
    return Labels.fromPairs([[METRIC_NAME, metricName], ...Object.entries(record)]);
  }

  get size(): number {
    return this.flat.length / 2;
  }

  /** The value, or '' when the label is absent. */
  get(name: string): string {
    for (let i = 0; i < this.flat.length; i += 2) {
      if (this.flat[i] === name) return this.flat[i + 1] ?? '';
    }
    return '';
  }

  get name(): string {
    return this.get(METRIC_NAME);
  }

  /** A string that is equal exactly when the label sets are equal. */
  get key(): string {
    // JSON escapes every separator, so no two label sets can share a key.
    this.#key ??= JSON.stringify(this.flat);
    return this.#key;
  }

  equals(other: Labels): boolean {
    return this === other || this.key === other.key;
  }

  *entries(): Generator<readonly [string, string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] ?? '', this.flat[i + 1] ?? ''];
  }

  /** A copy with one label set; '' removes it. */
  with(name: string, value: string): Labels {
    if (value === '') return this.without(name);
    const flat = [...this.flat];
    let at = 0;
    while (at < flat.length && compareUtf8(flat[at] ?? '', name) < 0) at += 2;
    flat.splice(at, flat[at] === name ? 2 : 0, name, value);
    return new Labels(flat);
  }

  without(...names: readonly string[]): Labels {
    return this.#filtered((name) => !names.includes(name));
  }

  only(names: readonly string[]): Labels {
    return this.#filtered((name) => names.includes(name));
  }

  /** What is left of a sorted set is sorted. */
  #filtered(keeps: (name: string) => boolean): Labels {
    const flat: string[] = [];
    for (let i = 0; i < this.flat.length; i += 2) {
      const name = this.flat[i] ?? '';
      if (keeps(name)) flat.push(name, this.flat[i + 1] ?? '');
    }
    return flat.length === this.flat.length ? this : Labels.fromSortedFlat(flat);
  }

  /** A record with no prototype, so that a label called __proto__ is harmless. */
  toRecord(): Record<string, string> {
    const record = Object.create(null) as Record<string, string>;
    for (const [name, value] of this.entries()) record[name] = value;
    return record;
  }

  /** Prometheus's order: by name, then by value, the shorter set first. */
  static compare(a: Labels, b: Labels): number {
    const length = Math.min(a.flat.length, b.flat.length);
    for (let i = 0; i < length; i++) {
      const order = compareUtf8(a.flat[i] ?? '', b.flat[i] ?? '');
      if (order !== 0) return order;
    }
    return a.flat.length - b.flat.length;
  }
}
