// Fast changes to label sets that keep their order, and the keys that series are grouped and matched by.
import { compareUtf8, Labels, METRIC_NAME } from '../../../../shared/model/labels.ts';
import { quote } from '../parser/strings.ts';
import { printLabel } from '../print.ts';

/** The labels that describe the metric rather than the series; whatever changes a value's meaning drops them. */
const METADATA: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

const withoutMetadata = new WeakMap<Labels, Labels>();

/** The same object each time, so that a series' key is worked out once however often it is queried. */
export function dropMetadata(labels: Labels): Labels {
  const known = withoutMetadata.get(labels);
  if (known !== undefined) return known;
  const dropped = removeLabels(labels, METADATA);
  withoutMetadata.set(labels, dropped);
  return dropped;
}

export function removeLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  const { flat } = labels;
  let found = false;
  for (let i = 0; i < flat.length && !found; i += 2) found = names.has(flat[i] ?? '');
  if (!found) return labels;
  const kept: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    if (!names.has(flat[i] ?? '')) kept.push(flat[i] ?? '', flat[i + 1] ?? '');
  }
  return Labels.fromSortedFlat(kept);
}

export function keepLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  const { flat } = labels;
  const kept: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    if (names.has(flat[i] ?? '')) kept.push(flat[i] ?? '', flat[i + 1] ?? '');
  }
  return kept.length === flat.length ? labels : Labels.fromSortedFlat(kept);
}

/** A copy with one label set; '' removes it. */
export function setLabel(labels: Labels, name: string, value: string): Labels {
  if (labels.get(name) === value) return labels;
  const { flat } = labels;
  const changed: string[] = [];
  let placed = value === '';
  for (let i = 0; i < flat.length; i += 2) {
    const here = flat[i] ?? '';
    if (!placed && compareUtf8(name, here) <= 0) {
      changed.push(name, value);
      placed = true;
    }
    if (here !== name) changed.push(here, flat[i + 1] ?? '');
  }
  if (!placed) changed.push(name, value);
  return Labels.fromSortedFlat(changed);
}

/** Equal exactly when the values of the named labels are; the names must be in one order for all keys. */
export function keyOfValues(labels: Labels, names: readonly string[]): string {
  let key = '';
  for (const name of names) {
    const value = labels.get(name);
    // The length in front keeps two different lists of values from running into the same text.
    key += `${value.length}:${value}`;
  }
  return key;
}

/** Equal exactly when all labels but the named ones are. */
export function keyWithout(labels: Labels, names: ReadonlySet<string>): string {
  const { flat } = labels;
  let key = '';
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? '';
    if (names.has(name)) continue;
    const value = flat[i + 1] ?? '';
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** `{__name__="up", job="a"}`, as errors show series. */
export function formatLabels(labels: Labels): string {
  return `{${[...labels.entries()].map(([name, value]) => `${printLabel(name)}=${quote(value)}`).join(', ')}}`;
}

/** Any non-empty text that is valid UTF-8; the replacement character stands for bytes that were not. */
export function isLabelName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !name.includes('\uFFFD');
}
