// Data packets that came before their template, kept aside for a while.
import type { Exporter } from './exporter.ts';
import type { PacketContext } from './packet.ts';

/** A set inside a packet: its template's id and where its records lie. */
export type WaitingSet = { readonly id: number; readonly start: number; readonly end: number };

export type PendingPacket = {
  readonly view: DataView;
  readonly context: PacketContext;
  sets: readonly WaitingSet[];
};

export type PendingLimits = {
  readonly maxPendingPackets: number;
  readonly maxPendingBytesPerExporter: number;
  readonly maxPendingBytes: number;
  readonly pendingWaitMs: number;
};

/** All waiting packets; each that does not find its template is counted as dropped{reason="no_template"}. */
export class PendingQueues {
  readonly #limits: PendingLimits;
  #bytes = 0;

  constructor(limits: PendingLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(exporter: Exporter, view: DataView, context: PacketContext, sets: readonly WaitingSet[]): void {
    const { maxPendingPackets, maxPendingBytesPerExporter, maxPendingBytes } = this.#limits;
    const size = view.byteLength;
    // The newest are worth the most: their template is the likeliest to come.
    while (
      exporter.pending.length > 0 &&
      (exporter.pending.length >= maxPendingPackets || exporter.pendingBytes + size > maxPendingBytesPerExporter)
    ) {
      this.#dropOldest(exporter);
    }
    if (size > maxPendingBytesPerExporter || this.#bytes + size > maxPendingBytes || maxPendingPackets === 0) {
      exporter.drop('no_template');
      return;
    }
    // A copy, because the receive buffer belongs to the socket.
    const bytes = new Uint8Array(view.buffer, view.byteOffset, size).slice();
    exporter.pending.push({ view: new DataView(bytes.buffer), context, sets });
    exporter.pendingBytes += size;
    this.#bytes += size;
  }

  /** Hands out the sets of one domain that waited for this template, in order of arrival, and forgets them. */
  release(
    exporter: Exporter,
    domain: PacketContext['domain'],
    id: number,
    read: (packet: PendingPacket, set: WaitingSet) => void,
  ): void {
    for (const packet of exporter.pending) {
      if (packet.context.domain !== domain) continue;
      for (const set of packet.sets) if (set.id === id) read(packet, set);
      packet.sets = packet.sets.filter((set) => set.id !== id);
    }
    this.#remove(exporter, ({ sets }) => sets.length === 0);
  }

  expire(exporter: Exporter, nowMs: number): void {
    const removed = this.#remove(exporter, ({ context }) => nowMs - context.nowMs >= this.#limits.pendingWaitMs);
    if (removed > 0) exporter.drop('no_template', removed);
  }

  forget(exporter: Exporter, domain?: PacketContext['domain']): void {
    const removed = this.#remove(exporter, ({ context }) => domain === undefined || context.domain === domain);
    if (removed > 0) exporter.drop('no_template', removed);
  }

  #dropOldest(exporter: Exporter): void {
    const oldest = exporter.pending.shift();
    if (oldest === undefined) return;
    exporter.pendingBytes -= oldest.view.byteLength;
    this.#bytes -= oldest.view.byteLength;
    exporter.drop('no_template');
  }

  #remove(exporter: Exporter, leaves: (packet: PendingPacket) => boolean): number {
    if (exporter.pending.length === 0) return 0;
    let kept = 0;
    const before = exporter.pending.length;
    for (const packet of exporter.pending) {
      if (leaves(packet)) {
        exporter.pendingBytes -= packet.view.byteLength;
        this.#bytes -= packet.view.byteLength;
      } else {
        exporter.pending[kept++] = packet;
      }
    }
    exporter.pending.length = kept;
    return before - kept;
  }
}
