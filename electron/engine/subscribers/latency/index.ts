// Round-trip times to customers, from this computer or from their routers, for as long as it runs.
import type { SubscribersSection } from '../config.ts';
import { type Prober, createProber } from './prober.ts';
import { LatencyRounds, type Target } from './rounds.ts';

export type { Target } from './rounds.ts';

/** A router asks a customer of its own: seconds, undefined for no answer; rejects with why it cannot ask. */
export type PingFrom = (deviceId: string, address: string, signal: AbortSignal) => Promise<number | undefined>;

export type Latency = {
  offer(targets: readonly Target[]): void;
  rttSeconds(key: string): number | undefined;
  words(): string;
  stop(): void;
};

const PUMP_MS = 1_000;
/** A router that refuses is not asked again for so long. */
const REFUSED_MS = 3_600_000;

type Options = {
  readonly section: SubscribersSection['latency'];
  readonly now: () => number;
  readonly pingFrom: PingFrom;
  readonly makeProber?: (signal: AbortSignal) => Promise<Prober>;
};

export function startLatency({ section, now, pingFrom, makeProber = createProber }: Options): Latency {
  if (section.from === 'off') {
    return { offer: () => {}, rttSeconds: () => undefined, words: () => 'Latency is not measured.', stop: () => {} };
  }
  const stopped = new AbortController();
  let prober: Promise<Prober> | undefined;
  let by: string | undefined;
  const refusals = new Map<string, { readonly untilMs: number; readonly why: string }>();
  const busy = new Set<string>();

  const fromHere = async ({ address }: Target): Promise<number | undefined> => {
    prober ??= makeProber(stopped.signal);
    const found = await prober;
    by = found.words;
    return found.ask(address, stopped.signal);
  };
  /** One at a time a router. */
  const isRouterFree = ({ deviceId }: Target): boolean =>
    !busy.has(deviceId) && now() >= (refusals.get(deviceId)?.untilMs ?? 0);
  const fromRouter = async ({ deviceId, address }: Target): Promise<number | undefined> => {
    busy.add(deviceId);
    try {
      const rttSeconds = await pingFrom(deviceId, address, stopped.signal);
      refusals.delete(deviceId);
      return rttSeconds;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      refusals.set(deviceId, { untilMs: now() + REFUSED_MS, why });
      return undefined;
    } finally {
      busy.delete(deviceId);
    }
  };

  const rounds = new LatencyRounds({
    everyMs: section.every,
    perMinute: section.per_minute,
    inFlight: section.in_flight,
    now,
    ...(section.from === 'router' ? { ask: fromRouter, isFree: isRouterFree } : { ask: fromHere }),
  });
  const timer = setInterval(() => rounds.pump(), PUMP_MS);
  return {
    offer: (targets) => rounds.offer(targets),
    rttSeconds: (key) => rounds.rttSeconds(key),
    words() {
      if (section.from === 'this-computer') return `Measured by ${by ?? 'ping from this computer'}.`;
      const [refusal] = refusals;
      if (refusal === undefined) return "Measured by each router's own ping.";
      return `Measured by each router's own ping; ${refusal[0]} refuses: ${refusal[1].why}`;
    },
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
