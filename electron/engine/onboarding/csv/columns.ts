// The columns of a device list as CSV, and one device as a row of them.
import type { StoredRouterForm, TargetForm } from '../../../../shared/contract/index.ts';
import { formatDurationMs } from '../../../../shared/model/duration.ts';

/** In the order of an export; `password` is only read. */
export const COLUMNS = [
  'kind',
  'name',
  'address',
  'port',
  'tls',
  'pin',
  'username',
  'password',
  'profile',
  'interval',
  'labels',
] as const;
export type Column = (typeof COLUMNS)[number];

export const EXPORTED = COLUMNS.filter((column) => column !== 'password' && column !== 'profile');

export type Cells = Partial<Record<Column, string>>;

/** "site=north; tier=gold", with \ before what would end a part. */
export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value.replaceAll(/[\\;]/g, String.raw`\$&`)}`)
    .join('; ');

/** Undefined where a part is not name=value. */
export function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const part of text.match(/(?:\\.|[^;\\])+/gs) ?? []) {
    if (part.trim() === '') continue;
    const split = part.indexOf('=');
    const name = part.slice(0, split).trim();
    if (split < 1 || Object.hasOwn(labels, name) || name === '__proto__') return undefined;
    labels[name] = part
      .slice(split + 1)
      .trim()
      .replaceAll(/\\(.)/gs, '$1');
  }
  return labels;
}

export const routerCells = (form: StoredRouterForm): Cells => ({
  kind: 'router',
  name: form.name,
  address: form.address,
  port: String(form.port),
  tls: form.tls,
  pin: form.pin,
  username: form.username,
  interval: formatDurationMs(form.intervalMs),
  labels: labelsText(form.labels ?? {}),
});

/** A target's name is its job, its address the URL. */
export const targetCells = (form: TargetForm): Cells => ({
  kind: 'target',
  name: form.job,
  address: form.url,
  interval: formatDurationMs(form.intervalMs),
});
