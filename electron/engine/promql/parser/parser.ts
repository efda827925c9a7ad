// From tokens to a syntax tree, by precedence climbing.
import { AGGREGATE_OPS, type AggregateOp, type BinaryOp, type Expr, type VectorSelector } from '../ast.ts';
import { parseRangeDuration } from './durations.ts';
import { tokenize, type Token } from './lexer.ts';
import { parseMatching } from './matching.ts';
import { applyAt, applyMode, applyOffset } from './modifiers.ts';
import { isNumberNext, parseNumber } from './numbers.ts';
import type { ParseOptions } from './options.ts';
import { parseLabelList, parseMatchers, stringValue } from './selector.ts';
import { TokenStream } from './token-stream.ts';

/** Deeper nesting is refused, so that no query can overflow the stack of what walks the tree. */
export const MAX_DEPTH = 500;

const PRECEDENCE: ReadonlyMap<string, number> = new Map(
  ['or', 'and unless', '== != < <= > >=', '+ -', '* / % atan2', '^'].flatMap((operators, i) =>
    operators.split(' ').map((operator): [string, number] => [operator, i + 1]),
  ),
);
/** Unary minus binds like `*`, so only `^` goes into its operand. */
const UNARY_OPERAND = 6;

/** Keywords that cannot be a metric's name. */
const RESERVED = new Set(['on', 'ignoring', 'group_left', 'group_right', 'bool', 'atan2']);
const BOUND_FUNCTIONS = new Set(['start', 'end', 'step', 'range']);

export function parseTokens(text: string, options: ParseOptions): Expr {
  const tokens = new TokenStream(text, tokenize(text));
  if (tokens.peek().kind === 'end') throw tokens.fail('no expression found in input');
  return new Parser(tokens, options).parse();
}

class Parser {
  readonly #tokens: TokenStream;
  readonly #options: ParseOptions;
  #depth = 0;

  constructor(tokens: TokenStream, options: ParseOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  parse(): Expr {
    const expr = this.#binary(0);
    if (this.#tokens.peek().kind !== 'end') throw this.#tokens.unexpected();
    return expr;
  }

  #binary(minimum: number): Expr {
    if (++this.#depth > MAX_DEPTH) throw this.#tokens.fail('expression is nested too deeply');
    let left = this.#unary();
    for (;;) {
      const token = this.#tokens.peek();
      const precedence = PRECEDENCE.get(token.word);
      if (precedence === undefined || precedence < minimum) break;
      this.#tokens.next();
      const op = token.word as BinaryOp;
      const bool = this.#tokens.takeWord('bool');
      const matching = parseMatching(this.#tokens, op, this.#options);
      const right = this.#binary(op === '^' ? precedence : precedence + 1);
      left = {
        type: 'binary',
        op,
        left,
        right,
        bool,
        matching,
        span: { start: left.span.start, end: right.span.end },
      };
    }
    this.#depth--;
    return left;
  }

  #unary(): Expr {
    const tokens = this.#tokens;
    if (!tokens.isOp('-') && !tokens.isOp('+')) return this.#postfix(this.#primary());
    const sign = tokens.next();
    const operand = this.#binary(UNARY_OPERAND);
    const op = sign.text as '+' | '-';
    const span = { start: sign.start, end: operand.span.end };
    if (operand.type === 'number') return { ...operand, value: op === '-' ? -operand.value : operand.value, span };
    return { type: 'unary', op, expr: operand, span };
  }

  #primary(): Expr {
    const tokens = this.#tokens;
    const token = tokens.peek();
    const span = { start: token.start, end: token.end };
    if (token.kind === 'string') return { type: 'string', value: stringValue(tokens), span };
    if (isNumberNext(tokens)) return parseNumber(tokens);
    if (token.text === '(' && token.kind === 'op') {
      tokens.next();
      const expr = this.#binary(0);
      const close = tokens.expectOp(')', 'parenthesised expression');
      return { type: 'paren', expr, span: { start: token.start, end: close.end } };
    }
    if (token.text === '{' && token.kind === 'op') return this.#selector('', token);
    if (token.kind === 'metric') {
      tokens.next();
      return this.#selector(token.text, token);
    }
    if (token.kind !== 'identifier') throw tokens.unexpected();
    return this.#named(token);
  }

  /** An identifier: an aggregation, a call, or a selector by name. */
  #named(token: Token): Expr {
    const tokens = this.#tokens;
    const callFollows = tokens.isOp('(', 1);
    if (AGGREGATE_OPS.has(token.word)) {
      const grouped = (tokens.isWord('by', 1) || tokens.isWord('without', 1)) && tokens.isOp('(', 2);
      if (callFollows || grouped) return this.#aggregate(token);
    } else if (callFollows) {
      tokens.next();
      const func = BOUND_FUNCTIONS.has(token.word) ? token.word : token.text;
      const args = this.#arguments();
      return { type: 'call', func, args, span: { start: token.start, end: tokens.lastEnd } };
    }
    if (RESERVED.has(token.word)) throw tokens.unexpected();
    tokens.next();
    return this.#selector(token.text, token);
  }

