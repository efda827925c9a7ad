// What the interfaces of polled devices can carry, as the flow receiver needs it.
import type { InterfaceSeen } from '../observations/index.ts';

/**
 * The fastest that each interface was seen at: a port that has just fallen back to 100 Mbit/s may still tell of what it
 * carried before.
 */
export class FastestSpeeds {
  readonly #devices = new Map<string, Map<number, number>>();
  revision = 0;

  tell(deviceId: string, rows: readonly InterfaceSeen[]): void {
    for (const { index, speedBps } of rows) {
      if (index === undefined || speedBps === undefined || speedBps <= 0) continue;
      let speeds = this.#devices.get(deviceId);
      if (speeds === undefined) {
        speeds = new Map();
        this.#devices.set(deviceId, speeds);
      }
      if (speedBps <= (speeds.get(index) ?? 0)) continue;
      speeds.set(index, speedBps);
      this.revision++;
    }
  }

  of(deviceId: string): ReadonlyMap<number, number> | undefined {
    return this.#devices.get(deviceId);
  }
}
