// What may follow a selector or subquery: offset, @, and the experimental anchored and smoothed.
import type { AtModifier, Expr, RangeMode, VectorSelector } from '../ast.ts';
import { formatFixed } from '../numbers.ts';
import { parseOffsetDuration } from './durations.ts';
import type { Token } from './lexer.ts';
import { parseSignedNumber } from './numbers.ts';
import type { ParseOptions } from './options.ts';
import type { TokenStream } from './token-stream.ts';

type Modifiers = Pick<VectorSelector, 'offset' | 'at' | 'mode'>;

const TARGETS = 'must be preceded by an instant vector selector or range vector selector';

export function applyOffset(tokens: TokenStream, expr: Expr, options: ParseOptions): Expr {
  const word = tokens.next();
  const offset = parseOffsetDuration(tokens, options.durationExpressions === true);
  return modify(tokens, expr, word, `offset modifier ${TARGETS} or a subquery`, (target) => {
    if (target.offset !== undefined) throw tokens.fail('offset may not be set multiple times', word.start);
    return { offset };
  });
}

export function applyAt(tokens: TokenStream, expr: Expr): Expr {
  const word = tokens.next();
  const at = parseAtTime(tokens);
  return modify(tokens, expr, word, `@ modifier ${TARGETS} or a subquery`, (target) => {
    if (target.at !== undefined) throw tokens.fail('@ <timestamp> may not be set multiple times', word.start);
    return { at };
  });
}

export function applyMode(tokens: TokenStream, expr: Expr, options: ParseOptions): Expr {
  const word = tokens.next();
  if (options.extendedRangeSelectors !== true) {
    throw tokens.fail(`the ${word.word} modifier is experimental and not enabled`, word.start);
  }
  const targets = `${word.word} modifier ${TARGETS}`;
  if (expr.type === 'subquery') throw tokens.fail(targets, word.start);
  return modify(tokens, expr, word, targets, (target) => {
    if (target.mode !== undefined) {
      throw tokens.fail('anchored or smoothed may not be set multiple times', word.start);
    }
    return { mode: word.word as RangeMode };
  });
}

function parseAtTime(tokens: TokenStream): AtModifier {
  const { word, start } = tokens.peek();
  if ((word === 'start' || word === 'end') && tokens.isOp('(', 1)) {
    tokens.next();
    tokens.next();
    tokens.expectOp(')', '@');
    return { bound: word };
  }
  const seconds = parseSignedNumber(tokens, '@', 'timestamp');
  const timeMs = Math.round(seconds * 1_000);
  if (!Number.isSafeInteger(timeMs)) {
    throw tokens.fail(`timestamp out of bounds for @ modifier: ${formatFixed(seconds)}`, start);
  }
  return { timeMs };
}

/** Changes the selector or subquery that the modifier follows; anything else is refused. */
function modify(
  tokens: TokenStream,
  expr: Expr,
  word: Token,
  targets: string,
  change: (target: Modifiers) => Modifiers,
): Expr {
  const span = { start: expr.span.start, end: tokens.lastEnd };
  if (expr.type === 'vector-selector') return { ...expr, ...change(expr), span };
  if (expr.type === 'matrix-selector') {
    return { ...expr, selector: { ...expr.selector, ...change(expr.selector) }, span };
  }
  if (expr.type !== 'subquery') throw tokens.fail(targets, word.start);
  const { offset = expr.offset, at = expr.at } = change({ offset: expr.offset, at: expr.at });
  return { ...expr, offset, at, span };
}