  #arguments(): Expr[] {
    const tokens = this.#tokens;
    tokens.expectOp('(', 'function call');
    const args: Expr[] = [];
    if (tokens.takeOp(')')) return args;
    for (;;) {
      args.push(this.#binary(0));
      if (tokens.takeOp(')')) return args;
      if (!tokens.takeOp(',')) throw tokens.unexpected('function call', '"," or ")"');
    }
  }

  #aggregate(token: Token): Expr {
    const tokens = this.#tokens;
    const op = tokens.next().word as AggregateOp;
    let grouping = this.#grouping();
    const args = this.#arguments();
    grouping ??= this.#grouping();
    const expr = args.at(-1);
    const wantsParam = TAKES_PARAMETER.has(op);
    if (expr === undefined) throw tokens.fail('no arguments for aggregate expression provided', token.start);
    const wanted = wantsParam ? 2 : 1;
    if (args.length !== wanted) {
      throw tokens.fail(
        `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
        token.start,
      );
    }
    return {
      type: 'aggregate',
      op,
      expr,
      param: wantsParam ? args[0] : undefined,
      grouping: grouping?.labels ?? [],
      without: grouping?.without ?? false,
      span: { start: token.start, end: tokens.lastEnd },
    };
  }

  #grouping(): { labels: string[]; without: boolean } | undefined {
    const tokens = this.#tokens;
    if (!tokens.isWord('by') && !tokens.isWord('without')) return undefined;
    const without = tokens.next().word === 'without';
    return { labels: parseLabelList(tokens), without };
  }

  #selector(name: string, first: Token): VectorSelector {
    const matchers = parseMatchers(this.#tokens, name);
    return { type: 'vector-selector', name, matchers, span: { start: first.start, end: this.#tokens.lastEnd } };
  }

  #postfix(primary: Expr): Expr {
    const tokens = this.#tokens;
    let expr = primary;
    for (let count = 0; ; count++) {
      if (count > MAX_DEPTH) throw tokens.fail('expression is nested too deeply');
      if (tokens.isOp('[')) expr = this.#brackets(expr);
      else if (tokens.isOp('@')) expr = applyAt(tokens, expr);
      else if (tokens.isWord('offset')) expr = applyOffset(tokens, expr, this.#options);
      else if (tokens.isWord('anchored') || tokens.isWord('smoothed')) expr = applyMode(tokens, expr, this.#options);
      else return expr;
    }
  }

  #brackets(expr: Expr): Expr {
    const tokens = this.#tokens;
    const expressions = this.#options.durationExpressions === true;
    const open = tokens.next();
    const range = parseRangeDuration(tokens, expressions);
    if (tokens.takeOp(':')) {
      const step = tokens.isOp(']') ? undefined : parseRangeDuration(tokens, expressions);
      const close = tokens.expectOp(']', 'subquery selector');
      return { type: 'subquery', expr, range, step, span: { start: expr.span.start, end: close.end } };
    }
    if (!tokens.isOp(']')) throw tokens.unexpected('subquery or range selector', '":" or "]"');
    const close = tokens.next();
    if (expr.type !== 'vector-selector') throw tokens.fail('ranges only allowed for vector selectors', open.start);
    if (expr.offset !== undefined) throw tokens.fail('no offset modifiers allowed before range', open.start);
    if (expr.at !== undefined) throw tokens.fail('no @ modifiers allowed before range', open.start);
    if (expr.mode !== undefined) throw tokens.fail('no extended modifiers allowed before range', open.start);
    return { type: 'matrix-selector', selector: expr, range, span: { start: expr.span.start, end: close.end } };
  }
}

const TAKES_PARAMETER: ReadonlySet<AggregateOp> = new Set<AggregateOp>([
  'quantile',
  'count_values',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
]);
