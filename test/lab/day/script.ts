// What happens in a simulated day, told beforehand: the same seed is the same day.
import { random } from '../routeros/traffic.ts';
import type { DaySite } from './network.ts';

/** reboot: away for a moment, counters begin anew. flap: its uplink is cut, and with it all behind. power: away for long. */
export type DayEventKind = 'reboot' | 'flap' | 'power';

export type DayEvent = {
  readonly kind: DayEventKind;
  readonly site: string;
  /** Since the day began. */
  readonly atMs: number;
  readonly lastsMs: number;
};

/** How much of the day it lasts, and what it lasts at least: a poll should meet it. */
const LASTS: Readonly<Record<DayEventKind, { readonly share: number; readonly leastMs: number }>> = {
  reboot: { share: 1 / 700, leastMs: 2_000 },
  flap: { share: 1 / 360, leastMs: 3_000 },
  power: { share: 1 / 40, leastMs: 15_000 },
};
/** Of twenty routers in a day. */
const COUNTS: readonly (readonly [DayEventKind, number])[] = [
  ['power', 1],
  ['reboot', 5],
  ['flap', 6],
];

/**
 * In the order of their times. No two are of one site, and none is of a site through which another of them is reached, so
 * that each can be told from the others by what it does.
 */
export function dayScript(sites: readonly DaySite[], seed: number, dayMs: number): DayEvent[] {
  const next = random(seed ^ 0xda71);
  const isTower = ({ name }: DaySite): boolean => sites.some(({ uplink }) => uplink?.site === name);
  const free = sites.filter((site) => !isTower(site) && site.uplink !== undefined);
  const events: DayEvent[] = [];
  const factor = sites.length / 20;
  for (const [kind, count] of COUNTS) {
    for (let n = 0; n < Math.max(1, Math.round(count * factor)) && free.length > 0; n++) {
      const [site] = free.splice(Math.floor(next() * free.length), 1);
      if (site === undefined) break;
      const { share, leastMs } = LASTS[kind];
      const lastsMs = Math.max(leastMs, Math.round(share * dayMs));
      // What lasts long begins early, so that its end is seen too.
      const latest = Math.max(0.05, kind === 'power' ? 0.2 : 0.85 - lastsMs / dayMs);
      events.push({ kind, site: site.name, atMs: Math.round(dayMs * (0.05 + next() * (latest - 0.05))), lastsMs });
    }
  }
  return events.toSorted((a, b) => a.atMs - b.atMs);
}
