// The grammar of Prometheus's text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
import type { Grammar, MetaLine } from './grammar.ts';
import { BRACE_OPEN, NEWLINE, SPACE, TAB, unescapeHelp } from './reader.ts';
import type { BodyReader } from './reader.ts';
import type { MetadataSink, MetricType } from './types.ts';

const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);
const KEYWORD = /^#[ \t]+(HELP|TYPE)[ \t]+/;

function meta(reader: BodyReader, sink: MetadataSink): MetaLine {
  const end = reader.lineEnd();
  const keyword = KEYWORD.exec(reader.body.toString('latin1', reader.pos, end));
  if (keyword === null) {
    sink.comment?.(reader.body.toString('utf8', reader.pos, end));
    reader.pos = end + 1;
    return undefined;
  }
  reader.pos += keyword[0].length;
  const metric = reader.quoted('a name', true) ?? reader.metricName();
  if (metric === '') throw reader.error(`a metric name is expected after ${keyword[1]}`);
  const start = reader.pos;
  reader.skipBlanks();
  // Exactly one separator goes; more blanks belong to the text, unless there is nothing else.
  const textStart = Math.min(
    reader.peek() === NEWLINE || reader.peek() === -1 ? reader.pos : start + 1,
    reader.lineEnd(),
  );
  const textEnd = reader.lineEnd();
  reader.pos = textEnd + 1;
  if (keyword[1] === 'HELP') {
    sink.help?.(metric, unescapeHelp(reader.utf8(textStart, textEnd, 'help text')));
    return undefined;
  }
  const text = reader.body.toString('latin1', textStart, textEnd);
  const type = TYPES.get(text);
  if (type === undefined) throw reader.error(`invalid metric type ${JSON.stringify(text.slice(0, 40))}`);
  sink.type?.(metric, type);
  return type;
}

function suffix(reader: BodyReader): void {
  reader.skipBlanks();
  const text = reader.token(BRACE_OPEN, SPACE, TAB, NEWLINE);
  if (text === '') throw reader.error('a value is expected after the metric');
  reader.value = reader.float(text, 'the value');
  reader.timestampMs = Number.NaN;
  reader.skipBlanks();
  const time = reader.token(SPACE, TAB, NEWLINE);
  if (time !== '') {
    if (!/^\d{1,19}$/.test(time)) throw reader.error('a timestamp in milliseconds or a new line is expected');
    reader.timestampMs = Number(time);
    reader.skipBlanks();
  }
  if (reader.peek() !== NEWLINE && reader.peek() !== -1)
    throw reader.error('a new line is expected after the timestamp');
  reader.pos++;
}

export const prometheusText: Grammar = {
  labels: { loose: true, newlineInValues: true },
  blanksAllowed: true,
  endsWithEof: false,
  meta,
  suffix,
};
