// One line of a series in Prometheus's test language: `metric{l="v"} 1 2+3x4 _ stale`.
import { parseSelector } from '../index.ts';
import { Labels } from '../../../../shared/model/labels.ts';

/** A value at one step; undefined where there is none. */
export type SequenceValue =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'histogram' }
  | undefined;

export type SeriesLine = { readonly labels: Labels; readonly values: SequenceValue[] };

export function parseSeriesLine(line: string): SeriesLine {
  const end = endOfLabels(line);
  return { labels: parseLabels(line.slice(0, end)), values: parseSequence(line.slice(end)) };
}

function parseLabels(text: string): Labels {
  const trimmed = text.trim();
  if (/^\{\s*\}$/.test(trimmed)) return Labels.EMPTY;
  return Labels.fromPairs(
    parseSelector(trimmed).map((matcher): [string, string] => {
      if (matcher.op !== '=') throw new Error(`a series has labels, not matchers: ${trimmed}`);
      return [matcher.name, matcher.value];
    }),
  );
}

/** Where the name and labels end: at the closing brace outside quotes, or the first blank where there are no braces. */
function endOfLabels(line: string): number {
  const brace = line.indexOf('{');
  const blank = line.search(/\s/);
  if (brace < 0 || (blank >= 0 && blank < brace && !/^\s*\{[^{]/.test(line.slice(blank)))) {
    return blank < 0 ? line.length : blank;
  }
  let quote = '';
  for (let i = brace; i < line.length; i++) {
    const char = line[i] ?? '';
    if (quote !== '') {
      if (char === '\\' && quote !== '`') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') {
      quote = char;
    } else if (char === '}') {
      return i + 1;
    }
  }
  throw new Error(`unclosed brace in ${line}`);
}

const UNSIGNED = String.raw`(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN])`;
const FLOATS = new RegExp(`^([+-]?${UNSIGNED})(?:([+-])(${UNSIGNED}))?(?:x(\\d+))?$`);
const HISTOGRAM = /\{\{.*?\}\}(?:[+-]\{\{.*?\}\})?(?:x\d+)?/g;

export function parseSequence(text: string): SequenceValue[] {
  // Histograms hold blanks; they are only told apart from floats, never read.
  const items = text
    .replaceAll(HISTOGRAM, (item) => ` histogram${/x\d+$/.exec(item)?.[0] ?? ''} `)
    .trim()
    .split(/\s+/);
  return items.filter((item) => item !== '').flatMap(parseItem);
}

/** More would be a slip of the pen, and fill the memory. */
const MAX_TIMES = 10_000_000;

function timesOf(text: string | undefined): number | undefined {
  const times = text === undefined ? undefined : Number(text);
  if (times !== undefined && times > MAX_TIMES)
    throw new Error(`a value is repeated at most ${MAX_TIMES} times, not ${text}`);
  return times;
}

function parseItem(item: string): SequenceValue[] {
  const word = /^(_|stale|histogram)(?:x(\d+))?$/.exec(item);
  if (word !== null) {
    const times = timesOf(word[2]);
    if (word[1] === '_') return Array.from({ length: times ?? 1 }, () => undefined);
    const kind = word[1] === 'stale' ? ('stale' as const) : ('histogram' as const);
    return Array.from({ length: (times ?? 0) + 1 }, () => ({ kind }));
  }
  const match = FLOATS.exec(item);
  if (match === null) {
    if (/^0x[\da-f]+$/i.test(item)) return [{ kind: 'float', value: Number(item) }];
    throw new Error(`bad series value: ${item}`);
  }
  const [, first = '', sign, step, times] = match;
  const increment = step === undefined ? 0 : Number(`${sign}1`) * parseNumber(step);
  let value = parseNumber(first);
  return Array.from({ length: (timesOf(times) ?? 0) + 1 }, () => {
    const here = value;
    value += increment;
    return { kind: 'float' as const, value: here };
  });
}

export function parseNumber(text: string): number {
  const word = /^([+-]?)(inf|nan)$/i.exec(text);
  if (word === null) return Number(text);
  if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
  return word[1] === '-' ? -Infinity : Infinity;
}
