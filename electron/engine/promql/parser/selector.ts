// Label matchers in braces, and the metric name before or inside them.
import { METRIC_NAME } from '../../../../shared/model/labels.ts';
import type { LabelMatcher, MatchOp } from '../storage.ts';
import { unquote } from './strings.ts';
import type { TokenStream } from './token-stream.ts';

const MATCH_OPS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const CONTEXT = 'label matching';

/** The value of a string token. */
export function stringValue(tokens: TokenStream): string {
  const token = tokens.next();
  const result = unquote(token.text);
  if ('error' in result) throw tokens.fail(result.error, token.start);
  return result.value;
}

/**
 * `{...}` after an optional name. The name's matcher comes last. Only one of the name before the braces, a quoted
 * name inside and an explicit `__name__` matcher beside a name may be written.
 */
export function parseMatchers(tokens: TokenStream, name: string): LabelMatcher[] {
  const matchers: LabelMatcher[] = [];
  let quotedName = '';
  if (tokens.takeOp('{')) {
    while (!tokens.takeOp('}')) {
      const token = tokens.peek();
      if (token.kind === 'string' && !MATCH_OPS.has(tokens.peek(1).text)) {
        const value = stringValue(tokens);
        const earlier = name === '' ? quotedName : name;
        if (earlier !== '') {
          throw tokens.fail(`metric name must not be set twice: "${earlier}" or "${value}"`, token.start);
        }
        quotedName = value;
        matchers.push({ name: METRIC_NAME, op: '=', value });
      } else {
        matchers.push(parseMatcher(tokens));
      }
      if (!tokens.takeOp(',') && !tokens.isOp('}')) throw tokens.unexpected(CONTEXT, '"," or "}"');
    }
  }
  if (name === '') return matchers;
  const second = matchers.find((matcher) => matcher.name === METRIC_NAME);
  if (second !== undefined) {
    throw tokens.fail(`metric name must not be set twice: "${name}" or "${second.value}"`);
  }
  return [...matchers, { name: METRIC_NAME, op: '=', value: name }];
}

function parseMatcher(tokens: TokenStream): LabelMatcher {
  const token = tokens.peek();
  if (token.kind !== 'identifier' && token.kind !== 'string') throw tokens.unexpected(CONTEXT, 'identifier or "}"');
  const name = token.kind === 'string' ? stringValue(tokens) : tokens.next().text;
  if (name === '') throw tokens.fail('label name must not be empty', token.start);
  const op = tokens.peek();
  if (op.kind !== 'op' || !MATCH_OPS.has(op.text)) throw tokens.unexpected(CONTEXT, 'label matching operator');
  tokens.next();
  if (tokens.peek().kind !== 'string') throw tokens.unexpected(CONTEXT, 'string');
  return { name, op: op.text as MatchOp, value: stringValue(tokens) };
}

/** The label names in parentheses after by, without, on, ignoring and group_left. */
export function parseLabelList(tokens: TokenStream): string[] {
  const context = 'grouping opts';
  tokens.expectOp('(', context);
  const labels: string[] = [];
  while (!tokens.takeOp(')')) {
    const token = tokens.peek();
    if (token.kind === 'string') labels.push(stringValue(tokens));
    else if (token.kind === 'identifier') labels.push(tokens.next().text);
    else throw tokens.unexpected(context, 'label');
    if (!tokens.takeOp(',') && !tokens.isOp(')')) throw tokens.unexpected(context, '"," or ")"');
  }
  return labels;
}
