// Go's values as templates see them, and how fmt prints them.
import { formatGoFloat } from './go-number.ts';
import { GoDuration, GoTime } from './go-time.ts';

/** A map[string]string: a missing key is the empty string. */
export class StringMap {
  readonly entries: ReadonlyMap<string, string>;
  constructor(entries: ReadonlyMap<string, string>) {
    this.entries = entries;
  }
  static from(record: Readonly<Record<string, string>>): StringMap {
    return new StringMap(new Map(Object.entries(record)));
  }
}

/** A map[string]interface{}: a missing key is no value. */
export class ValueMap {
  readonly entries: ReadonlyMap<string, GoValue>;
  constructor(entries: ReadonlyMap<string, GoValue>) {
    this.entries = entries;
  }
}

export type Methods = Readonly<Record<string, (args: readonly GoValue[]) => GoValue>>;

/** A string map with methods of its own, which prints as one of them says. */
export class MethodMap extends StringMap {
  readonly type: string;
  readonly methods: Methods;
  readonly #text: () => string;
  constructor(type: string, entries: ReadonlyMap<string, string>, methods: Methods, text: () => string) {
    super(entries);
    this.type = type;
    this.methods = methods;
    this.#text = text;
  }
  override toString(): string {
    return this.#text();
  }
}

/** A list with methods of its own. */
export class MethodList {
  readonly type: string;
  readonly items: readonly GoValue[];
  readonly methods: Methods;
  readonly text: string | undefined;
  constructor(type: string, items: readonly GoValue[], methods: Methods, text?: string) {
    this.type = type;
    this.items = items;
    this.methods = methods;
    this.text = text;
  }
}

/** Text that its author calls safe where HTML is made: as it is, or as a link. */
export class SafeText {
  readonly kind: 'HTML' | 'URL';
  readonly text: string;
  constructor(kind: 'HTML' | 'URL', text: string) {
    this.kind = kind;
    this.text = text;
  }
}

/** One element of a query's result. */
export class Sample {
  readonly labels: StringMap;
  readonly value: number;
  constructor(labels: StringMap, value: number) {
    this.labels = labels;
    this.value = value;
  }
}

export class QueryResult {
  readonly samples: readonly Sample[];
  constructor(samples: readonly Sample[]) {
    this.samples = samples;
  }
}

/** A struct: an unknown field is an error. */
export class Struct {
  readonly type: string;
  readonly fields: ReadonlyMap<string, GoValue>;
  constructor(type: string, fields: ReadonlyMap<string, GoValue>) {
    this.type = type;
    this.fields = fields;
  }
}

/** number is a float64, bigint an int, undefined is nil ("<no value>"). */
export type GoValue =
  | string
  | number
  | bigint
  | boolean
  | undefined
  | StringMap
  | ValueMap
  | MethodList
  | SafeText
  | Sample
  | QueryResult
  | Struct
  | GoTime
  | GoDuration
  | readonly GoValue[];

export const isList = (value: GoValue): value is readonly GoValue[] => Array.isArray(value);

/** The elements of what `range`, `index`, `len` and `slice` take as a list; undefined where it is none. */
export function itemsOf(value: GoValue): readonly GoValue[] | undefined {
  if (isList(value)) return value;
  if (value instanceof MethodList) return value.items;
  return value instanceof QueryResult ? value.samples : undefined;
}

/** As reflect prints the type in messages. */
export function typeName(value: GoValue): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  if (value === undefined) return '<nil>';
  if (isList(value)) return '[]interface {}';
  if (value instanceof MethodMap || value instanceof MethodList) return value.type;
  if (value instanceof SafeText) return `template.${value.kind}`;
  if (value instanceof StringMap) return 'map[string]string';
  if (value instanceof ValueMap) return 'map[string]interface {}';
  if (value instanceof Sample) return '*template.sample';
  if (value instanceof QueryResult) return 'template.queryResult';
  if (value instanceof GoTime) return '*time.Time';
  if (value instanceof GoDuration) return '*time.Duration';
  return value instanceof Struct ? value.type : '';
}

/** As fmt's %v. */
export function printValue(value: GoValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatGoFloat(value, 'g', -1);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value === undefined) return '<no value>';
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  if (value instanceof MethodMap) return value.toString();
  if (value instanceof MethodList) return value.text ?? printValue(value.items);
  if (value instanceof SafeText) return value.text;
  if (value instanceof StringMap || value instanceof ValueMap) {
    const entries = [...value.entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([key, entry]) => `${key}:${printValue(entry)}`).join(' ')}]`;
  }
  if (value instanceof Sample) return `{${printValue(value.labels)} ${printValue(value.value)}}`;
  if (value instanceof QueryResult) return `[${value.samples.map(printValue).join(' ')}]`;
  if (value instanceof Struct) return `{${[...value.fields.values()].map(printValue).join(' ')}}`;
  return value.toString();
}

/** text/template's notion: false, zero, nil and empty are false. */
export function isTrue(value: GoValue): boolean {
  if (typeof value !== 'object') return Boolean(value);
  const items = itemsOf(value);
  if (items !== undefined) return items.length > 0;
  if (value instanceof StringMap || value instanceof ValueMap) return value.entries.size > 0;
  return value instanceof SafeText ? value.text !== '' : true;
}
