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
  | Sample
  | QueryResult
  | Struct
  | GoTime
  | GoDuration
  | readonly GoValue[];

export const isList = (value: GoValue): value is readonly GoValue[] => Array.isArray(value);

/** As reflect prints the type in messages. */
export function typeName(value: GoValue): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  if (value === undefined) return '<nil>';
  if (isList(value)) return '[]interface {}';
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
  if (isList(value)) return value.length > 0;
  if (value instanceof StringMap || value instanceof ValueMap) return value.entries.size > 0;
  return value instanceof QueryResult ? value.samples.length > 0 : true;
}
