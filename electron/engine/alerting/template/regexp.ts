// Go's regular expressions, as template functions use them.
import { RE2JS } from 're2js';
import { FunctionError } from './arguments.ts';

const MAX_PATTERN = 10_000;

/** Throws FunctionError. */
export function compile(pattern: string): RE2JS {
  try {
    if (pattern.length > MAX_PATTERN) throw new Error(`longer than ${MAX_PATTERN} characters`);
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new FunctionError(`error parsing regexp: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As regexp.ReplaceAllString: `$1`, `${1}`, `$name` (the longest name), `$$`. */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  const compiled = compile(pattern);
  const names = compiled.namedGroups();
  const matcher = compiled.matcher(text);
  let result = '';
  let from = 0;
  while (matcher.find()) {
    const group = (name: string): string => {
      const index = /^\d+$/.test(name) ? Number(name) : names[name];
      return index === undefined || index > compiled.groupCount() ? '' : (matcher.group(index) ?? '');
    };
    const expanded = replacement.replace(
      /\$(?:(\$)|\{(\w+)\}|(\w+))/g,
      (_, dollar?: string, braced?: string, bare?: string) =>
        dollar === undefined ? group(braced ?? bare ?? '') : '$',
    );
    result += text.slice(from, matcher.start()) + expanded;
    from = matcher.end();
  }
  return result + text.slice(from);
}
