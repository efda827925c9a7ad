// One YAML document as plain values, each with its place in the text; what could be misread or grow without end is refused.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { YAMLMap } from 'yaml';

/** 1-based, as editors count. */
export type Place = { readonly line: number; readonly column: number };
export type FieldPath = readonly PropertyKey[];
export type YamlProblem = Place & { readonly message: string };

export type YamlSource = {
  /** Undefined for a document without content. */
  readonly value: unknown;
  /** Where a field's value stands, or its key; of a missing field, its nearest parent's value. */
  placeOf(field: FieldPath, part: 'key' | 'value'): Place;
};

const MAX_DEPTH = 64;
/** Values that aliases may add: many routers may share their labels, but a few lines must not become gigabytes. */
const MAX_ALIASED_VALUES = 100_000;

/** Reads YAML 1.2's core schema with merge keys. One document; keys are texts; no tags of one's own. */
export function readYaml(text: string): YamlSource | { readonly problems: readonly YamlProblem[] } {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parseDocument(text.startsWith('\uFEFF') ? text.slice(1) : text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    resolveKnownTags: false,
    // The library compares each key with each other; below, they are looked up.
    uniqueKeys: false,
    logLevel: 'error',
  });
  const flaws = document.errors.length > 0 ? document.errors : document.warnings;
  if (flaws.length > 0) {
    return { problems: flaws.map(({ code, message, pos }) => ({ ...at(pos[0]), message: FLAWS[code] ?? message })) };
  }
  const reader = new NodeReader();
  const root = reader.read(document.contents, 0);
  if (reader.problems.length > 0) {
    return { problems: reader.problems.map(({ offset, message }) => ({ ...at(offset), message })) };
  }
  return {
    value: document.contents === null ? undefined : root.value,
    placeOf(field, part) {
      let value = root.value;
      let place = startOf(document.contents) ?? 0;
      for (const [index, name] of field.entries()) {
        const entry = isObject(value) ? reader.entries.get(value)?.get(name) : undefined;
        if (entry === undefined) break;
        place = part === 'key' && index === field.length - 1 ? entry.keyOffset : entry.valueOffset;
        value = entry.value;
      }
      return at(place);
    },
  };
}

const FLAWS: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here; expected one',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAG_RESOLVE_FAILED: 'a tag that has no meaning here; expected a plain value',
};

type Entry = { readonly keyOffset: number; readonly valueOffset: number; readonly value: unknown };
/** `size` counts the values in it, those behind aliases each time. */
type Read = { readonly value: unknown; readonly size: number };

const NOTHING: Read = { value: null, size: 1 };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const startOf = (node: unknown): number | undefined =>
  isObject(node) && 'range' in node && Array.isArray(node.range) ? Number(node.range[0]) : undefined;

class NodeReader {
  readonly problems: { offset: number; message: string }[] = [];
  /** What each mapping and list holds, and where. */
  readonly entries = new WeakMap<object, Map<PropertyKey, Entry>>();
  /** By name, in document order; 'open' while what it names is still being read. */
  readonly #anchors = new Map<string, Read | 'open'>();
  #aliasedValues = 0;

  read(node: unknown, depth: number): Read {
    if (isAlias(node)) return this.#alias(node.source, startOf(node) ?? 0);
    const anchor = isObject(node) && 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const read = this.#content(node, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #content(node: unknown, depth: number): Read {
    if (depth > MAX_DEPTH) return this.#refuse(startOf(node) ?? 0, 'nested too deeply');
    if (isScalar(node)) return { value: node.value, size: 1 };
    if (isMap(node)) return this.#map(node, depth);
    if (!isSeq(node)) return NOTHING;
    const entries = new Map<PropertyKey, Entry>();
    const list: unknown[] = [];
    let size = 1;
    for (const [index, item] of node.items.entries()) {
      const read = this.read(item, depth + 1);
      const offset = startOf(item) ?? startOf(node) ?? 0;
      entries.set(index, { keyOffset: offset, valueOffset: offset, value: read.value });
      list.push(read.value);
      size += read.size;
    }
    this.entries.set(list, entries);
    return { value: list, size };
  }

  #map(node: YAMLMap, depth: number): Read {
    const entries = new Map<PropertyKey, Entry>();
    const merged: object[] = [];
    let size = 1;
    for (const { key, value } of node.items) {
      const keyOffset = startOf(key) ?? startOf(node) ?? 0;
      const valueOffset = startOf(value) ?? keyOffset;
      const read = this.read(value, depth + 1);
      size += read.size;
      const name = isScalar(key) ? nameOf(key.value, key.source) : undefined;
      const taken = name === undefined ? undefined : entries.get(name);
      if (name === undefined) this.#refuse(keyOffset, 'expected a text as key');
      else if (name === '__proto__') this.#refuse(keyOffset, '__proto__ cannot be a key');
      else if (taken !== undefined)
        this.#refuse(keyOffset, `Map keys must be unique, and ${name} stands above already`);
      else if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        const sources: readonly unknown[] = Array.isArray(read.value) ? read.value : [read.value];
        if (sources.every((source) => isObject(source) && !Array.isArray(source))) {
          merged.push(...sources.filter(isObject));
        } else {
          this.#refuse(valueOffset, 'expected a mapping to merge, such as *name');
        }
      } else entries.set(name, { keyOffset, valueOffset, value: read.value });
    }
    // Own keys win, then the earlier of the merged mappings (YAML's merge key type).
    for (const source of merged) {
      for (const [name, entry] of this.entries.get(source) ?? []) if (!entries.has(name)) entries.set(name, entry);
    }
    const value = Object.fromEntries([...entries].map(([name, entry]) => [name, entry.value]));
    this.entries.set(value, entries);
    return { value, size };
  }

  #alias(name: string, offset: number): Read {
    const target = this.#anchors.get(name);
    if (target === undefined) return this.#refuse(offset, `*${name} names nothing: no &${name} stands before it`);
    if (target === 'open') return this.#refuse(offset, `*${name} stands inside what it names`);
    this.#aliasedValues += target.size;
    if (this.#aliasedValues <= MAX_ALIASED_VALUES) return target;
    return this.#refuse(offset, `too many aliases: with this one they stand for over ${MAX_ALIASED_VALUES} values`);
  }

  #refuse(offset: number, message: string): Read {
    this.problems.push({ offset, message });
    return NOTHING;
  }
}

/** A key as it was written; undefined where none was. */
const nameOf = (value: unknown, source: string | undefined): string | undefined =>
  typeof value === 'string' ? value : value === null ? undefined : source;
