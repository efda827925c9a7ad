// The syntax trees of queries that were asked lately: dashboards and rules ask the same ones again and again.
import type { Expr } from './ast.ts';
import { parseQuery } from './parse.ts';
import type { ParseOptions } from './parser/options.ts';

const MAX_TREES = 128;
/** A tree may take a hundred times its text. */
const MAX_TEXT = 1_024;

/** The least recently asked first. */
const trees = new Map<string, Expr>();

/** As `parseQuery`; the tree may be another query's too. */
export function parsedQuery(text: string, options: ParseOptions | undefined): Expr {
  if (options !== undefined || text.length > MAX_TEXT) return parseQuery(text, options);
  const tree = trees.get(text) ?? parseQuery(text);
  trees.delete(text);
  trees.set(text, tree);
  if (trees.size > MAX_TREES) trees.delete(trees.keys().next().value ?? '');
  return tree;
}
