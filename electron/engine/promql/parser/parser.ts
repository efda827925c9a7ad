// From tokens to a syntax tree, by precedence climbing.
import {
  isSetOp,
  type AggregateOp,
  type AtModifier,
  type BinaryOp,
  type Expr,
  type RangeMode,
  type VectorMatching,
  type VectorSelector,
} from '../ast.ts';
import { parseNumberLiteral } from '../numbers.ts';
import { literalSeconds, parseOffsetDuration, parseRangeDuration } from './durations.ts';
import { tokenize, type Token } from './lexer.ts';
import type { ParseOptions } from './options.ts';
import { parseLabelList, parseMatchers, stringValue } from './selector.ts';
import { TokenStream } from './token-stream.ts';

/** Deeper nesting is refused, so that no query can overflow the stack of what walks the tree. */
export const MAX_DEPTH = 500;

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
/** Unary minus binds like `*`, so only `^` goes into its operand. */
const UNARY_OPERAND = 6;

const AGGREGATES: ReadonlySet<string> = new Set<AggregateOp>([
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'quantile',
  'count_values',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
]);
/** Keywords that cannot be a metric's name. */
const RESERVED = new Set(['on', 'ignoring', 'group_left', 'group_right', 'bool', 'atan2']);
const FILLS = new Set(['fill', 'fill_left', 'fill_right']);
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
      const precedence = token.word === '' ? undefined : PRECEDENCE[token.word];
      if (precedence === undefined || precedence < minimum) break;
      this.#tokens.next();
      const op = token.word as BinaryOp;
      const bool = this.#tokens.takeWord('bool');
      const matching = this.#matching(op);
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

  #matching(op: BinaryOp): VectorMatching {
    const tokens = this.#tokens;
    const cardinality = isSetOp(op) ? ('many-to-many' as const) : ('one-to-one' as const);
    let matching: VectorMatching = { cardinality, on: false, labels: [], include: [] };
    if ((tokens.isWord('on') || tokens.isWord('ignoring')) && tokens.isOp('(', 1)) {
      const on = tokens.next().word === 'on';
      matching = { ...matching, on, labels: parseLabelList(tokens) };
      if (tokens.isWord('group_left') || tokens.isWord('group_right')) {
        const group = tokens.next();
        if (isSetOp(op)) throw tokens.fail(`no grouping allowed for "${op}" operation`, group.start);
        const include = tokens.isOp('(') ? parseLabelList(tokens) : [];
        const both = on ? include.find((label) => matching.labels.includes(label)) : undefined;
        if (both !== undefined) {
          throw tokens.fail(`label "${both}" must not occur in ON and GROUP clause at once`, group.start);
        }
        matching = { ...matching, cardinality: group.word === 'group_left' ? 'many-to-one' : 'one-to-many', include };
      }
    }
    return this.#fills(op, matching);
  }

  #fills(op: BinaryOp, plain: VectorMatching): VectorMatching {
    const tokens = this.#tokens;
    let matching = plain;
    while (FILLS.has(tokens.peek().word) && tokens.isOp('(', 1)) {
      const side = tokens.next();
      if (this.#options.fillModifiers !== true) {
        throw tokens.fail('binary operator fill modifiers are experimental and not enabled', side.start);
      }
      if (isSetOp(op)) throw tokens.fail('filling in missing series not allowed for set operators', side.start);
      tokens.expectOp('(', 'fill modifier');
      const value = this.#signedNumber('fill modifier');
      tokens.expectOp(')', 'fill modifier');
      if (side.word !== 'fill_right') matching = { ...matching, fillLeft: value };
      if (side.word !== 'fill_left') matching = { ...matching, fillRight: value };
    }
    return matching;
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
    if (token.kind === 'number' || token.kind === 'duration') return this.#number(token);
    if (token.word === 'inf' || token.word === 'nan') {
      tokens.next();
      return { type: 'number', value: token.word === 'inf' ? Infinity : Number.NaN, asDuration: false, span };
    }
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

  #number(token: Token): Expr {
    const tokens = this.#tokens;
    const span = { start: token.start, end: token.end };
    if (token.kind === 'duration') {
      const value = literalSeconds(tokens)?.seconds ?? 0;
      return { type: 'number', value, asDuration: true, span };
    }
    const value = parseNumberLiteral(token.text);
    if (value === undefined) throw tokens.fail(`error parsing number: "${token.text}": value out of range`);
    tokens.next();
    return { type: 'number', value, asDuration: false, span };
  }

  /** An identifier: an aggregation, a call, or a selector by name. */
  #named(token: Token): Expr {
    const tokens = this.#tokens;
    const callFollows = tokens.isOp('(', 1);
    if (AGGREGATES.has(token.word)) {
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
      else if (tokens.isOp('@')) expr = this.#at(expr);
      else if (tokens.isWord('offset')) expr = this.#offset(expr);
      else if (tokens.isWord('anchored') || tokens.isWord('smoothed')) expr = this.#mode(expr);
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

  #offset(expr: Expr): Expr {
    const word = this.#tokens.next();
    const offset = parseOffsetDuration(this.#tokens, this.#options.durationExpressions === true);
    const kinds =
      'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery';
    return this.#modify(expr, word, kinds, (target) => {
      if (target.offset !== undefined) throw this.#tokens.fail('offset may not be set multiple times', word.start);
      return { offset };
    });
  }

  #at(expr: Expr): Expr {
    const word = this.#tokens.next();
    const at = this.#atTime();
    const kinds = '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery';
    return this.#modify(expr, word, kinds, (target) => {
      if (target.at !== undefined) throw this.#tokens.fail('@ <timestamp> may not be set multiple times', word.start);
      return { at };
    });
  }

  #atTime(): AtModifier {
    const tokens = this.#tokens;
    const word = tokens.peek().word;
    if ((word === 'start' || word === 'end') && tokens.isOp('(', 1)) {
      tokens.next();
      tokens.next();
      tokens.expectOp(')', '@');
      return { bound: word };
    }
    const start = tokens.peek().start;
    const timeMs = Math.round(this.#signedNumber('@', 'timestamp') * 1_000);
    if (!Number.isFinite(timeMs) || Math.abs(timeMs) > Number.MAX_SAFE_INTEGER) {
      const shown = Number.isFinite(timeMs)
        ? String(timeMs / 1_000)
        : timeMs > 0
          ? '+Inf'
          : timeMs < 0
            ? '-Inf'
            : 'NaN';
      throw tokens.fail(`timestamp out of bounds for @ modifier: ${shown}`, start);
    }
    return { timeMs };
  }

  #signedNumber(context: string, expected = 'number'): number {
    const tokens = this.#tokens;
    const negative = tokens.isOp('-');
    if (negative || tokens.isOp('+')) tokens.next();
    const token = tokens.peek();
    let value: number;
    if (token.word === 'inf' || token.word === 'nan') {
      tokens.next();
      value = token.word === 'inf' ? Infinity : Number.NaN;
    } else if (token.kind === 'number' || token.kind === 'duration') {
      const literal = this.#number(token);
      value = literal.type === 'number' ? literal.value : 0;
    } else {
      throw tokens.unexpected(context, expected);
    }
    return negative ? -value : value;
  }

  #mode(expr: Expr): Expr {
    const tokens = this.#tokens;
    const word = tokens.next();
    if (this.#options.extendedRangeSelectors !== true) {
      throw tokens.fail(`the ${word.word} modifier is experimental and not enabled`, word.start);
    }
    const kinds = `${word.word} modifier must be preceded by an instant vector selector or range vector selector`;
    const mode = word.word as RangeMode;
    if (expr.type === 'subquery') throw tokens.fail(kinds, word.start);
    return this.#modify(expr, word, kinds, (target) => {
      if ('mode' in target && target.mode !== undefined) {
        throw tokens.fail('anchored or smoothed may not be set multiple times', word.start);
      }
      return { mode };
    });
  }

  /** Applies a modifier to the selector or subquery that it follows. */
  #modify(expr: Expr, word: Token, kinds: string, change: (target: Modifiable) => Partial<Modifiable>): Expr {
    const span = { start: expr.span.start, end: this.#tokens.lastEnd };
    if (expr.type === 'vector-selector') return { ...expr, ...(change(expr) as Partial<VectorSelector>), span };
    if (expr.type === 'matrix-selector') {
      const selector = { ...expr.selector, ...(change(expr.selector) as Partial<VectorSelector>) };
      return { ...expr, selector, span };
    }
    if (expr.type === 'subquery') {
      const { offset, at } = { ...expr, ...change(expr) };
      return { ...expr, offset, at, span };
    }
    throw this.#tokens.fail(kinds, word.start);
  }
}

type Modifiable = Pick<VectorSelector, 'offset' | 'at' | 'mode'>;

const TAKES_PARAMETER: ReadonlySet<AggregateOp> = new Set<AggregateOp>([
  'quantile',
  'count_values',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
]);
