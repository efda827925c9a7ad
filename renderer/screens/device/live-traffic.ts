// What a router's interfaces carry at this second, while this page shows them: kept beside the table, so that each second
// draws numbers and not rows.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { MAX_LIVE_INTERFACES } from '../../../shared/contract/index.ts';
import type { EngineClient, LiveTraffic } from '../../../shared/contract/index.ts';
import { useStream } from '../../app/connection/context.tsx';
import type { InterfaceRow } from '../../panels/interfaces.ts';

/** Shown as a line. */
const KEPT_SECONDS = 60;
/** A second that is older says nothing of now. */
const STALE_MS = 5_000;
/** So many of the table; the rest is for the one that is open. */
const MAX_ROWS = 24;

export type Rate = { readonly inBps: number; readonly outBps: number };

export class LiveRates {
  readonly #draws = new Set<() => void>();
  #now: ReadonlyMap<string, Rate> = new Map();
  readonly #kept = new Map<string, Rate[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly subscribe = (draw: () => void): (() => void) => {
    this.#draws.add(draw);
    return () => this.#draws.delete(draw);
  };

  get(name: string): Rate | undefined {
    return this.#now.get(name);
  }

  /** Of the last minute, oldest first; the same array until the next second. */
  lastMinute(name: string): readonly Rate[] {
    return this.#kept.get(name) ?? NONE;
  }

  take({ rates }: Pick<LiveTraffic, 'rates'>): void {
    this.#now = new Map(rates.map(({ name, rxBps, txBps }) => [name, { inBps: rxBps, outBps: txBps }]));
    for (const [name, rate] of this.#now) {
      this.#kept.set(name, [...(this.#kept.get(name) ?? NONE), rate].slice(-KEPT_SECONDS));
    }
    // Nothing came for a while: what is shown is not of now.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), STALE_MS);
    this.#draw();
  }

  clear(): void {
    clearTimeout(this.#timer);
    if (this.#now.size === 0) return;
    this.#now = new Map();
    this.#draw();
  }

  #draw(): void {
    for (const draw of this.#draws) draw();
  }
}

const NONE: readonly Rate[] = [];
const nothing = new LiveRates();

export const LiveRatesContext = createContext<LiveRates>(nothing);

export function useLiveRate(name: string): Rate | undefined {
  const rates = useContext(LiveRatesContext);
  return useSyncExternalStore(rates.subscribe, () => rates.get(name));
}

export function useLastMinute(name: string): readonly Rate[] {
  const rates = useContext(LiveRatesContext);
  return useSyncExternalStore(rates.subscribe, () => rates.lastMinute(name));
}

/** Those that are up and no customer's session, in the order of their names; and the one that is open, whatever it is. */
export function watchedInterfaces(rows: readonly InterfaceRow[], open: string | undefined): string[] {
  const names = rows
    .filter(({ state, type }) => state === 'up' && !type.endsWith('-in'))
    .map(({ name }) => name)
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, MAX_ROWS);
  const withOpen = open === undefined || names.includes(open) ? names : [...names, open];
  return withOpen.slice(0, MAX_LIVE_INTERFACES);
}

/** Asks for as long as it is shown; the problem is why there are no rates just now. */
export function useLiveTraffic(
  deviceId: string | undefined,
  interfaces: readonly string[],
): { readonly rates: LiveRates; readonly problem: string | null } {
  const rates = useMemo(() => new LiveRates(), []);
  const [problem, setProblem] = useState<string | null>(null);
  const wanted = JSON.stringify(interfaces);
  const open = useCallback(
    (client: EngineClient, signal: AbortSignal) =>
      client.devices.liveTraffic({ id: deviceId ?? '', interfaces: JSON.parse(wanted) as string[] }, { signal }),
    [deviceId, wanted],
  );
  useStream(deviceId === undefined || interfaces.length === 0 ? null : open, (second: LiveTraffic) => {
    setProblem(second.problem);
    if (second.problem === null) rates.take(second);
    else rates.clear();
  });
  useEffect(() => () => rates.clear(), [rates]);
  return { rates, problem };
}
