// What a search text finds: names that begin with it first, then names and addresses that contain it.
import type { DashboardSummary, DeviceSummary } from '../../../shared/contract/index.ts';
import { deviceName } from '../../panels/device-name.ts';
import type { SCREENS } from './screens.ts';

type ScreenPath = (typeof SCREENS)[number]['to'];
type SearchDevice = Pick<DeviceSummary, 'id' | 'kind' | 'name' | 'selector' | 'address' | 'model' | 'state'>;
export type Entry =
  | { readonly kind: 'screen'; readonly key: string; readonly name: string; readonly to: ScreenPath }
  | { readonly kind: 'dashboard'; readonly key: string; readonly name: string; readonly id: string }
  | { readonly kind: 'device'; readonly key: string; readonly name: string; readonly device: SearchDevice };

const MOST = 30;

/** 0 begins with, 1 a word begins with, 2 contains, undefined not found. */
function rank(text: string, fields: readonly string[]): number | undefined {
  const best = fields.map((field, index) => {
    const at = field.toLowerCase().indexOf(text);
    if (at === -1) return undefined;
    return (at === 0 ? 0 : /[\s\-_./:]/.test(field[at - 1] ?? '') ? 1 : 2) + (index === 0 ? 0 : 0.5);
  });
  return best.filter((one) => one !== undefined).toSorted((a, b) => a - b)[0];
}

export function searchEntries(
  text: string,
  devices: readonly SearchDevice[],
  screens: readonly { readonly to: ScreenPath; readonly label: string }[],
  dashboards: readonly Pick<DashboardSummary, 'id' | 'title'>[] = [],
): Entry[] {
  const wanted = text.trim().toLowerCase();
  const found: { entry: Entry; rank: number }[] = [];
  for (const { to, label } of screens) {
    const place = rank(wanted, [label]);
    if (place !== undefined) found.push({ entry: { kind: 'screen', key: to, name: label, to }, rank: place });
  }
  for (const { id, title } of wanted === '' ? [] : dashboards) {
    const place = rank(wanted, [title]);
    if (place !== undefined) {
      found.push({ entry: { kind: 'dashboard', key: `dashboard ${id}`, name: title, id }, rank: place });
    }
  }
  for (const device of devices) {
    const name = deviceName(device);
    const place = rank(wanted, [name, device.address, device.model]);
    if (place !== undefined) found.push({ entry: { kind: 'device', key: device.id, name, device }, rank: place });
  }
  // With nothing typed the screens lead; otherwise the better match does.
  return found
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map((one) => one.entry);
}
