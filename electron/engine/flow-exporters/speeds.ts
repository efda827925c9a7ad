// What the interfaces of polled devices can carry, as the flow receiver needs it.
import type { InterfaceSeen } from '../observations/index.ts';

type Fastest = { readonly speedBps: number; readonly mac: string | undefined };

/**
 * The fastest that each interface was seen at: a port that has just fallen back to 100 Mbit/s may still tell of what it
 * carried before. A number that is gone, is of another port now, or runs without telling how fast is forgotten: nothing it
 * carries could be called too fast.
 */
export class FastestSpeeds {
  readonly #devices = new Map<string, Map<number, Fastest>>();
  revision = 0;

  /** @param rows all interfaces of the device */
  tell(deviceId: string, rows: readonly InterfaceSeen[]): void {
    const before = this.#devices.get(deviceId);
    const now = new Map<number, Fastest>();
    for (const { index, speedBps = 0, mac, isRunning } of rows) {
      if (index === undefined) continue;
      const kept = before?.get(index);
      const isSame = kept !== undefined && (mac === undefined || kept.mac === undefined || kept.mac === mac);
      if (speedBps <= 0 && (!isSame || isRunning === true)) continue;
      const fastest = isSame && kept.speedBps >= speedBps ? kept : { speedBps, mac };
      now.set(index, fastest);
      if (kept?.speedBps !== fastest.speedBps) this.revision++;
    }
    for (const index of before?.keys() ?? []) if (!now.has(index)) this.revision++;
    if (now.size > 0) this.#devices.set(deviceId, now);
    else this.#devices.delete(deviceId);
  }

  of(deviceId: string): ReadonlyMap<number, number> | undefined {
    const own = this.#devices.get(deviceId);
    return own && new Map([...own].map(([index, { speedBps }]) => [index, speedBps]));
  }
}
