// The rows of a table panel: the answers of its queries, joined by the labels that tell rows apart.
import type { Vector } from '../../shared/contract/index.ts';
import type { TablePanel } from '../../shared/model/dashboard.ts';

export type TableRow = {
  readonly key: string;
  /** Of all samples of the row; the first query's where two differ. */
  readonly labels: Readonly<Record<string, string>>;
  /** By query. */
  readonly values: ReadonlyMap<string, number>;
};

export type TableRows = { readonly rows: readonly TableRow[]; readonly total: number };

/** `answers` in the order of the queries; of two samples of a row in one answer the first counts. */
export function tableRows(
  { queries, by, rows: needed, limit }: Pick<TablePanel, 'queries' | 'by' | 'rows' | 'limit'>,
  answers: readonly (Vector | undefined)[],
): TableRows {
  const rows = new Map<string, { labels: Record<string, string>; values: Map<string, number> }>();
  queries.forEach(({ id }, index) => {
    for (const { labels, value } of answers[index]?.samples ?? []) {
      const key = JSON.stringify(by.map((label) => labels[label] ?? ''));
      const row = rows.get(key) ?? { labels: {}, values: new Map<string, number>() };
      rows.set(key, row);
      row.labels = { ...labels, ...row.labels };
      if (!row.values.has(id)) row.values.set(id, value);
    }
  });
  const wanted = [...rows].flatMap(([key, { labels, values }]) =>
    needed === undefined || values.has(needed) ? [{ key, labels, values }] : [],
  );
  return { rows: wanted.slice(0, limit), total: wanted.length };
}

/** The first of these labels that the row has, '' without any. */
export function labelOf(labels: Readonly<Record<string, string>>, names: string | readonly string[]): string {
  for (const name of typeof names === 'string' ? [names] : names) {
    const value = labels[name] ?? '';
    if (value !== '') return value;
  }
  return '';
}
