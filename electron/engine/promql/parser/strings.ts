// Go's string literals: "..." and '...' with escapes, `...` raw.

export type UnquoteResult = { readonly value: string } | { readonly error: string };

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The value of a literal with its quotes. \x and octal escapes are bytes of UTF-8, as in Go. */
export function unquote(literal: string): UnquoteResult {
  const delimiter = literal[0] ?? '';
  const body = literal.slice(1, -1);
  if (delimiter === '`' || !body.includes('\\')) return { value: body };
  let value = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) value += new TextDecoder('utf-8').decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let i = 0; i < body.length;) {
    const char = body[i] ?? '';
    if (char !== '\\') {
      flush();
      value += char;
      i++;
      continue;
    }
    const kind = body[i + 1] ?? '';
    const simple = SIMPLE[kind];
    if (simple !== undefined) {
      if ((kind === "'" || kind === '"') && kind !== delimiter)
        return { error: `unknown escape sequence U+${hexCode(kind)}` };
      flush();
      value += simple;
      i += 2;
      continue;
    }
    const hexLength = HEX_LENGTH[kind];
    const isOctal = /^[0-7]$/.test(kind);
    if (hexLength === undefined && !isOctal) return { error: 'unknown escape sequence' };
    const digits = isOctal ? body.slice(i + 1, i + 4) : body.slice(i + 2, i + 2 + (hexLength ?? 0));
    if (!(isOctal ? /^[0-7]{3}$/ : /^[\da-fA-F]+$/).test(digits) || (!isOctal && digits.length !== hexLength)) {
      return { error: 'illegal character in escape sequence' };
    }
    const code = Number.parseInt(digits, isOctal ? 8 : 16);
    if (isOctal || kind === 'x') {
      if (code > 255) return { error: 'escape sequence is an invalid byte' };
      bytes.push(code);
    } else {
      if (code > 0x10_ffff || (code >= 0xd800 && code < 0xe000))
        return { error: 'escape sequence is an invalid Unicode code point' };
      flush();
      value += String.fromCodePoint(code);
    }
    i += (isOctal ? 1 : 2) + digits.length;
  }
  flush();
  return { value };
}

function hexCode(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}

/** A double-quoted literal that unquotes to the value, as Go's strconv.Quote writes it. */
export function quote(value: string): string {
  let text = '"';
  for (const char of value) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '"' || char === '\\') text += `\\${char}`;
    else if (char === '\n') text += '\\n';
    else if (char === '\t') text += '\\t';
    else if (char === '\r') text += '\\r';
    else if (code < 0x20 || code === 0x7f) text += `\\x${code.toString(16).padStart(2, '0')}`;
    // The lexer refuses the replacement character in a literal, but not its escape.
    else if (code === 0xfffd) text += '\\ufffd';
    else text += char;
  }
  return `${text}"`;
}
