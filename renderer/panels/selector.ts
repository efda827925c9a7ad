// Label matchers as the engine hands them out for a device: read them, extend them, find a device's own series.
import type { DeviceSummary } from '../../shared/contract/index.ts';

const MATCHER = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/** A label value in PromQL quotes. */
export const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** A literal inside a PromQL regular expression. */
export const regexLiteral = (value: string): string => value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `metric{matchers}`, leaving out the empty ones. */
export function select(metric: string, ...matchers: readonly string[]): string {
  const given = matchers.filter((matcher) => matcher !== '');
  return given.length === 0 ? metric : `${metric}{${given.join(',')}}`;
}

/** name -> value of a selector that only has equality matchers, undefined for any other (or an empty one). */
export function readSelector(selector: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  MATCHER.lastIndex = 0;
  while (MATCHER.lastIndex < selector.length) {
    const match = MATCHER.exec(selector);
    if (match === null) return undefined;
    const value = (match[2] ?? '').replaceAll(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
    found.set(match[1] ?? '', value);
  }
  return found.size === 0 ? undefined : found;
}

/** The devices whose selector matches a series, by the labels that the series still carries. */
export function deviceOf<T extends Pick<DeviceSummary, 'selector'>>(
  devices: readonly T[],
  labels: Readonly<Record<string, string>>,
): T | undefined {
  return devices.find((device) => {
    const matchers = readSelector(device.selector);
    return matchers !== undefined && [...matchers].every(([name, value]) => labels[name] === value);
  });
}
