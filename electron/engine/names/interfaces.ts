// Interface index to name, for each device: what NetFlow's in and out interfaces are called.
import type { InterfaceSeen } from '../observations/index.ts';
import { cleanText } from '../observations/index.ts';

export type InterfaceName = { readonly index: number; readonly name: string; readonly comment: string };
export type DeviceInterfaces = {
  readonly deviceId: string;
  readonly seenMs: number;
  readonly interfaces: readonly InterfaceName[];
};

const MAX_OF_DEVICE = 4_096;
const MAX_DEVICES = 2_000;
/** PPP interfaces come and go; their names need not be on the disk at once. */
const WRITE_EVERY_MS = 600_000;

type Held = { seenMs: number; writtenMs: number; changed: boolean; names: Map<number, InterfaceName> };

export class InterfaceNames {
  readonly #devices = new Map<string, Held>();

  restore(stored: Iterable<DeviceInterfaces>): void {
    for (const { deviceId, seenMs, interfaces } of stored) {
      const names = new Map(interfaces.map((one) => [one.index, one]));
      this.#devices.set(deviceId, { seenMs, writtenMs: seenMs, changed: false, names });
    }
  }

  /** An interface that went keeps its name while there is room: its flows may still be on their way. */
  tell(deviceId: string, atMs: number, rows: readonly InterfaceSeen[]): void {
    let held = this.#devices.get(deviceId);
    if (held === undefined) {
      if (this.#devices.size >= MAX_DEVICES) return;
      held = { seenMs: atMs, writtenMs: 0, changed: true, names: new Map() };
      this.#devices.set(deviceId, held);
    }
    held.seenMs = atMs;
    for (const { index, name, comment = '' } of rows.slice(0, MAX_OF_DEVICE)) {
      if (index === undefined || !Number.isSafeInteger(index) || index < 0) continue;
      const told = { index, name: cleanText(name), comment: cleanText(comment) };
      const known = held.names.get(index);
      if (told.name === '' || (known?.name === told.name && known.comment === told.comment)) continue;
      // Last in the order: the one that changed longest ago goes first.
      held.names.delete(index);
      held.names.set(index, told);
      held.changed = true;
    }
    for (const index of held.names.keys()) {
      if (held.names.size <= MAX_OF_DEVICE) break;
      held.names.delete(index);
    }
  }

  name(deviceId: string, index: number): string | undefined {
    return this.#devices.get(deviceId)?.names.get(index)?.name;
  }

  has(deviceId: string): boolean {
    return this.#devices.has(deviceId);
  }

  list(deviceId: string): InterfaceName[] {
    return [...(this.#devices.get(deviceId)?.names.values() ?? [])].toSorted((a, b) => a.index - b.index);
  }

  /** Ids of the devices that nobody told of since then. */
  expire(beforeMs: number): string[] {
    const gone = [...this.#devices].filter(([, { seenMs }]) => seenMs < beforeMs).map(([id]) => id);
    for (const id of gone) this.#devices.delete(id);
    return gone;
  }

  /** Hands what changed to the writer, each device once in a while, or all at the end. */
  flush(nowMs: number, isLast: boolean, write: (device: DeviceInterfaces) => void): void {
    for (const [deviceId, held] of this.#devices) {
      const age = Math.abs(nowMs - held.writtenMs);
      // Their age counts too: what is only seen again must not expire on the disk.
      if (!(held.changed && (isLast || age >= WRITE_EVERY_MS)) && age < 36 * WRITE_EVERY_MS) continue;
      write({ deviceId, seenMs: held.seenMs, interfaces: [...held.names.values()] });
      held.changed = false;
      held.writtenMs = nowMs;
    }
  }
}
