// Cuts a filter into words, quoted texts and signs, each with its place.
import { FlowFilterError } from './errors.ts';

export type Token = {
  readonly kind: 'word' | 'text' | 'sign';
  /** Of a quoted text what is between the quotes, escapes undone. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

const SIGNS = ['&&', '||', '==', '!=', '>=', '<=', '(', ')', ',', '=', '>', '<', '!', '{', '}'];
/** Names of interfaces and customers may have letters of any language; what ends a word is a space, a quote or a sign. */
const ENDS_WORD = /[\s"'(),=<>!{}&|]/;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    if (char === '"' || char === "'") {
      const token = quoted(text, at);
      tokens.push(token);
      at = token.end;
      continue;
    }
    const sign = SIGNS.find((one) => text.startsWith(one, at));
    if (sign !== undefined) {
      tokens.push({ kind: 'sign', text: sign, start: at, end: at + sign.length });
      at += sign.length;
      continue;
    }
    const start = at;
    while (at < text.length && !ENDS_WORD.test(text.charAt(at))) at++;
    if (at === start)
      throw new FlowFilterError(`"${char}" has no meaning here.`, at, at + 1, 'Join with and, or, not.');
    tokens.push({ kind: 'word', text: text.slice(start, at), start, end: at });
  }
  return tokens;
}

function quoted(text: string, start: number): Token {
  const quote = text.charAt(start);
  let content = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) return { kind: 'text', text: content, start, end: at + 1 };
    if (char === '\\' && at + 1 < text.length) at++;
    content += text.charAt(at);
  }
  throw new FlowFilterError('This quote is not closed.', start, text.length, `Put a ${quote} at its end.`);
}

const BARE = /^[\p{L}\p{N}_.:/*@#%+-]+$/u;

/** As a filter has to write a text: bare where it can be, else in quotes. */
export const written = (text: string, isReserved: (word: string) => boolean): string =>
  BARE.test(text) && !isReserved(text.toLowerCase())
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
