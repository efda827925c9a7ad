// The functions that Alertmanager gives to templates of notifications.
import { Buffer } from 'node:buffer';
import { floatOf, FunctionError, stringOf, takes } from './arguments.ts';
import type { TemplateFunction, TemplateFunctions } from './arguments.ts';
import { BUILTINS } from './builtins.ts';
import { goJson } from './go-json.ts';
import { parseGoTime } from './go-time-parse.ts';
import { GoDuration, GoTime, humanizeDuration } from './go-time.ts';
import { zoneNamed } from './go-zone.ts';
import { compile, replaceAll } from './regexp.ts';
import { itemsOf, SafeText, typeName, ValueMap } from './values.ts';
import type { GoValue } from './values.ts';

const MANY = Number.POSITIVE_INFINITY;

const text = (call: (value: string) => GoValue): TemplateFunction => takes(1, 1, ([value]) => call(stringOf(value)));

function timeOf(value: GoValue): GoTime {
  if (value instanceof GoTime) return value;
  throw new FunctionError(`wrong type for value; expected time.Time; got ${typeName(value)}`, true);
}

function textsOf(value: GoValue): string[] {
  const items = itemsOf(value);
  if (items === undefined)
    throw new FunctionError(`wrong type for value; expected []string; got ${typeName(value)}`, true);
  return items.map(stringOf);
}

function inZone(name: string, time: GoTime): GoTime {
  const zone = zoneNamed(name);
  if (zone === undefined) throw new FunctionError(`unknown time zone ${name}`);
  return new GoTime(time.ns, zone);
}

/** As url.QueryUnescape. */
function urlUnescape(escaped: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(escaped)?.[0];
  if (bad !== undefined) throw new FunctionError(`invalid URL escape ${JSON.stringify(bad)}`);
  const bytes = Buffer.from(
    escaped
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-fA-F]{2})|([^\0-\x7f])/gu, (_, hex?: string, other?: string) =>
        hex === undefined
          ? Buffer.from(other ?? '', 'utf8').toString('latin1')
          : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  );
  return bytes.toString('utf8');
}

function base64Decode(encoded: string): string {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) {
    throw new FunctionError('illegal base64 data');
  }
  return Buffer.from(encoded, 'base64').toString('utf8');
}

function dict(pairs: readonly GoValue[]): ValueMap {
  if (pairs.length % 2 !== 0) throw new FunctionError('dict needs a value for each key');
  const entries = new Map<string, GoValue>();
  for (let i = 0; i < pairs.length; i += 2) entries.set(stringOf(pairs[i]), pairs[i + 1]);
  return new ValueMap(entries);
}

function appended([list, ...more]: readonly GoValue[]): GoValue {
  const items = itemsOf(list);
  if (items === undefined) throw new FunctionError(`append to ${typeName(list)}`);
  return [...items, ...more];
}

/** As cases.Title: each word begins with a capital letter and goes on in small ones. */
const titleCase = (value: string): string =>
  value
    .toLowerCase()
    .replace(/(^|[^\p{L}\p{Nd}_'’])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

export function alertmanagerFunctions(nowMs: number): TemplateFunctions {
  const now = GoTime.fromMs(nowMs);
  return new Map<string, TemplateFunction>([
    ...BUILTINS,
    ['toUpper', text((value) => value.toUpperCase())],
    ['toLower', text((value) => value.toLowerCase())],
    ['title', text(titleCase)],
    ['trimSpace', text((value) => value.trim())],
    ['join', takes(2, 2, ([separator, list]) => textsOf(list).join(stringOf(separator)))],
    ['match', takes(2, 2, ([pattern, value]) => compile(stringOf(pattern)).matcher(stringOf(value)).find())],
    [
      'reReplaceAll',
      takes(3, 3, ([pattern, by, value]) => replaceAll(stringOf(pattern), stringOf(by), stringOf(value))),
    ],
    ['safeHtml', text((value) => new SafeText('HTML', value))],
    ['safeUrl', text((value) => new SafeText('URL', value))],
    ['urlUnescape', text(urlUnescape)],
    ['stringSlice', takes(0, MANY, (values) => values.map(stringOf))],
    ['date', takes(2, 2, ([layout, time]) => timeOf(time).format(stringOf(layout)))],
    ['tz', takes(2, 2, ([name, time]) => inZone(stringOf(name), timeOf(time)))],
    ['toDate', takes(2, 2, ([layout, value]) => parseGoTime(stringOf(layout), stringOf(value)))],
    ['now', takes(0, 0, () => now)],
    ['since', takes(1, 1, ([time]) => new GoDuration(now.ns - timeOf(time).ns))],
    ['humanizeDuration', takes(1, 1, ([value]) => humanizeDuration(floatOf(value)))],
    ['toJson', takes(1, 1, ([value]) => goJson(value))],
    ['base64encode', text((value) => Buffer.from(value, 'utf8').toString('base64'))],
    ['base64decode', text(base64Decode)],
    ['list', takes(0, MANY, (values) => [...values])],
    ['append', takes(1, MANY, appended)],
    ['dict', takes(0, MANY, dict)],
  ]);
}

const NAMES = new Set([...alertmanagerFunctions(0).keys(), 'and', 'or']);

export const isAlertmanagerFunction = (name: string): boolean => NAMES.has(name);
