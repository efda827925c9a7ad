// The matchers that select a device's own series: of the name that it has now, and of those that it had before.

const MATCHER = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y;

/** A literal inside a PromQL regular expression. */
export const regexLiteral = (value: string): string => value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** `label="now"`, or `label=~"now|before"` where it was called otherwise before. */
export function nameMatcher(label: string, now: string, before: readonly string[] = []): string {
  const names = [...new Set([now, ...before])];
  if (names.length === 1) return `${label}=${JSON.stringify(now)}`;
  return `${label}=~${JSON.stringify(names.map(regexLiteral).join('|'))}`;
}

export type SelectorNames = ReadonlyMap<string, readonly string[]>;

/** Label to the values that it may have, the present one first; undefined for a selector that names no values, or an empty one. */
export function selectorNames(selector: string): SelectorNames | undefined {
  const found = new Map<string, readonly string[]>();
  MATCHER.lastIndex = 0;
  while (MATCHER.lastIndex < selector.length) {
    const match = MATCHER.exec(selector);
    if (match === null) return undefined;
    const [, label = '', op, quoted = ''] = match;
    const text = unquoted(quoted);
    const values = op === '=' ? [text] : op === '=~' ? alternatives(text) : undefined;
    if (values === undefined) return undefined;
    found.set(label, values);
  }
  return found.size === 0 ? undefined : found;
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch {
    return quoted;
  }
}

/** The literals of "a|b\.c"; undefined where it is more of a regular expression than that. */
function alternatives(pattern: string): string[] | undefined {
  const values = [''];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '|') values.push('');
    else if (char === '\\' && /[^a-zA-Z0-9]/.test(pattern[at + 1] ?? ''))
      values.push(`${values.pop()}${pattern[++at]}`);
    else if (/[.*+?^${}()[\]\\]/.test(char)) return undefined;
    else values.push(`${values.pop()}${char}`);
  }
  return values;
}
