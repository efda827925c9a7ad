// From a router's records to samples: which property becomes which metric, and which become labels.
import type { Row } from '../client/index.ts';
import type { Sample, SampleLabels } from '../samples.ts';

/** A metric, the property that it is read from, and how; undefined where the text says nothing. */
export type Measured = readonly [
  metric: string,
  property: string,
  parse: (text: string | undefined) => number | undefined,
];

/** A property that is missing or says nothing yields no sample. */
export function measure(row: Row, labels: SampleLabels, measured: readonly Measured[]): Sample[] {
  const samples: Sample[] = [];
  for (const [name, property, parse] of measured) {
    const value = parse(row.get(property));
    if (value !== undefined) samples.push({ name, labels, value });
  }
  return samples;
}

/** Properties as labels: `remote.as` becomes `remote_as`; what is missing is ''. */
export function labelsOf(row: Row, properties: readonly string[]): SampleLabels {
  const labels: Record<string, string> = {};
  for (const property of properties) labels[property.replaceAll(/[-.]/g, '_')] = row.get(property) ?? '';
  return labels;
}

export const info = (name: string, labels: SampleLabels): Sample => ({ name, labels, value: 1 });

/** How many rows there are of each text, as one sample a text; `label` names it. */
export function countBy(rows: readonly Row[], metric: string, label: string, textOf: (row: Row) => string): Sample[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const text = textOf(row);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, value]) => ({ name: metric, labels: { [label]: text }, value }));
}

/** Both sides of "up/down" or "tx,rx"; undefined where there is only one. */
export function pairOf(text: string | undefined, separator: '/' | ','): readonly [string, string] | undefined {
  const [first, second] = (text ?? '').split(separator);
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** An entry with what is undefined or '' left out: what a device did not say is not told of it. */
export function said<T extends object>(entry: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined && value !== '')) as T;
}
