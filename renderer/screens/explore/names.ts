// What series are called: their labels as PromQL writes them, or a template's text with the labels filled in.
import { quoted } from '../../panels/selector.ts';

type Labels = Readonly<Record<string, string>>;

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `name{a="b"}`; names that need quotes are given them. */
export function labelsText(labels: Labels): string {
  const { __name__: name = '', ...others } = labels;
  const isPlain = METRIC.test(name);
  const parts = [
    ...(name === '' || isPlain ? [] : [quoted(name)]),
    ...Object.entries(others).map(([label, value]) => `${LABEL.test(label) ? label : quoted(label)}=${quoted(value)}`),
  ];
  return `${isPlain ? name : ''}${parts.length > 0 || !isPlain ? `{${parts.join(', ')}}` : ''}`;
}

const PLACE = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** `{{instance}}: {{device}}`; a label that is not there leaves nothing. */
export const filled = (template: string, labels: Labels): string =>
  template.replaceAll(PLACE, (_, label: string) => labels[label] ?? '');

/** The labels that every one of several series has with the same value; none of a single one. */
export function commonLabels(all: readonly Labels[]): Labels {
  const [first, ...others] = all;
  if (first === undefined || others.length === 0) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}

/**
 * A name a series, each different: by the template, or by the labels in which they differ. The metric's name stays, so
 * that a name can be read alone; a series without any label is called by its query.
 */
export function namesOf(all: readonly Labels[], template: string | undefined, expr = '{}'): string[] {
  const { __name__: _name, ...common } = commonLabels(all);
  const plain = all.map((labels) => {
    if (template !== undefined) return filled(template, labels).trim() || labelsText(labels);
    const own = Object.entries(labels).filter(([name]) => !Object.hasOwn(common, name));
    return own.length === 0 ? expr : labelsText(Object.fromEntries(own));
  });
  const seen = new Map<string, number>();
  return plain.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
