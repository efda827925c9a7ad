// What a device is called and where it is, as its rows and pages say it.
import type { DeviceSummary } from '../../shared/contract/index.ts';
import { selectorNames } from '../../shared/model/device-selector.ts';

type Named = Pick<DeviceSummary, 'kind' | 'name' | 'selector'>;

/** A scrape target by its job and instance: "node 10.0.0.5:9100"; every other device by its name. */
export function deviceName({ kind, name, selector }: Named): string {
  if (kind !== 'target') return name;
  const job = selectorNames(selector)?.get('job')?.[0] ?? '';
  return job === '' || name === job || name.startsWith(`${job} `) ? name : `${job} ${name}`;
}

/** Without what every target's address has: "http://10.0.0.5:9100/metrics" is "10.0.0.5:9100". */
export const shortAddress = (address: string): string =>
  address.replace(/^https?:\/\//, '').replace(/(?:\/metrics)?\/?$/, '');
