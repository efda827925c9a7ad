// What is wrong with a rule file, and where.
import type { Document, LineCounter } from 'yaml';
import { isMap, isNode, isScalar } from 'yaml';

export type RuleProblem = {
  readonly file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** Such as `groups[0].rules[2].expr`; empty for a problem of the YAML itself. */
  readonly field: string;
  readonly message: string;
};

export const formatRuleProblem = ({ file, line, column, field, message }: RuleProblem): string =>
  [line > 0 ? `${file}:${line}:${column}` : file, ...(field === '' ? [] : [field]), message].join(': ');

export type FieldPath = readonly PropertyKey[];

/** Finds places in one parsed file. */
export type Places = {
  problem(path: FieldPath, message: string, options?: { ofKey?: boolean }): RuleProblem;
  at(offset: number, message: string): RuleProblem;
};

export function placesIn(file: string, document: Document, lines: LineCounter): Places {
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return {
    problem: (path, message, { ofKey = false } = {}) => ({
      file,
      ...at(offsetOf(document, path, ofKey)),
      field: fieldName(path),
      message,
    }),
    at: (offset, message) => ({ file, ...at(offset), field: '', message }),
  };
}

export const fieldName = (path: FieldPath): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/** Of a missing field, the place of its nearest parent. */
function offsetOf(document: Document, path: FieldPath, ofKey: boolean): number {
  const parent: unknown = path.length > 0 ? document.getIn(path.slice(0, -1), true) : undefined;
  if (ofKey && isMap(parent)) {
    const last = path.at(-1);
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last);
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
