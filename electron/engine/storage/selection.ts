// Which series are meant: those of a metric, of a device, or of a selector.
import type { DeletionTarget, DeviceSummary } from '../../../shared/contract/index.ts';
import { nameMatcher } from '../../../shared/model/device-selector.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { parseSelector, printMatchers } from '../promql/index.ts';
import type { LabelMatcher } from '../promql/index.ts';

export type Selectors = readonly (readonly LabelMatcher[])[];

/** A device's own series, what it exports of flows, and what Linewarden itself writes of it. */
export function selectorsOfDevice(device: DeviceSummary): Selectors {
  const { id, kind, address, selector, formerNames, formerAddresses } = device;
  const own = selector === '' ? [] : [parseSelector(`{${selector}}`)];
  const flows: Selectors =
    kind === 'router' ? [parseSelector(`{${nameMatcher('exporter', address, formerAddresses)}}`)] : [];
  return [...own, ...flows, parseSelector(`{__name__=~"linewarden_.+",${nameMatcher('device', id, formerNames)}}`)];
}

/** Throws QueryError for a selector that is none, LinewardenError for a device that is not there. */
export function selectorsOf(target: DeletionTarget, device: (id: string) => DeviceSummary | undefined): Selectors {
  switch (target.kind) {
    case 'metric':
      return [[equal('__name__', target.name)]];
    case 'selector':
      return [parseSelector(target.selector)];
    case 'device': {
      const found = device(target.id);
      if (found !== undefined) return selectorsOfDevice(found);
      throw new LinewardenError('LW_DEVICE_GONE', 'This device is not known here any more.', {
        hint: 'Delete its series by a selector, such as {instance="10.0.0.5:9100"}.',
      });
    }
  }
}

export const selectorTexts = (selectors: Selectors): string[] => selectors.map(printMatchers);

const equal = (name: string, value: string): LabelMatcher => ({ name, op: '=', value });
