// A day in the life of a network of many routers, as long or as short as wanted: reboots, flapping links, power cuts, and
// customers that come and go.
import { uptimeAt } from '../booted.ts';
import { startRouter } from '../routeros/index.ts';
import type { SimulatedRouter } from '../routeros/index.ts';
import { dayNetwork, networkOfSite } from './network.ts';
import type { DaySite } from './network.ts';
import { dayScript } from './script.ts';
import type { DayEvent } from './script.ts';

export type { DayEvent } from './script.ts';

const DAY_MS = 86_400_000;

export type DayOptions = {
  readonly routers: number;
  /** How long the day lasts; when it is over it begins again. */
  readonly dayMs: number;
  readonly seed?: number;
  /** The address of the n-th router; 127.0.0.1 for all where left out. */
  readonly addressOf?: (index: number) => string;
};

export type DayRouter = SimulatedRouter & { readonly name: string; readonly site: DaySite };

export type Day = {
  readonly routers: readonly DayRouter[];
  readonly script: readonly DayEvent[];
  /** The first day begins; `onEvent` is told each event as it begins and ends. */
  begin(onEvent?: (event: DayEvent, phase: 'begins' | 'ends') => void): void;
  stop(): Promise<void>;
};

/** Resolves once all routers listen; nothing happens before `begin`. */
export async function startDay(options: DayOptions): Promise<Day> {
  const { routers: count, dayMs, seed = 1, addressOf = () => '127.0.0.1' } = options;
  const sites = dayNetwork(count, seed);
  const script = dayScript(sites, seed, dayMs);
  const routers = await Promise.all(
    sites.map(async (site, index): Promise<DayRouter> => {
      const router = await startRouter({
        host: addressOf(index),
        version: site.version,
        identity: site.name,
        boardName: site.board,
        serial: site.serial,
        seed: index + 1,
        uptimeSeconds: uptimeAt(Date.now(), 2 + index * 5),
        interfaces: site.interfaces,
        network: networkOfSite(site.name, sites, addressOf, DAY_MS / dayMs),
      });
      return Object.assign(router, { name: site.name, site });
    }),
  );
  const named = new Map(routers.map((router) => [router.name, router]));
  const timers = new Set<NodeJS.Timeout>();
  const later = (delayMs: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
  };

  const act = async ({ kind, site }: DayEvent, isBeginning: boolean): Promise<void> => {
    const router = named.get(site);
    const uplink = router?.site.uplink;
    if (router === undefined || uplink === undefined) return;
    named.get(uplink.site)?.setDown(uplink.port, isBeginning);
    if (kind === 'flap') {
      router.setDown(uplink.ownPort, isBeginning);
      // Whoever would reach it comes over that link.
      router.setHang(isBeginning);
      return;
    }
    if (!isBeginning) router.reboot();
    await router.setOffline(isBeginning);
  };

  let onEvent: ((event: DayEvent, phase: 'begins' | 'ends') => void) | undefined;
  const live = (): void => {
    for (const event of script) {
      for (const [phase, atMs] of [
        ['begins', event.atMs],
        ['ends', event.atMs + event.lastsMs],
      ] as const) {
        later(atMs, () => {
          void act(event, phase === 'begins').then(() => onEvent?.(event, phase));
        });
      }
    }
    const over = Math.max(dayMs, ...script.map(({ atMs, lastsMs }) => atMs + lastsMs + 1_000));
    later(over, live);
  };

  return {
    routers,
    script,
    begin(listener) {
      onEvent = listener;
      live();
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(routers.map((router) => router.stop()));
    },
  };
}
