// What the file of an answer has: a row for each of the largest, then the rest and the sum, in base units.
import type { FlowAnswer, FlowBothWays, FlowKey, FlowRates } from '../../../shared/model/flow-question.ts';

type Measured = FlowBothWays & { readonly rates: FlowRates; readonly previous?: FlowBothWays | null };

const figures = ({ bytes, packets, flows, in: into, out, rates, previous }: Measured): string[] =>
  [
    bytes,
    packets,
    flows,
    into.bytes,
    out.bytes,
    rates.avg,
    rates.max,
    rates.last,
    rates.p95,
    previous?.bytes ?? '',
  ].map(String);

export function csvRows(answer: FlowAnswer, by: readonly FlowKey[]): string[][] {
  const { rows, other, total } = answer;
  const named = (name: string): string[] => [name, ...by.slice(1).map(() => ''), ...by.map(() => '')];
  return [
    [
      ...by,
      ...by.map((key) => `${key}_name`),
      'bytes',
      'packets',
      'flows',
      'bytes_in',
      'bytes_out',
      'avg_per_second',
      'max_per_second',
      'last_per_second',
      'p95_per_second',
      'bytes_before',
    ],
    ...rows.map((row) => [
      ...row.keys.map(({ value }) => value),
      ...row.keys.map(({ label }) => label),
      ...figures(row),
    ]),
    ...(other === null ? [] : [[...named('other'), ...figures(other)]]),
    [...named('total'), ...figures(total)],
  ];
}
