// RE2 patterns as Prometheus uses them: fully anchored, dot matches newline. A user's pattern never reaches RegExp.
import { RE2JS, type Matcher } from 're2js';

const META = /[\\.+*?()|[\]{}^$]/;
const CACHE_SIZE = 500;
/** A larger counted repetition or program is refused by RE2 itself; this bounds the text. */
const MAX_PATTERN_LENGTH = 10_000;

const cache = new Map<string, RE2JS>();

/** Compiles an anchored pattern; throws an Error that says what is wrong with it. */
export function compileAnchored(pattern: string): RE2JS {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > MAX_PATTERN_LENGTH) throw new Error(`longer than ${MAX_PATTERN_LENGTH} characters`);
  // The pattern alone first: "a)(b" is only balanced by the group around it.
  RE2JS.compile(pattern);
  const compiled = RE2JS.compile(`^(?s:${pattern})$`);
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? '');
  cache.set(pattern, compiled);
  return compiled;
}

/** What is wrong with a pattern, undefined where nothing is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    compileAnchored(pattern);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** A predicate for the whole value; alternations of literals and literal.* skip the regex engine. */
export function compileRegexTest(pattern: string): (value: string) => boolean {
  const compiled = compileAnchored(pattern);
  if (pattern === '' || pattern === '.*') return pattern === '' ? (value) => value === '' : () => true;
  if (pattern === '.+') return (value) => value !== '';
  const literals = literalsOf(pattern);
  if (literals?.length === 1) return (value) => value === literals[0];
  if (literals !== undefined) {
    const set = new Set(literals);
    return (value) => set.has(value);
  }
  const affix = /^(\.[*+])?([^\\.+*?()|[\]{}^$]+)(\.[*+])?$/.exec(pattern);
  if (affix !== null) return affixTest(affix[1], affix[2] ?? '', affix[3]);
  return (value) => compiled.testExact(value);
}

/** The values that match, where the pattern names them one by one: a|b|c, in parentheses or not. */
export function literalsOf(pattern: string): readonly string[] | undefined {
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(pattern)?.[1] ?? pattern;
  const alternatives = inner.split('|');
  return alternatives.every((alternative) => !META.test(alternative)) ? [...new Set(alternatives)] : undefined;
}

function affixTest(before: string | undefined, literal: string, after: string | undefined): (value: string) => boolean {
  const leastBefore = before === '.+' ? 1 : 0;
  const leastAfter = after === '.+' ? 1 : 0;
  const least = literal.length + leastBefore + leastAfter;
  if (before === undefined) return (value) => value.length >= least && value.startsWith(literal);
  if (after === undefined) return (value) => value.length >= least && value.endsWith(literal);
  return (value) => {
    // The earliest place that leaves room in front also leaves the most room behind.
    const found = value.indexOf(literal, leastBefore);
    return found >= 0 && found + literal.length + leastAfter <= value.length;
  };
}

const REFERENCE = /\$(?:\$|\{(\w+)\}|(\w+))/g;

/**
 * Go's Regexp.Expand: $1, ${1}, $name, $$; a group that does not exist is empty. Stops expanding once the text is longer
 * than `enough`, for whoever will refuse it anyway.
 */
export function expandTemplate(template: string, matcher: Matcher, enough: number): string {
  if (!template.includes('$')) return template;
  const names = matcher.pattern().namedGroups();
  const valueOf = (name: string): string => {
    if (/^\d+$/.test(name)) {
      const index = Number(name);
      return index <= matcher.groupCount() ? (matcher.group(index) ?? '') : '';
    }
    return Object.hasOwn(names, name) ? (matcher.group(name) ?? '') : '';
  };
  let text = '';
  let from = 0;
  for (const match of template.matchAll(REFERENCE)) {
    const [whole, braced, bare] = match;
    text += template.slice(from, match.index) + (whole === '$$' ? '$' : valueOf(braced ?? bare ?? ''));
    from = match.index + whole.length;
    if (text.length > enough) return text;
  }
  return text + template.slice(from);
}
