// Which of the wireless menus a router has: three packages came one after the other, and two may be installed at once.
import { routerosError } from '../../client/index.ts';
import type { RouterFacts } from '../../facts.ts';
import { isBefore7, isV7Before } from '../version.ts';

export type WirelessMenu = '/interface/wireless' | '/interface/wifiwave2' | '/interface/wifi';

/** `/interface/wifi` is in v7's base from here on; before, `/interface/wireless` was. */
const WIFI_IN_BASE = 13;

/** By package, not by version alone; throws LW_ROUTEROS_NO_SUCH_COMMAND where there is none. Where packages are not known, every menu that the version can have. */
export function wirelessMenus(facts: RouterFacts): WirelessMenu[] {
  const { packages } = facts;
  if (packages === undefined) {
    return isBefore7(facts)
      ? ['/interface/wireless']
      : ['/interface/wireless', '/interface/wifiwave2', '/interface/wifi'];
  }
  const menus: WirelessMenu[] = [];
  const wave2 = packages.includes('wifiwave2');
  const inBase = !isBefore7(facts) && isV7Before(WIFI_IN_BASE, facts) && !wave2;
  if (packages.includes('wireless') || inBase) menus.push('/interface/wireless');
  if (wave2) menus.push('/interface/wifiwave2');
  const hasWifi = packages.some((name) => name === 'wifi' || name.startsWith('wifi-'));
  if (hasWifi || (!isBefore7(facts) && !isV7Before(WIFI_IN_BASE, facts))) menus.push('/interface/wifi');
  // As a router says it of a menu that it does not have: it is told as absent, not as empty.
  if (menus.length === 0) throw routerosError('LW_ROUTEROS_NO_SUCH_COMMAND', 'No wireless package is installed.');
  return menus;
}
