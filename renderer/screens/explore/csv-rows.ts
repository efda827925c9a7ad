// Graphs and tables as the rows of a CSV file, in full precision.
import type { ExploredGraph, ExploredTable } from '../../../shared/contract/index.ts';
import { labelsText } from './names.ts';

type Lettered<T> = { readonly letter: string; readonly answer: T };

/** One row a point in time, one column a series; a gap is an empty cell. */
export function graphRows(answers: readonly Lettered<ExploredGraph>[]): string[][] {
  const several = answers.length > 1;
  const columns = answers.flatMap(({ letter, answer }) =>
    answer.series.map(({ labels, values }) => ({
      head: several ? `${letter} ${labelsText(labels)}` : labelsText(labels),
      at: new Map(values.map((value, step) => [answer.startMs + step * answer.stepMs, value])),
    })),
  );
  const times = new Set(
    answers.flatMap(({ answer }) =>
      Array.from({ length: answer.steps }, (_, step) => answer.startMs + step * answer.stepMs),
    ),
  );
  return [
    ['Time', ...columns.map(({ head }) => head)],
    ...[...times]
      .toSorted((a, b) => a - b)
      .map((timeMs) => [
        new Date(timeMs).toISOString(),
        ...columns.map(({ at }) => {
          const value = at.get(timeMs) ?? null;
          return value === null ? '' : String(value);
        }),
      ]),
  ];
}

/** Every label that a row has, in the order of the alphabet with the metric's name first. */
export function labelColumns(rows: ExploredTable['rows']): string[] {
  const names = new Set<string>();
  for (const { labels } of rows) for (const name of Object.keys(labels)) names.add(name);
  return [...names].toSorted((a, b) => (a === '__name__' ? -1 : b === '__name__' ? 1 : a < b ? -1 : 1));
}

export function tableRows(answers: readonly Lettered<ExploredTable>[]): string[][] {
  const several = answers.length > 1;
  const columns = labelColumns(answers.flatMap(({ answer }) => answer.rows));
  return [
    [...(several ? ['Query'] : []), 'Time', ...columns, 'Value'],
    ...answers.flatMap(({ letter, answer }) =>
      answer.type === 'string'
        ? [[...(several ? [letter] : []), '', ...columns.map(() => ''), answer.text]]
        : answer.rows.map(({ labels, timeMs, value }) => [
            ...(several ? [letter] : []),
            new Date(timeMs).toISOString(),
            ...columns.map((name) => labels[name] ?? ''),
            String(value),
          ]),
    ),
  ];
}
