// A query's answer as JSON, piece by piece: as one text, or as objects, a large one would not fit into memory.
import { Readable } from 'node:stream';
import type { Labels } from '../../../../../shared/model/labels.ts';
import { formatValue } from '../../../promql/index.ts';
import type { QueryOutcome } from '../../../promql/index.ts';
import { TRUNCATED } from './envelope.ts';

/** Samples of an instant vector that make one piece. */
const PIECE_SAMPLES = 500;

/** `limit` > 0 keeps that many series, and warns when there were more. */
export function queryAnswer(outcome: QueryOutcome, limit: number): Readable {
  return Readable.from(pieces(outcome, limit));
}

function* pieces({ value, warnings, infos }: QueryOutcome, limit: number): Generator<string> {
  let total = 0;
  yield `{"status":"success","data":{"resultType":"${value.type}","result":`;
  switch (value.type) {
    case 'scalar':
      yield point(value.timeMs, value.value);
      break;
    case 'string':
      yield `[${value.timeMs / 1000},${JSON.stringify(value.value)}]`;
      break;
    case 'vector':
      total = value.samples.length;
      yield* list(
        within(value.samples, limit),
        PIECE_SAMPLES,
        ({ labels, timeMs, value: number }) => `{"metric":${metric(labels)},"value":${point(timeMs, number)}}`,
      );
      break;
    case 'matrix':
      total = value.series.length;
      yield* list(within(value.series, limit), 1, ({ labels, timestamps, values }) => {
        const points = Array.from(timestamps, (timeMs, i) => point(timeMs, values[i] ?? Number.NaN));
        return `{"metric":${metric(labels)},"values":[${points.join(',')}]}`;
      });
      break;
  }
  yield '}';
  const warned = limit > 0 && total > limit ? [...warnings, TRUNCATED] : warnings;
  if (warned.length > 0) yield `,"warnings":${JSON.stringify(warned)}`;
  if (infos.length > 0) yield `,"infos":${JSON.stringify(infos)}`;
  yield '}';
}

const within = <T>(series: readonly T[], limit: number): readonly T[] => (limit > 0 ? series.slice(0, limit) : series);

function* list<T>(items: readonly T[], perPiece: number, encode: (item: T) => string): Generator<string> {
  yield '[';
  for (let at = 0; at < items.length; at += perPiece) {
    const piece = items
      .slice(at, at + perPiece)
      .map(encode)
      .join(',');
    yield at === 0 ? piece : `,${piece}`;
  }
  yield ']';
}

const metric = (labels: Labels): string => JSON.stringify(labels.toRecord());

const point = (timeMs: number, value: number): string => `[${timeMs / 1000},"${formatValue(value)}"]`;
