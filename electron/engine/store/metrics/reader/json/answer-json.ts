// A query's outcome as the JSON of Prometheus's query API, in pieces of bytes: as one, a large answer would not fit into memory.
import type { Labels } from '../../../../../../shared/model/labels.ts';
import type { MatrixSeries, QueryOutcome, QueryValue } from '../../../../promql/index.ts';
import { MAX_NUMBER_BYTES, writeSeconds, writeValue } from './number-bytes.ts';

/** The warning of an answer that a `limit` cut. */
const TRUNCATED = 'results truncated due to limit';

/** A piece is handed over when it has grown past this. */
const PIECE_BYTES = 1024 * 1024;
/** Points of one series between two looks at the size. */
const RUN_POINTS = 4_096;
/** `,[time,"value"]` */
const MAX_POINT_BYTES = 2 * MAX_NUMBER_BYTES + 8;
const START_BYTES = 64 * 1024;
/** A buffer grown larger is not kept for the next answer. */
const KEPT_BYTES = 256 * 1024;

const COMMA = 44;
const QUOTE = 34;
const OPEN = 91;
const CLOSE = 93;

let kept = Buffer.allocUnsafeSlow(START_BYTES);

class Sheet {
  bytes = kept;
  length = 0;

  /** Room for `count` more bytes. */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    if (larger.length <= KEPT_BYTES) kept = larger;
  }

  text(text: string): void {
    this.reserve(text.length * 3);
    this.length += this.bytes.write(text, this.length);
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  point(timeMs: number, value: number): void {
    this.reserve(MAX_POINT_BYTES);
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = OPEN;
    at = writeSeconds(bytes, at, timeMs);
    bytes[at++] = COMMA;
    bytes[at++] = QUOTE;
    at = writeValue(bytes, at, value);
    bytes[at++] = QUOTE;
    bytes[at++] = CLOSE;
    this.length = at;
  }

  points({ timestamps, values }: MatrixSeries, from: number, to: number): void {
    this.reserve((to - from) * MAX_POINT_BYTES);
    const { bytes } = this;
    let at = this.length;
    for (let i = from; i < to; i++) {
      if (i > 0) bytes[at++] = COMMA;
      bytes[at++] = OPEN;
      at = writeSeconds(bytes, at, timestamps[i]!);
      bytes[at++] = COMMA;
      bytes[at++] = QUOTE;
      at = writeValue(bytes, at, values[i]!);
      bytes[at++] = QUOTE;
      bytes[at++] = CLOSE;
    }
    this.length = at;
  }

  metric(labels: Labels): void {
    const { flat } = labels;
    let text = '{"metric":{';
    for (let i = 0; i < flat.length; i += 2) {
      text += `${i > 0 ? ',' : ''}${JSON.stringify(flat[i])}:${JSON.stringify(flat[i + 1])}`;
    }
    this.text(`${text}}`);
  }

  /** A copy of what was written, as an array of its own that can be handed over. */
  take(): Uint8Array<ArrayBuffer> {
    const piece = new Uint8Array(this.length);
    piece.set(this.bytes.subarray(0, this.length));
    this.length = 0;
    return piece;
  }
}

export type AnswerNotes = {
  /** > 0 keeps that many series, and warns when there were more. */
  readonly limit: number;
  /** data.stats, where it was asked for. */
  readonly stats: object | undefined;
};

/** The pieces, each made when it is asked for. */
export function* answerJson(outcome: QueryOutcome, { limit, stats }: AnswerNotes): Generator<Uint8Array<ArrayBuffer>> {
  const { value, warnings, infos } = outcome;
  const sheet = new Sheet();
  sheet.text(`{"status":"success","data":{"resultType":"${value.type}","result":`);
  yield* result(sheet, value, limit);
  if (stats !== undefined) sheet.text(`,"stats":${JSON.stringify(stats)}`);
  sheet.text('}');
  const warned = limit > 0 && seriesIn(value) > limit ? [...warnings, TRUNCATED] : warnings;
  if (warned.length > 0) sheet.text(`,"warnings":${JSON.stringify(warned)}`);
  if (infos.length > 0) sheet.text(`,"infos":${JSON.stringify(infos)}`);
  sheet.text('}');
  yield sheet.take();
}

function seriesIn(value: QueryValue): number {
  if (value.type === 'vector') return value.samples.length;
  return value.type === 'matrix' ? value.series.length : 0;
}

function* result(sheet: Sheet, value: QueryValue, limit: number): Generator<Uint8Array<ArrayBuffer>> {
  switch (value.type) {
    case 'scalar':
      sheet.point(value.timeMs, value.value);
      break;
    case 'string':
      sheet.text(`[${value.timeMs / 1_000},${JSON.stringify(value.value)}]`);
      break;
    case 'vector':
      yield* list(sheet, value.samples, limit, (one) => {
        sheet.metric(one.labels);
        sheet.text(',"value":');
        sheet.point(one.timeMs, one.value);
        sheet.text('}');
        return [];
      });
      break;
    case 'matrix':
      yield* list(sheet, value.series, limit, function* (one) {
        sheet.metric(one.labels);
        sheet.text(',"values":[');
        for (let from = 0; from < one.timestamps.length; from += RUN_POINTS) {
          if (sheet.length > PIECE_BYTES) yield sheet.take();
          sheet.points(one, from, Math.min(one.timestamps.length, from + RUN_POINTS));
        }
        sheet.text(']}');
      });
      break;
  }
}

/** `write` gives the pieces that are full before the item is done. */
function* list<T>(
  sheet: Sheet,
  items: readonly T[],
  limit: number,
  write: (item: T) => Iterable<Uint8Array<ArrayBuffer>>,
): Generator<Uint8Array<ArrayBuffer>> {
  const count = limit > 0 ? Math.min(limit, items.length) : items.length;
  sheet.byte(OPEN);
  for (let i = 0; i < count; i++) {
    if (i > 0) sheet.byte(COMMA);
    if (sheet.length > PIECE_BYTES) yield sheet.take();
    yield* write(items[i]!);
  }
  sheet.byte(CLOSE);
}
