// What each port carries, from the counters that routers tell anyway: no query, and as fresh as the last poll.
import type { Observed } from '../observations/index.ts';

export type PortRate = { readonly rxBps: number; readonly txBps: number };

type Port = { readonly rxBytes: number; readonly txBytes: number };
type Told = { readonly atMs: number; readonly ports: ReadonlyMap<string, Port> };
type Kept = Told & { readonly rates: ReadonlyMap<string, PortRate>; readonly spanMs: number };

/** Two polls that come closer than this tell nothing of the rate between. */
const LEAST_SPAN_MS = 500;
const STALE_MS = 30_000;

export class PortRates {
  readonly #devices = new Map<string, Kept>();

  tell({ deviceId, atMs, observation }: Observed<'interfaces'>): void {
    const before = this.#devices.get(deviceId);
    const spanMs = atMs - (before?.atMs ?? atMs);
    if (before !== undefined && spanMs >= 0 && spanMs < LEAST_SPAN_MS) return;
    const ports = new Map<string, Port>();
    const rates = new Map<string, PortRate>();
    for (const { name, rxBytes, txBytes } of observation.rows) {
      if (rxBytes === undefined || txBytes === undefined) continue;
      ports.set(name, { rxBytes, txBytes });
      const was = before?.ports.get(name);
      if (was === undefined || spanMs <= 0) continue;
      const [rx, tx] = [rxBytes - was.rxBytes, txBytes - was.txBytes];
      // A reboot, or a reset of the counters: what was carried meanwhile is not known.
      if (rx < 0 || tx < 0) continue;
      rates.set(name, { rxBps: (8_000 * rx) / spanMs, txBps: (8_000 * tx) / spanMs });
    }
    this.#devices.set(deviceId, { atMs, ports, rates, spanMs });
  }

  /** bit/s between the last two polls, seen from the device; undefined where that is long ago or not known. */
  of(deviceId: string, port: string, nowMs: number): PortRate | undefined {
    const kept = this.#devices.get(deviceId);
    if (kept === undefined || nowMs - kept.atMs > Math.max(STALE_MS, 3 * kept.spanMs)) return undefined;
    return kept.rates.get(port);
  }

  keepOnly(isWatched: (deviceId: string) => boolean): void {
    for (const id of this.#devices.keys()) if (!isWatched(id)) this.#devices.delete(id);
  }
}
