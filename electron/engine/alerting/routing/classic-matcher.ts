// Matchers as Alertmanager reads a config: by today's syntax, or by the one before 0.27, which its users' files still have.
import { type Matcher, matcher, MatcherError, type MatcherOp, parseMatchers } from './matcher.ts';

const MAX_TEXT = 16_384;
const CLASSIC = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)(.*)$/su;

/**
 * Where only one of the two syntaxes can read it, that one; where they mean different things, the older, as Alertmanager
 * does it: in `"web\.a"` a backslash stands for itself. Throws MatcherError, of today's syntax.
 */
export function readMatchers(text: string): Matcher[] {
  const classic = text.length > MAX_TEXT ? undefined : classicMatchers(text);
  return classic ?? parseMatchers(text);
}

/** Undefined where it is none of the older syntax. */
function classicMatchers(text: string): Matcher[] | undefined {
  const inner = text.replace(/^\s*\{/, '').replace(/\}\s*$/, '');
  const isBraced = /^\s*\{/.test(text);
  if (isBraced !== /\}\s*$/.test(text) && (isBraced || !inner.includes('{'))) return undefined;
  const parts = commaSeparated(isBraced ? inner : text);
  // A comma may stand at the end.
  if (parts.length > 1 && parts.at(-1)?.trim() === '') parts.pop();
  const found: Matcher[] = [];
  for (const part of parts) {
    const [, name, op, written] = CLASSIC.exec(part) ?? [];
    const value = written === undefined ? undefined : classicValue(written.trim());
    if (name === undefined || value === undefined) return undefined;
    try {
      found.push(matcher(name, op as MatcherOp, value));
    } catch (error) {
      if (error instanceof MatcherError) return undefined;
      throw error;
    }
  }
  return found;
}

function commaSeparated(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\\') at++;
    else if (sign === '"') isQuoted = !isQuoted;
    else if (sign === ',' && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** In double quotes or bare; undefined for a quote where none may be. */
function classicValue(written: string): string | undefined {
  const isQuoted = written.startsWith('"');
  if (isQuoted && (written.length < 2 || !written.endsWith('"'))) return undefined;
  const inner = isQuoted ? written.slice(1, -1) : written;
  let value = '';
  for (let at = 0; at < inner.length; at++) {
    const sign = inner[at]!;
    const next = inner[at + 1];
    if (sign === '"') return undefined;
    if (sign === '\\' && next !== undefined) {
      value += ESCAPED[next] ?? `\\${next}`;
      at++;
    } else if (sign === '\\' && isQuoted) {
      // It takes the closing quote away.
      return undefined;
    } else value += sign;
  }
  return value;
}
