// What may stand between a binary operator and its right side: on, ignoring, group_left, group_right, fill.
import { isSetOp, type BinaryOp, type VectorMatching } from '../ast.ts';
import { parseSignedNumber } from './numbers.ts';
import type { ParseOptions } from './options.ts';
import { parseLabelList } from './selector.ts';
import type { TokenStream } from './token-stream.ts';

const FILLS: ReadonlySet<string> = new Set(['fill', 'fill_left', 'fill_right']);

export function parseMatching(tokens: TokenStream, op: BinaryOp, options: ParseOptions): VectorMatching {
  const cardinality = isSetOp(op) ? ('many-to-many' as const) : ('one-to-one' as const);
  let matching: VectorMatching = { cardinality, on: false, labels: [], include: [] };
  if ((tokens.isWord('on') || tokens.isWord('ignoring')) && tokens.isOp('(', 1)) {
    const on = tokens.next().word === 'on';
    matching = { ...matching, on, labels: parseLabelList(tokens) };
    if (tokens.isWord('group_left') || tokens.isWord('group_right')) matching = parseGroup(tokens, op, matching);
  }
  while (FILLS.has(tokens.peek().word) && tokens.isOp('(', 1)) matching = parseFill(tokens, op, matching, options);
  return matching;
}

function parseGroup(tokens: TokenStream, op: BinaryOp, matching: VectorMatching): VectorMatching {
  const group = tokens.next();
  if (isSetOp(op)) throw tokens.fail(`no grouping allowed for "${op}" operation`, group.start);
  const include = tokens.isOp('(') ? parseLabelList(tokens) : [];
  const both = matching.on ? include.find((label) => matching.labels.includes(label)) : undefined;
  if (both !== undefined) {
    throw tokens.fail(`label "${both}" must not occur in ON and GROUP clause at once`, group.start);
  }
  return { ...matching, cardinality: group.word === 'group_left' ? 'many-to-one' : 'one-to-many', include };
}

function parseFill(tokens: TokenStream, op: BinaryOp, matching: VectorMatching, options: ParseOptions): VectorMatching {
  const side = tokens.next();
  if (options.fillModifiers !== true) {
    throw tokens.fail('binary operator fill modifiers are experimental and not enabled', side.start);
  }
  if (isSetOp(op)) throw tokens.fail('filling in missing series not allowed for set operators', side.start);
  tokens.expectOp('(', 'fill modifier');
  const value = parseSignedNumber(tokens, 'fill modifier');
  tokens.expectOp(')', 'fill modifier');
  return {
    ...matching,
    fillLeft: side.word === 'fill_right' ? matching.fillLeft : value,
    fillRight: side.word === 'fill_left' ? matching.fillRight : value,
  };
}
