// Matchers as somebody types them: one a field, or several in a line such as severity="critical", site=~"north.*".
import type { AlertMatcher } from '../../../../shared/contract/index.ts';

export const OPS = ['=', '!=', '=~', '!~'] as const;
export const OP_WORDS: Readonly<Record<AlertMatcher['op'], string>> = {
  '=': 'is',
  '!=': 'is not',
  '=~': 'matches',
  '!~': 'does not match',
};

const PLAIN = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;

export const matcherText = ({ name, op, value }: AlertMatcher): string =>
  `${PLAIN.test(name) ? name : quoted(name)}${op}${quoted(value)}`;
export const matchersText = (matchers: readonly AlertMatcher[]): string => matchers.map(matcherText).join(', ');

export const equalTo = (labels: Readonly<Record<string, string>>): AlertMatcher[] =>
  Object.entries(labels).map(([name, value]) => ({ name, op: '=', value }));

const MATCHER = /\s*("(?:[^"\\]|\\.)*"|[^\s"'`,{}\\=!~]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s",{}]*)\s*(?:,|$)/y;

const unquoted = (text: string): string =>
  text.startsWith('"')
    ? text.slice(1, -1).replaceAll(/\\(.)/g, (_, each: string) => (each === 'n' ? '\n' : each))
    : text;

/** Braces around them are allowed, and so is a comma at the end. */
export function parseMatchers(text: string): { readonly matchers: AlertMatcher[] } | { readonly problem: string } {
  const inner = text.trim().replace(/^\{/, '').replace(/\}$/, '').trim();
  const matchers: AlertMatcher[] = [];
  let at = 0;
  while (at < inner.length) {
    MATCHER.lastIndex = at;
    const [, name, sign, value] = MATCHER.exec(inner) ?? [];
    const op = OPS.find((one) => one === sign);
    if (name === undefined || value === undefined || op === undefined) {
      return { problem: 'Write labels as severity="critical", site=~"north.*".' };
    }
    matchers.push({ name: unquoted(name), op, value: unquoted(value) });
    at = MATCHER.lastIndex;
  }
  return { matchers };
}

/** Why it cannot be used; undefined where it can. The engine has the last word on patterns. */
export function matcherProblem({ name, op, value }: AlertMatcher): string | undefined {
  if (name.trim() === '') return 'Which label?';
  if (op !== '=~' && op !== '!~') return undefined;
  return patternOf(value) === undefined ? 'This pattern cannot be read.' : undefined;
}

/** Patterns are the engine's, RE2: its flags and names of groups are written otherwise than JavaScript's. Undefined for none. */
function patternOf(value: string): RegExp | undefined {
  const written = value
    .replaceAll(/\(\?[imsU-]+\)/g, '')
    .replaceAll(/\(\?[imsU-]+:/g, '(?:')
    .replaceAll('(?P<', '(?<');
  try {
    // By itself first: `a)(b` is a pattern only within other brackets.
    return new RegExp(`^(?:${new RegExp(written).source})$`);
  } catch {
    return undefined;
  }
}

/** Whether an alert without the label fits too; where that is so of all, every alert would be meant. */
export function fitsNothing({ op, value }: AlertMatcher): boolean {
  if (op === '=') return value === '';
  if (op === '!=') return value !== '';
  const pattern = patternOf(value);
  return pattern !== undefined && pattern.test('') === (op === '=~');
}
