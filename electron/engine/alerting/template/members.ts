// Fields and methods of values, as `.Name` reaches them in a template.
import { FunctionError, stringOf } from './arguments.ts';
import { GoDuration, GoTime } from './go-time.ts';
import { itemsOf, MethodList, MethodMap, Sample, StringMap, Struct, typeName, ValueMap } from './values.ts';
import type { GoValue } from './values.ts';

/** The field's value in a box, undefined when there is no such field. */
export function fieldOf(receiver: GoValue, name: string): { readonly value: GoValue } | undefined {
  // A missing key of a string map is the empty string (missingkey=zero).
  if (receiver instanceof StringMap) return { value: receiver.entries.get(name) ?? '' };
  if (receiver instanceof ValueMap) return { value: receiver.entries.get(name) };
  if (receiver instanceof Sample) {
    if (name === 'Labels') return { value: receiver.labels };
    return name === 'Value' ? { value: receiver.value } : undefined;
  }
  if (receiver instanceof Struct && receiver.fields.has(name)) return { value: receiver.fields.get(name) };
  return undefined;
}

type Method = (args: readonly GoValue[]) => GoValue;

const plain =
  (read: () => GoValue): Method =>
  (args) => {
    if (args.length > 0) throw new FunctionError(`want 0 arguments, got ${args.length}`);
    return read();
  };

export function methodOf(receiver: GoValue, name: string): Method | undefined {
  if (receiver instanceof MethodMap || receiver instanceof MethodList) {
    return Object.hasOwn(receiver.methods, name) ? receiver.methods[name] : undefined;
  }
  if (receiver instanceof GoDuration) return DURATION[name]?.(receiver);
  return receiver instanceof GoTime ? TIME[name]?.(receiver) : undefined;
}

const DURATION: Readonly<Record<string, (duration: GoDuration) => Method>> = {
  String: (duration) => plain(() => duration.toString()),
  Seconds: (duration) => plain(() => duration.seconds),
  Minutes: (duration) => plain(() => duration.seconds / 60),
  Hours: (duration) => plain(() => duration.seconds / 3_600),
  Milliseconds: (duration) => plain(() => duration.ns / 1_000_000n),
  Nanoseconds: (duration) => plain(() => duration.ns),
};

/** Go's zero time, 0001-01-01 UTC. */
const ZERO_NS = -62_135_596_800_000_000_000n;

const TIME: Readonly<Record<string, (time: GoTime) => Method>> = {
  String: (time) => plain(() => time.toString()),
  UTC: (time) => plain(() => new GoTime(time.ns)),
  IsZero: (time) => plain(() => time.ns === ZERO_NS),
  Unix: (time) => plain(() => time.unix),
  UnixMilli: (time) => plain(() => time.unixMilli),
  UnixNano: (time) => plain(() => time.ns),
  Year: (time) => plain(() => BigInt(time.date.getUTCFullYear())),
  Month: (time) => plain(() => time.monthName),
  Day: (time) => plain(() => BigInt(time.date.getUTCDate())),
  Hour: (time) => plain(() => BigInt(time.date.getUTCHours())),
  Minute: (time) => plain(() => BigInt(time.date.getUTCMinutes())),
  Second: (time) => plain(() => BigInt(time.date.getUTCSeconds())),
  Weekday: (time) => plain(() => time.weekday),
  Format: (time) => (args) => time.format(stringOf(args[0])),
  Add: (time) => (args) => new GoTime(time.ns + durationOf(args[0]).ns),
  Sub: (time) => (args) => new GoDuration(time.ns - timeOf(args[0]).ns),
  Before: (time) => (args) => time.ns < timeOf(args[0]).ns,
  After: (time) => (args) => time.ns > timeOf(args[0]).ns,
};

function durationOf(value: GoValue): GoDuration {
  if (value instanceof GoDuration) return value;
  throw new FunctionError(`expected time.Duration; got ${typeName(value)}`);
}

function timeOf(value: GoValue): GoTime {
  if (value instanceof GoTime) return value;
  throw new FunctionError(`expected time.Time; got ${typeName(value)}`);
}

/** The builtin `index`: one step into a list or a map. */
export function indexOne(value: GoValue, key: GoValue): GoValue {
  if (value instanceof StringMap) return value.entries.get(stringOf(key)) ?? '';
  if (value instanceof ValueMap) return value.entries.get(stringOf(key));
  const list = itemsOf(value);
  if (list === undefined) throw new FunctionError(`can't index item of type ${typeName(value)}`);
  if (typeof key !== 'bigint') throw new FunctionError(`cannot index slice/array with type ${typeName(key)}`);
  if (key < 0n || key >= BigInt(list.length)) throw new FunctionError(`index out of range: ${key}`);
  return list[Number(key)];
}
