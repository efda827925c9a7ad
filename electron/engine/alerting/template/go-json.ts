// JSON as Go's encoding/json writes it: keys sorted, `<`, `>` and `&` escaped.
import { FunctionError } from './arguments.ts';
import { GoDuration, GoTime } from './go-time.ts';
import { itemsOf, printValue, SafeText, Sample, StringMap, Struct, ValueMap } from './values.ts';
import type { GoValue } from './values.ts';

export const goJson = (value: GoValue): string => escaped(JSON.stringify(plain(value)));

const escaped = (json: string): string =>
  json.replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

function plain(value: GoValue): Plain {
  if (value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new FunctionError(`json: unsupported value: ${printValue(value)}`);
    return value;
  }
  const items = itemsOf(value);
  if (items !== undefined) return items.map(plain);
  if (value instanceof StringMap || value instanceof ValueMap) {
    return Object.fromEntries(
      [...value.entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, plain(v)]),
    );
  }
  if (value instanceof Struct) {
    return Object.fromEntries([...value.fields].map(([name, field]) => [jsonName(value.type, name), plain(field)]));
  }
  if (value instanceof SafeText) return value.text;
  if (value instanceof GoTime) return value.format('2006-01-02T15:04:05.999999999Z07:00');
  if (value instanceof GoDuration) return Number(value.ns);
  if (value instanceof Sample) return { Labels: plain(value.labels), Value: value.value };
  return null;
}

/** Alertmanager's data names its keys as JavaScript does; a pair has no names for JSON. */
const jsonName = (type: string, field: string): string =>
  type === 'template.Pair' ? field : field.replace(/^[A-Z]/, (letter) => letter.toLowerCase());
