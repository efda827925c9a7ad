// Cuts a Go template into text and the tokens of its actions.

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'string'
  | 'char'
  | 'number'
  | 'bool'
  | 'nil'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'pipe'
  | 'lparen'
  | 'rparen'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'space'
  | 'end';

export type Token = { readonly kind: TokenKind; readonly text: string; readonly at: number };

/** Thrown by lexer and parser; `at` is the offset in the template's text. */
export class TemplateSyntaxError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const KEYWORDS = new Set(['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue']);
const SPACE = /[ \t\r\n]/;

// One alternative a kind, tried in this order at each place; `bad` catches what begins a token that cannot end.
const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<char>'(?:[^'\\\n]|\\.)+')|(?<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|(?<field>\.[\p{L}_][\p{L}\p{Nd}_]*)|(?<variable>\$[\p{L}\p{Nd}_]*)|(?<identifier>[\p{L}_][\p{L}\p{Nd}_]*)|(?<declare>:=)|(?<assign>=)|(?<pipe>\|)|(?<lparen>\()|(?<rparen>\))|(?<comma>,)|(?<dot>\.)/uy;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  while (at <= text.length) {
    const open = text.indexOf('{{', at);
    let plain = open < 0 ? text.slice(at) : text.slice(at, open);
    if (trimNext) plain = plain.replace(/^[ \t\r\n]+/, '');
    const trimBefore = open >= 0 && text[open + 2] === '-' && SPACE.test(text[open + 3] ?? '');
    if (trimBefore) plain = plain.replace(/[ \t\r\n]+$/, '');
    if (plain !== '') tokens.push({ kind: 'text', text: plain, at });
    if (open < 0) break;
    const inside = open + (trimBefore ? 4 : 2);
    const comment = text.startsWith('/*', inside);
    if (comment) {
      ({ at, trimNext } = skipComment(text, inside, open));
      continue;
    }
    tokens.push({ kind: 'open', text: '{{', at: open });
    ({ at, trimNext } = action(text, inside, open, tokens));
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function skipComment(text: string, inside: number, open: number): { at: number; trimNext: boolean } {
  const end = text.indexOf('*/', inside + 2);
  if (end < 0) throw new TemplateSyntaxError('unclosed comment', open);
  const close = /^(?:[ \t\r\n]-)?\}\}/.exec(text.slice(end + 2, end + 6));
  if (close === null) throw new TemplateSyntaxError('comment ends before closing delimiter', open);
  return { at: end + 2 + close[0].length, trimNext: close[0].length > 2 };
}

/** Tokens up to and with the closing braces; answers where the text goes on. */
function action(text: string, from: number, open: number, tokens: Token[]): { at: number; trimNext: boolean } {
  let at = from;
  let depth = 0;
  for (;;) {
    const close = /^(?:[ \t\r\n]-)?\}\}/.exec(text.slice(at, at + 4));
    if (close !== null) {
      if (depth > 0) throw new TemplateSyntaxError('unclosed left paren', open);
      tokens.push({ kind: 'close', text: '}}', at });
      return { at: at + close[0].length, trimNext: close[0].length > 2 };
    }
    if (at >= text.length) throw new TemplateSyntaxError('unclosed action', open);
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw unexpected(text, at);
    const [kind, matched] = Object.entries(groups).find(([, value]) => value !== undefined) ?? ['', ''];
    if (kind === 'lparen') depth++;
    if (kind === 'rparen' && --depth < 0) throw new TemplateSyntaxError('unexpected right paren', at);
    tokens.push({ kind: refine(kind as TokenKind, matched), text: matched, at });
    at += matched.length;
  }
}

function refine(kind: TokenKind, text: string): TokenKind {
  if (kind !== 'identifier') return kind;
  if (KEYWORDS.has(text)) return 'keyword';
  if (text === 'true' || text === 'false') return 'bool';
  return text === 'nil' ? 'nil' : 'identifier';
}

function unexpected(text: string, at: number): TemplateSyntaxError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === '"') return new TemplateSyntaxError('unterminated quoted string', at);
  if (character === '`') return new TemplateSyntaxError('unterminated raw quoted string', at);
  if (character === "'") return new TemplateSyntaxError('unterminated character constant', at);
  if (character === ':') return new TemplateSyntaxError('expected :=', at);
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const printable = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? ` '${character}'` : '';
  return new TemplateSyntaxError(`unrecognized character in action: U+${code}${printable}`, at);
}
