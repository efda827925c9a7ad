// Go's string, character and number literals.
import { TemplateSyntaxError } from './lexer.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S])/g;

/** The value of "..." or `...`. */
export function unquote(quoted: string, at: number): string {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inner.replaceAll('\r', '');
  return inner.replace(ESCAPE, (whole, escape: string) => {
    const simple = SIMPLE[escape];
    if (simple !== undefined) return simple;
    const kind = escape[0] ?? '';
    const code = 'xuU'.includes(kind) ? Number.parseInt(escape.slice(1), 16) : Number.parseInt(escape, 8);
    if (escape.length === 1 || !Number.isInteger(code) || code > 0x10ffff) {
      throw new TemplateSyntaxError(`invalid syntax: ${whole}`, at);
    }
    return String.fromCodePoint(code);
  });
}

export function numberOf(text: string, at: number): number | bigint {
  const plain = text.replaceAll('_', '');
  const hexadecimal = /^[+-]?0[xXbBoO]/.test(plain);
  if (!hexadecimal && /[.eE]/.test(plain)) return Number(plain);
  try {
    const negative = plain.startsWith('-');
    const magnitude = BigInt(plain.replace(/^[+-]/, ''));
    return negative ? -magnitude : magnitude;
  } catch {
    throw new TemplateSyntaxError(`bad number syntax: ${JSON.stringify(text)}`, at);
  }
}
