// What is wrong with a query, or probably not meant, and at which of its characters.
import type { Metric, QueryCheck } from '../../../shared/contract/index.ts';

export type Mark = {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
};

const TOKEN = /[A-Za-z_:][\w:]*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\S/y;

/** The word or sign at an offset; at the end of the text the last sign before it. */
export function tokenAt(text: string, offset: number): { readonly from: number; readonly to: number } {
  TOKEN.lastIndex = offset;
  const found = TOKEN.exec(text);
  if (found !== null) return { from: offset, to: offset + found[0].length };
  // Blanks, or nothing more: what comes before them lacks something.
  const end = text.slice(0, offset).trimEnd().length;
  return end === 0 ? { from: 0, to: text.length } : { from: end - 1, to: end };
}

const COUNTERS_ONLY = new Set(['rate', 'irate', 'increase', 'resets']);
const GAUGES_ONLY = new Set(['delta', 'idelta', 'deriv']);

/** `metrics` by name; undefined while they are not known. */
export function marksOf(text: string, check: QueryCheck, metrics: ReadonlyMap<string, Metric> | undefined): Mark[] {
  if (!check.ok) {
    // At the first character of an empty editor there is nothing to underline.
    if (text.trim() === '') return [];
    return [{ ...tokenAt(text, check.offset), severity: 'error', message: sentence(check.message) }];
  }
  if (metrics === undefined) return [];
  return check.selectors.flatMap(({ metric, func, start, end }) => {
    const message = hintFor(metric, func, metrics.get(metric));
    return message === undefined ? [] : [{ from: start, to: end, severity: 'warning' as const, message }];
  });
}

function hintFor(name: string, func: string, metric: Metric | undefined): string | undefined {
  if (metric === undefined) return `No metric is called ${name} in this time range.`;
  const { type } = metric;
  if (type === 'gauge' && COUNTERS_ONLY.has(func)) {
    return `${name} is a gauge: ${func}() is meant for counters. For how it moves, delta() or deriv().`;
  }
  if (type === 'counter' && GAUGES_ONLY.has(func)) {
    return `${name} is a counter: ${func}() takes its resets for falls. For how it grows, rate() or increase().`;
  }
  return undefined;
}

/** The engine's messages begin small and end without a stop. */
const sentence = (message: string): string => {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.?)]$/.test(text) ? text : `${text}.`;
};
