// Durations in brackets and after `offset`: literals, and where enabled expressions of them.
import { parseDurationMs } from '../../../../shared/model/duration.ts';
import type { DurationExpr } from '../ast.ts';
import { parseNumberLiteral } from '../numbers.ts';
import type { TokenStream } from './token-stream.ts';

/** What a Go time.Duration can hold. */
const MAX_SECONDS = 9_223_372_036;
const MAX_DEPTH = 100;

const PRECEDENCE: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
const UNARY_PRECEDENCE = 3;

/** Seconds of a number or duration token, or undefined where the next token is neither. */
export function literalSeconds(tokens: TokenStream): { seconds: number; asNumber: boolean } | undefined {
  const token = tokens.peek();
  if (token.kind === 'duration') {
    const ms = parseDurationMs(token.text);
    if (ms === undefined) throw tokens.fail(`not a valid duration string: "${token.text}"`);
    if (ms > MAX_SECONDS * 1_000) throw tokens.fail('duration out of range');
    tokens.next();
    return { seconds: ms / 1_000, asNumber: false };
  }
  if (token.kind !== 'number') return undefined;
  const seconds = parseNumberLiteral(token.text);
  if (seconds === undefined) throw tokens.fail(`error parsing number: "${token.text}"`);
  if (Math.abs(seconds) > MAX_SECONDS) throw tokens.fail('duration out of range');
  tokens.next();
  return { seconds, asNumber: true };
}

/** The range or step in brackets. A literal must be positive; an expression is judged when it is evaluated. */
export function parseRangeDuration(tokens: TokenStream, expressions: boolean): DurationExpr {
  const start = tokens.peek().start;
  let duration: DurationExpr;
  if (expressions) {
    duration = parseBinary(tokens, 0, 0);
  } else {
    const sign = tokens.isOp('-') || tokens.isOp('+') ? tokens.next().text : '+';
    duration = signed(sign, literalOrFail(tokens));
  }
  if (duration.kind === 'literal' && duration.seconds <= 0) throw tokens.fail('duration must be greater than 0', start);
  return duration;
}

/** What follows `offset`: a signed literal or, where enabled, a call or a parenthesised expression; never a bare `a + b`. */
export function parseOffsetDuration(tokens: TokenStream, expressions: boolean): DurationExpr {
  const sign = tokens.isOp('-') || tokens.isOp('+') ? tokens.next().text : '+';
  if (!expressions) return signed(sign, literalOrFail(tokens, 'offset'));
  return signed(sign, parsePrimary(tokens, 0, 'offset'));
}

function literalOrFail(tokens: TokenStream, context = 'duration expression'): DurationExpr {
  const literal = literalSeconds(tokens);
  if (literal !== undefined) return { kind: 'literal', ...literal };
  const token = tokens.peek();
  if (token.word === 'step' || token.word === 'range' || token.text === '(') {
    throw tokens.fail('duration expressions are experimental and not enabled');
  }
  if (token.kind === 'string') {
    throw tokens.fail(`unexpected character in duration expression: '${token.text[0] ?? ''}'`);
  }
  throw tokens.unexpected(context, 'number or duration');
}

function signed(sign: string, operand: DurationExpr): DurationExpr {
  if (operand.kind === 'literal') return sign === '-' ? { ...operand, seconds: -operand.seconds } : operand;
  return sign === '-' ? { kind: 'unary', op: '-', operand } : operand;
}

function parseBinary(tokens: TokenStream, minimum: number, depth: number): DurationExpr {
  let left = parseUnary(tokens, depth);
  for (;;) {
    const op = tokens.peek();
    const precedence = op.kind === 'op' ? PRECEDENCE[op.text] : undefined;
    if (precedence === undefined || precedence < minimum) return left;
    tokens.next();
    const right = parseBinary(tokens, op.text === '^' ? precedence : precedence + 1, depth + 1);
    left = { kind: 'binary', op: op.text as '+' | '-' | '*' | '/' | '%' | '^', left, right };
  }
}

function parseUnary(tokens: TokenStream, depth: number): DurationExpr {
  if (depth > MAX_DEPTH) throw tokens.fail('duration expression is nested too deeply');
  if (!tokens.isOp('-') && !tokens.isOp('+')) return parsePrimary(tokens, depth, 'duration expression');
  const sign = tokens.next().text as '+' | '-';
  const operand = parseBinary(tokens, UNARY_PRECEDENCE, depth + 1);
  return operand.kind === 'literal' ? signed(sign, operand) : { kind: 'unary', op: sign, operand };
}

function parsePrimary(tokens: TokenStream, depth: number, context: string): DurationExpr {
  if (tokens.takeOp('(')) {
    const inner = parseBinary(tokens, 0, depth + 1);
    tokens.expectOp(')', context);
    return { kind: 'paren', inner };
  }
  const word = tokens.peek().word;
  if ((word === 'step' || word === 'range') && tokens.isOp('(', 1)) {
    tokens.next();
    tokens.next();
    tokens.expectOp(')', context);
    return { kind: 'call', name: word };
  }
  if ((word === 'min_of' || word === 'max_of') && tokens.isOp('(', 1)) {
    tokens.next();
    tokens.next();
    const first = parseBinary(tokens, 0, depth + 1);
    tokens.expectOp(',', context);
    const second = parseBinary(tokens, 0, depth + 1);
    tokens.expectOp(')', context);
    return { kind: 'pair', name: word, args: [first, second] };
  }
  return literalOrFail(tokens, context);
}
