// The largest of an answer about traffic as a table for a terminal.
import type { FlowAnswer, FlowQuestion } from '../../shared/model/flow-question.ts';
import { formatValue } from '../../shared/units/index.ts';

/** The share is of what all groups carry; ends that count twice share twice the total. */
export function topTable(answer: FlowAnswer, { by, measure }: Pick<FlowQuestion, 'by' | 'measure'>): string {
  const rate = (value: number): string =>
    measure === 'bytes' ? plain(formatValue(value * 8, 'bps')) : plain(formatValue(value, 'perSecond'));
  const all = answer.rows.reduce((sum, row) => sum + row[measure], answer.other?.[measure] ?? 0);
  type Line = NonNullable<FlowAnswer['other']>;
  const cells = (line: Line): string[] => [
    plain(formatValue(line.bytes, 'bytes')),
    String(line.packets),
    String(line.flows),
    plain(formatValue(line.in.bytes, 'bytes')),
    plain(formatValue(line.out.bytes, 'bytes')),
    rate(line.rates.avg),
    rate(line.rates.max),
    rate(line.rates.p95),
    all === 0 ? '' : `${((100 * line[measure]) / all).toFixed(1)}%`,
  ];
  const isCompared = answer.total.previous !== null;
  const before = (was: FlowAnswer['total']['previous']): string[] => {
    if (!isCompared) return [];
    if (was === null) return [''];
    return [measure === 'bytes' ? plain(formatValue(was.bytes, 'bytes')) : String(was[measure])];
  };
  const amounts = ['bytes', 'packets', 'flows', 'in', 'out', 'avg', 'max', 'p95', 'share'];
  const header = [...by, ...amounts, ...(isCompared ? ['before'] : [])];
  const rows = answer.rows.map((row) => [
    ...row.keys.map(({ label, detail }) => (detail === '' ? label : `${label} (${detail})`)),
    ...cells(row),
    ...before(row.previous),
  ]);
  const rest =
    answer.other === null ? [] : [[...by.map((_, index) => (index === 0 ? 'other' : '')), ...cells(answer.other)]];
  const lines = [header, ...rows, ...rest];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const told = lines.map((line) =>
    line
      .map((cell, column) =>
        column < by.length ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const { total } = answer;
  const span = `${new Date(answer.startMs).toISOString()} to ${new Date(answer.endMs).toISOString()}`;
  return `${told.join('\n')}\n\n${span}: ${plain(formatValue(total.bytes, 'bytes'))} in all, ${answer.groups} groups\n`;
}

/** Terminals and pipes want plain spaces. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
