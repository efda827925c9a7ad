// Label matchers as the engine hands them out for a device: read them, extend them, find a device's own series.
import type { DeviceSummary } from '../../shared/contract/index.ts';
import { selectorNames } from '../../shared/model/device-selector.ts';

export { regexLiteral } from '../../shared/model/device-selector.ts';

/** A label value in PromQL quotes. */
export const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** `metric{matchers}`, leaving out the empty ones. */
export function select(metric: string, ...matchers: readonly string[]): string {
  const given = matchers.filter((matcher) => matcher !== '');
  return given.length === 0 ? metric : `${metric}{${given.join(',')}}`;
}

/** The devices whose selector matches a series, by the labels that the series still carries. */
export function deviceOf<T extends Pick<DeviceSummary, 'selector'>>(
  devices: readonly T[],
  labels: Readonly<Record<string, string>>,
): T | undefined {
  return devices.find((device) => {
    const matchers = selectorNames(device.selector);
    return matchers !== undefined && [...matchers].every(([name, values]) => values.includes(labels[name] ?? ''));
  });
}
