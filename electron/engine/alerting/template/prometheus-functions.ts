// The functions that Prometheus adds to templates of rules.
import { compareUtf8 } from '../../../../shared/model/labels.ts';
import { parseDurationMs } from '../../../../shared/model/duration.ts';
import { floatOf, FunctionError, resultOf, sampleOf, stringOf, takes } from './arguments.ts';
import type { TemplateFunction } from './arguments.ts';
import { queryEscape } from './builtins.ts';
import { formatGoFloat } from './go-number.ts';
import { GoDuration, GoTime, humanizeDuration } from './go-time.ts';
import { compile, replaceAll } from './regexp.ts';
import { QueryResult, Sample, ValueMap } from './values.ts';
import type { GoValue } from './values.ts';

export type PrometheusContext = {
  /** The samples of an instant query; may throw a FunctionError. */
  readonly query: (expr: string) => readonly Sample[];
  readonly nowMs: number;
  readonly externalUrl: string;
};

const short = (value: number): string => formatGoFloat(value, 'g', 4);

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] as const;
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'] as const;
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'] as const;

function humanize(number: number): string {
  if (number === 0 || !Number.isFinite(number)) return short(number);
  let value = number;
  let prefix = '';
  if (Math.abs(value) >= 1) {
    for (const next of LARGE) {
      if (Math.abs(value) < 1_000) break;
      prefix = next;
      value /= 1_000;
    }
  } else {
    for (const next of SMALL) {
      if (Math.abs(value) >= 1) break;
      prefix = next;
      value *= 1_000;
    }
  }
  return short(value) + prefix;
}

function humanize1024(number: number): string {
  if (Math.abs(number) <= 1 || !Number.isFinite(number)) return short(number);
  let value = number;
  let prefix = '';
  for (const next of BINARY) {
    if (Math.abs(value) < 1_024) break;
    prefix = next;
    value /= 1_024;
  }
  return short(value) + prefix;
}

const MAX_INT64 = 9_223_372_036_854_775_807n;

/** Seconds to a time of millisecond resolution. */
function timeOf(seconds: number): GoTime {
  const ns = seconds * 1e9;
  if (!(Math.abs(ns) < Number(MAX_INT64))) {
    throw new FunctionError(
      `${formatGoFloat(seconds, 'g', -1)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  return new GoTime((BigInt(Math.trunc(ns)) / 1_000_000n) * 1_000_000n);
}

function durationOf(seconds: number): GoDuration {
  const ns = seconds * 1e9;
  if (!(Math.abs(ns) < Number(MAX_INT64))) {
    throw new FunctionError(
      `${formatGoFloat(seconds, 'g', -1)} cannot be represented as a nanoseconds duration since it overflows int64`,
    );
  }
  return new GoDuration(BigInt(Math.trunc(ns)));
}

function parseDuration(text: string): number {
  const durationMs = parseDurationMs(text.replace(/^[-+]/, ''));
  if (durationMs === undefined) throw new FunctionError(`not a valid duration string: ${JSON.stringify(text)}`);
  return (text.startsWith('-') ? -durationMs : durationMs) / 1_000;
}

/** "host:port" -> ["host", "port"]; undefined when it is none. */
function hostPort(text: string): [string, string] | undefined {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  return match === null ? undefined : [match[1] ?? match[2] ?? '', match[3] ?? ''];
}

const isIpAddress = (host: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.includes(':');

function stripDomain(text: string): string {
  const parts = hostPort(text);
  const host = parts?.[0] ?? text;
  if (isIpAddress(host)) return text;
  const first = host.split('.')[0] ?? host;
  return parts === undefined ? first : `${first}:${parts[1]}`;
}

const titleCase = (text: string): string =>
  text.replace(/(^|[^\p{L}\p{Nd}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

const one = (call: (value: GoValue) => GoValue): TemplateFunction => takes(1, 1, ([value]) => call(value));
const text = (call: (value: string) => GoValue): TemplateFunction => one((value) => call(stringOf(value)));
const float = (call: (value: number) => GoValue): TemplateFunction => one((value) => call(floatOf(value)));

const expressionLink = (expr: string, tab: number): string => `/graph?g0.expr=${queryEscape(expr)}&g0.tab=${tab}`;

export function prometheusFunctions(context: PrometheusContext): [string, TemplateFunction][] {
  const url = new URL(context.externalUrl === '' ? 'http://localhost' : context.externalUrl);
  return [
    ['query', text((expr) => new QueryResult(context.query(expr)))],
    ['first', one((value) => firstOf(resultOf(value)))],
    ['value', one((value) => sampleOf(value).value)],
    ['label', takes(2, 2, ([name, sample]) => sampleOf(sample).labels.entries.get(stringOf(name)) ?? '')],
    ['strvalue', one((value) => sampleOf(value).labels.entries.get('__value__') ?? '')],
    ['sortByLabel', takes(2, 2, ([name, result]) => sortByLabel(stringOf(name), resultOf(result)))],
    ['args', takes(0, 100, (args) => new ValueMap(new Map(args.map((value, i) => [`arg${i}`, value]))))],
    ['humanize', float(humanize)],
    ['humanize1024', float(humanize1024)],
    ['humanizeDuration', float(humanizeDuration)],
    ['humanizePercentage', float((value) => `${short(value * 100)}%`)],
    ['humanizeTimestamp', float((value) => (Number.isFinite(value) ? timeOf(value).toString() : short(value)))],
    ['toTime', float(timeOf)],
    ['toDuration', float(durationOf)],
    ['now', takes(0, 0, () => context.nowMs / 1_000)],
    ['parseDuration', text(parseDuration)],
    ['title', text(titleCase)],
    ['toUpper', text((value) => value.toUpperCase())],
    ['toLower', text((value) => value.toLowerCase())],
    ['stripPort', text((value) => hostPort(value)?.[0] ?? value)],
    ['stripDomain', text(stripDomain)],
    ['match', takes(2, 2, ([pattern, value]) => compile(stringOf(pattern)).matcher(stringOf(value)).find())],
    [
      'reReplaceAll',
      takes(3, 3, ([pattern, by, value]) => replaceAll(stringOf(pattern), stringOf(by), stringOf(value))),
    ],
    ['urlQueryEscape', text(queryEscape)],
    ['graphLink', text((expr) => expressionLink(expr, 0))],
    ['tableLink', text((expr) => expressionLink(expr, 1))],
    ['safeHtml', text((value) => value)],
    ['externalURL', takes(0, 0, () => context.externalUrl)],
    ['pathPrefix', takes(0, 0, () => url.pathname.replace(/\/$/, ''))],
  ];
}

function firstOf(result: QueryResult): Sample {
  const [first] = result.samples;
  if (first === undefined) throw new FunctionError('first() called on vector with no elements');
  return first;
}

function sortByLabel(name: string, { samples }: QueryResult): QueryResult {
  const of = (sample: Sample): string => sample.labels.entries.get(name) ?? '';
  return new QueryResult(samples.toSorted((a, b) => compareUtf8(of(a), of(b))));
}
