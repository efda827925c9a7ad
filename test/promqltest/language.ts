// Reads a file of Prometheus's test language (promqltest) into commands.
import { unquote } from '../../electron/engine/promql/parser/strings.ts';
import type { Labels } from '../../shared/model/labels.ts';
import { parseDurationMs } from '../../shared/model/duration.ts';
import { parseNumber, parseSeriesLine, type SeriesLine } from '../../electron/engine/promql/testing/index.ts';

export type Expectation = {
  readonly kind: 'fail' | 'warn' | 'info';
  readonly matches: (text: string) => boolean;
  readonly text: string;
};

export type Expected = {
  readonly annotations: Expectation[];
  noWarn: boolean;
  noInfo: boolean;
  ordered: boolean;
  text?: string;
  scalar?: number;
  rangeVector?: { fromMs: number; toMs: number; stepMs: number };
  readonly series: SeriesLine[];
};

export type LoadCommand = {
  readonly type: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are stored as native ones, too. */
  readonly withNative: boolean;
  readonly series: SeriesLine[];
  /** Series that are given start timestamps (`metric@st ...`), an experimental feature of the samples. */
  readonly withStartTimes: Labels[];
};

type AnyEval = { readonly type: 'eval'; readonly line: number; readonly query: string; readonly expected: Expected };
export type InstantEval = AnyEval & { readonly atMs: number };
export type RangeEval = AnyEval & { readonly startMs: number; readonly endMs: number; readonly stepMs: number };
export type EvalCommand = InstantEval | RangeEval;

export type Command = { readonly type: 'clear'; readonly line: number } | LoadCommand | EvalCommand;

/** A line that is no command, or a block that cannot be read. */
export type BadCommand = { readonly type: 'bad'; readonly line: number; readonly reason: string };

export function parseTestFile(text: string): (Command | BadCommand)[] {
  // A comment counts as an empty line, so it ends a block.
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const commands: (Command | BadCommand)[] = [];
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at] ?? '';
    if (first === '') continue;
    const line = at + 1;
    const body: string[] = [];
    if (/^(?:load|eval)/i.test(first)) while ((lines[at + 1] ?? '') !== '') body.push(lines[++at] ?? '');
    try {
      commands.push(parseCommand(first, body, line));
    } catch (error) {
      commands.push({ type: 'bad', line, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return commands;
}

function parseCommand(first: string, body: readonly string[], line: number): Command {
  const word = first.split(/\s/)[0]?.toLowerCase() ?? '';
  if (word === 'clear') return { type: 'clear', line };
  if (word.startsWith('load')) return parseLoad(first, body, line);
  if (word.startsWith('eval')) return parseEval(first, body, line);
  throw new Error(`unknown command ${word}`);
}

const START_TIMES = /^([^\s{]*(?:\{.*\})?)@st\s/;

function parseLoad(first: string, body: readonly string[], line: number): LoadCommand {
  const match = /^load(_with_nhcb)?\s+(\S+)$/i.exec(first);
  if (match === null) throw new Error(`bad load: ${first}`);
  const series = body.filter((text) => !START_TIMES.test(text)).map(parseSeriesLine);
  const withStartTimes = body.flatMap((text) => {
    const metric = START_TIMES.exec(text)?.[1];
    return metric === undefined ? [] : [parseSeriesLine(`${metric} _`).labels];
  });
  const stepMs = duration(match[2] ?? '');
  return { type: 'load', line, stepMs, withNative: match[1] !== undefined, series, withStartTimes };
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+at\s+(\S+)\s+(.+)$/i;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/i;

function parseEval(first: string, body: readonly string[], line: number): EvalCommand {
  const instant = INSTANT.exec(first);
  const range = instant === null ? RANGE.exec(first) : null;
  const prefix = (instant?.[1] ?? range?.[1] ?? '').toLowerCase();
  const expected = parseExpected(prefix, body);
  if (instant !== null) {
    return { type: 'eval', line, query: instant[3] ?? '', atMs: duration(instant[2] ?? ''), expected };
  }
  if (range === null) throw new Error(`bad eval: ${first}`);
  return {
    type: 'eval',
    line,
    query: range[5] ?? '',
    startMs: duration(range[2] ?? ''),
    endMs: duration(range[3] ?? ''),
    stepMs: duration(range[4] ?? ''),
    expected,
  };
}

function parseExpected(prefix: string, body: readonly string[]): Expected {
  const expected: Expected = {
    annotations: [],
    noWarn: false,
    noInfo: false,
    ordered: prefix === 'ordered',
    series: [],
  };
  if (prefix === 'fail' || prefix === 'warn' || prefix === 'info') {
    expected.annotations.push({ kind: prefix, matches: () => true, text: '' });
  }
  for (const text of body) {
    if (/^expect\s/.test(text)) {
      parseExpectLine(text, expected);
    } else if (/^[+-]?(?:[\d.]|inf|nan)/i.test(text) && !text.includes('{') && !/\s/.test(text)) {
      expected.scalar = parseNumber(text);
      break;
    } else {
      expected.series.push(parseSeriesLine(text));
    }
  }
  return expected;
}

function parseExpectLine(text: string, expected: Expected): void {
  const annotation = /^expect\s+(fail|warn|info)(?:\s+(msg|regex):\s*(.*))?$/.exec(text);
  if (annotation !== null) {
    const wanted = annotation[3] ?? '';
    const exact = (found: string): boolean => found === wanted;
    const pattern = annotation[2] === 'regex' ? new RegExp(wanted) : undefined;
    const matches =
      annotation[2] === undefined ? () => true : pattern === undefined ? exact : pattern.test.bind(pattern);
    expected.annotations.push({ kind: annotation[1] as 'fail' | 'warn' | 'info', matches, text: wanted });
    return;
  }
  const range = /^expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(text);
  const literal = /^expect\s+string\s+(.*)$/.exec(text);
  if (/^expect\s+no_warn$/.test(text)) expected.noWarn = true;
  else if (/^expect\s+no_info$/.test(text)) expected.noInfo = true;
  else if (/^expect\s+ordered$/.test(text)) expected.ordered = true;
  else if (range !== null) {
    expected.rangeVector = {
      fromMs: duration(range[1] ?? ''),
      toMs: duration(range[2] ?? ''),
      stepMs: duration(range[3] ?? ''),
    };
  } else if (literal !== null) {
    const value = unquote(literal[1] ?? '');
    if ('error' in value) throw new Error(value.error);
    expected.text = value.value;
  } else {
    throw new Error(`bad expectation: ${text}`);
  }
}

function duration(text: string): number {
  const negative = text.startsWith('-');
  const ms = parseDurationMs(negative ? text.slice(1) : text);
  if (ms === undefined) throw new Error(`bad duration ${text}`);
  return negative ? -ms : ms;
}
