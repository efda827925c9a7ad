// The grammar of OpenMetrics text 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), exemplars included.
import type { Grammar, MetaLine } from './grammar.ts';
import { BRACE_OPEN, HASH, NEWLINE, SPACE, unescapeQuoted } from './reader.ts';
import type { BodyReader, LabelSyntax } from './reader.ts';
import { METRIC_TYPES } from './types.ts';
import type { MetadataSink } from './types.ts';

const LABELS: LabelSyntax = { loose: false, newlineInValues: false };
const KEYWORD = /^# (HELP|TYPE|UNIT) /;
const NO_EOF = 'the answer does not end with # EOF';

function meta(reader: BodyReader, sink: MetadataSink): MetaLine {
  const head = reader.body.toString('latin1', reader.pos, reader.pos + 7);
  if (head.startsWith('# EOF')) {
    reader.pos += 5;
    if (reader.peek() === NEWLINE) reader.pos++;
    return 'eof';
  }
  const keyword = KEYWORD.exec(head)?.[1];
  if (keyword === undefined) throw reader.error('only # HELP, # TYPE, # UNIT and # EOF lines may begin with "#"');
  reader.pos += 7;
  const metric = reader.quoted('a name', true) ?? reader.metricName();
  if (metric === '') throw reader.error(`a metric name is expected after ${keyword}`);
  const end = reader.lineEnd();
  if (reader.peek() !== SPACE) throw reader.error(`a text is expected in ${keyword}`);
  if (end >= reader.end) throw reader.error(NO_EOF);
  const text = reader.utf8(reader.pos + 1, end, `${keyword} text`);
  reader.pos = end + 1;
  switch (keyword) {
    case 'HELP':
      sink.help?.(metric, unescapeQuoted(text));
      return undefined;
    case 'UNIT':
      if (text !== '' && !metric.endsWith(`_${text}`)) {
        throw reader.error(`unit ${JSON.stringify(text.slice(0, 40))} is not the suffix of the metric's name`);
      }
      sink.unit?.(metric, text);
      return undefined;
    default: {
      const type = METRIC_TYPES.find((known) => known === text);
      if (type === undefined) throw reader.error(`invalid metric type ${JSON.stringify(text.slice(0, 40))}`);
      sink.type?.(metric, type);
      return type;
    }
  }
}

function value(reader: BodyReader, after: string): number {
  if (reader.peek() !== SPACE) throw reader.error(`a value is expected after the ${after}`);
  reader.pos++;
  const text = reader.token(SPACE, NEWLINE);
  if (text === '') throw reader.error(`a value is expected after the ${after}`);
  return reader.float(text, 'the value');
}

/** Seconds after one space, as whole milliseconds. */
function timestamp(reader: BodyReader, what: string): number {
  reader.pos++;
  const text = reader.token(SPACE, NEWLINE);
  const seconds = reader.float(text, what);
  if (!Number.isFinite(seconds)) throw reader.error(`${what} is not finite`);
  return Math.trunc(seconds * 1000);
}

const isExemplar = (reader: BodyReader): boolean =>
  reader.peek() === SPACE &&
  reader.body[reader.pos + 1] === HASH &&
  reader.body[reader.pos + 2] === SPACE &&
  reader.body[reader.pos + 3] === BRACE_OPEN;

function exemplar(reader: BodyReader, sink: MetadataSink): void {
  reader.pos += 4;
  const [, metric, ...labels] = reader.labels('', LABELS);
  if (metric !== '') throw reader.error('a label name is expected in the exemplar');
  const exemplarValue = value(reader, 'exemplar');
  const timestampMs = reader.peek() === SPACE ? timestamp(reader, 'the exemplar timestamp') : undefined;
  sink.exemplar?.({ labels, value: exemplarValue, timestampMs });
}

function suffix(reader: BodyReader, sink: MetadataSink): void {
  reader.value = value(reader, 'metric');
  reader.timestampMs = Number.NaN;
  if (reader.peek() === SPACE && !isExemplar(reader)) reader.timestampMs = timestamp(reader, 'the timestamp');
  if (isExemplar(reader)) exemplar(reader, sink);
  if (reader.peek() === -1) throw reader.error(NO_EOF);
  if (reader.peek() !== NEWLINE) throw reader.error('a new line is expected after the sample');
  reader.pos++;
}

export const openMetrics: Grammar = { labels: LABELS, blanksAllowed: false, endsWithEof: true, meta, suffix };
