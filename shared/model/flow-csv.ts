// Answers about traffic as CSV: one row a group, or one row a group and step.
import { toCsv } from './csv.ts';
import type { FlowAnswer, FlowKey, FlowKeyValue, FlowMeasure } from './flow-question.ts';

type Rates = FlowAnswer['other'];

const text = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** Of a key its own value, and what it is called beside it. */
const keyNames = (by: readonly FlowKey[]): string[] => by.flatMap((key) => [key, `${key}_name`]);
const keyCells = (keys: readonly FlowKeyValue[]): string[] => keys.flatMap(({ value, label }) => [value, label]);
const otherCells = (by: readonly FlowKey[]): string[] => by.flatMap((_, index) => [index === 0 ? 'other' : '', '']);

const countCells = (one: NonNullable<Rates>): string[] =>
  [
    one.bytes,
    one.packets,
    one.flows,
    one.in.bytes,
    one.out.bytes,
    one.rates.avg,
    one.rates.max,
    one.rates.last,
    one.rates.p95,
  ].map(text);

/** Rates are a second of the question's measure, of both directions; the last row is the rest, where there is one. */
export function topCsv(answer: FlowAnswer, by: readonly FlowKey[]): string {
  const hasPrevious = answer.total.previous !== null;
  const header = [
    ...keyNames(by),
    'bytes',
    'packets',
    'flows',
    'bytes_in',
    'bytes_out',
    'avg_per_second',
    'max_per_second',
    'last_per_second',
    'p95_per_second',
    ...(hasPrevious ? ['bytes_before'] : []),
  ];
  const rows = answer.rows.map((row) => [
    ...keyCells(row.keys),
    ...countCells(row),
    ...(hasPrevious ? [text(row.previous?.bytes)] : []),
  ]);
  const rest =
    answer.other === null ? [] : [[...otherCells(by), ...countCells(answer.other), ...(hasPrevious ? [''] : [])]];
  return toCsv([header, ...rows, ...rest]);
}

/** Times are the beginnings of steps, RFC 3339. */
export function seriesCsv(answer: FlowAnswer, by: readonly FlowKey[], measure: FlowMeasure): string {
  const lines = [
    ...answer.rows.map((row) => ({ ...row, cells: keyCells(row.keys) })),
    ...(answer.other === null ? [] : [{ ...answer.other, cells: otherCells(by) }]),
  ];
  const steps = answer.total.seriesIn.length;
  const rows = Array.from({ length: steps }, (_, step) => {
    const at = new Date(answer.firstStepMs + step * answer.stepMs).toISOString();
    return lines.map(({ cells, seriesIn, seriesOut }) => [at, ...cells, text(seriesIn[step]), text(seriesOut[step])]);
  });
  const header = ['time', ...keyNames(by), `${measure}_in_per_second`, `${measure}_out_per_second`];
  return toCsv([header, ...rows.flat()]);
}
