// Reads a time that is written in one of Go's layouts ("2006-01-02 15:04"): the elements that people use.
import { FunctionError } from './arguments.ts';
import { GoTime, MONTHS } from './go-time.ts';

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'offsetMinutes', number> & {
  isPm?: boolean;
};

type Element = { readonly pattern: string; readonly read: (parts: Parts, text: string) => void };

const number = (pattern: string, key: Exclude<keyof Parts, 'isPm'>): Element => ({
  pattern,
  read: (parts, text) => {
    parts[key] = Number(text);
  },
});

const month = (length: number | undefined): Element => ({
  pattern: `(?:${MONTHS.map((name) => name.slice(0, length)).join('|')})`,
  read: (parts, text) => {
    parts.month = MONTHS.findIndex((name) => name.slice(0, length) === text) + 1;
  },
});

const zone: Element = {
  pattern: 'Z|[+-]\\d\\d:?\\d\\d',
  read: (parts, text) => {
    const match = /^([+-])(\d\d):?(\d\d)$/.exec(text);
    const minutes = Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0);
    parts.offsetMinutes = match?.[1] === '-' ? -minutes : minutes;
  },
};

const ignored = (pattern: string): Element => ({ pattern, read: () => {} });

const half: Element = {
  pattern: '[AaPp][Mm]',
  read: (parts, text) => {
    parts.isPm = text.toLowerCase() === 'pm';
  },
};

const ELEMENTS: Readonly<Record<string, Element>> = {
  2006: number('\\d{4}', 'year'),
  January: month(undefined),
  Jan: month(3),
  '01': number('\\d\\d', 'month'),
  '02': number('\\d\\d', 'day'),
  _2: number(' ?\\d{1,2}', 'day'),
  15: number('\\d\\d', 'hour'),
  '03': number('\\d\\d', 'hour'),
  '04': number('\\d\\d', 'minute'),
  '05': number('\\d\\d', 'second'),
  Monday: ignored('[A-Z][a-z]+day'),
  Mon: ignored('[A-Z][a-z]{2}'),
  MST: ignored('UTC|GMT'),
  PM: half,
  pm: half,
  'Z07:00': zone,
  Z0700: zone,
  '-07:00': zone,
  '-0700': zone,
};

const LAYOUT = /January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|-07:00|-0700|01|02|03|04|05|_2|15|PM|pm/g;

/** Throws FunctionError. */
export function parseGoTime(layout: string, text: string): GoTime {
  const read: Element[] = [];
  let pattern = '';
  let from = 0;
  for (const match of layout.matchAll(LAYOUT)) {
    const element = ELEMENTS[match[0]];
    if (element === undefined) continue;
    pattern += `${literally(layout.slice(from, match.index))}(${element.pattern})`;
    from = match.index + match[0].length;
    read.push(element);
  }
  const found = new RegExp(`^${pattern}${literally(layout.slice(from))}$`).exec(text);
  const parts: Parts = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, offsetMinutes: 0 };
  read.forEach((element, i) => element.read(parts, found?.[i + 1] ?? ''));
  const { year, month: inYear, day, minute, second, offsetMinutes, isPm } = parts;
  const hour = isPm === undefined ? parts.hour : (parts.hour % 12) + (isPm ? 12 : 0);
  const date = new Date(0);
  date.setUTCFullYear(year, inYear - 1, day);
  date.setUTCHours(hour, minute, second);
  const isReal = date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (found === null || !isReal) {
    throw new FunctionError(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse it`);
  }
  return GoTime.fromMs(date.getTime() - offsetMinutes * 60_000);
}
