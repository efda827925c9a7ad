// The last minute as flows tell it, second by second: exists only while somebody watches.
import type { Exporter, FlowBatch, PacketContext } from '../decoder/index.ts';
import { LiveConversations, type LiveConversation } from './conversations.ts';
import { SecondsRing, type LiveSeconds } from './seconds.ts';

export { LIVE_SECONDS } from './seconds.ts';

const MAX_TOP = 100;
/** Further exporters are in the total only. */
const MAX_EXPORTERS = 100;

export type LiveMessage = {
  readonly kind: 'live';
  readonly atMs: number;
  /** Unix ms of the first of the seconds. */
  readonly startMs: number;
  readonly total: LiveSeconds;
  readonly exporters: readonly (LiveSeconds & { readonly address: string })[];
  /** `exporter` is the address. */
  readonly top: readonly (Omit<LiveConversation, 'exporter'> & { readonly exporter: string })[];
};

export class LiveMinute {
  readonly #conversations: LiveConversations;
  readonly #addresses = new Map<number, string>();
  #total: SecondsRing;
  #exporters = new Map<number, SecondsRing>();

  constructor(nowMs: number) {
    this.#conversations = new LiveConversations(nowMs);
    this.#total = new SecondsRing(nowMs);
  }

  add(batch: FlowBatch, exporter: Exporter, { nowMs }: PacketContext): void {
    this.#advance(nowMs);
    let own = this.#exporters.get(exporter.serial);
    if (own === undefined && this.#exporters.size < MAX_EXPORTERS) {
      own = new SecondsRing(nowMs);
      this.#exporters.set(exporter.serial, own);
      this.#addresses.set(exporter.serial, exporter.address);
    }
    const { src, dst, natDst, firstMs, lastMs, bytes, packets, hasNat } = batch;
    for (let row = 0; row < batch.rows; row++) {
      // A clock that is ahead must not fill seconds that are still to come.
      const aheadMs = Math.max(0, (lastMs[row] ?? 0) - nowMs);
      const first = (firstMs[row] ?? 0) - aheadMs;
      const last = (lastMs[row] ?? 0) - aheadMs;
      const rowBytes = bytes[row] ?? 0;
      const rowPackets = packets[row] ?? 0;
      const share = this.#total.add(first, last, rowBytes, rowPackets);
      if (share === 0) continue;
      own?.add(first, last, rowBytes, rowPackets);
      const isDelivered = hasNat && ((natDst[row * 4 + 3] ?? 0) | (natDst[row * 4] ?? 0)) !== 0;
      this.#conversations.add(src, isDelivered ? natDst : dst, row, {
        exporter: exporter.serial,
        protocol: batch.protocol[row] ?? 0,
        service: serviceOf(
          batch.srcPort[row] ?? 0,
          (isDelivered ? batch.natDstPort[row] : 0) || (batch.dstPort[row] ?? 0),
        ),
        inInterface: batch.inInterface[row] ?? 0,
        outInterface: batch.outInterface[row] ?? 0,
        bytes: rowBytes * share,
        packets: rowPackets * share,
      });
    }
  }

  snapshot(nowMs: number): LiveMessage {
    this.#advance(nowMs);
    return {
      kind: 'live',
      atMs: nowMs,
      startMs: (Math.floor(nowMs / 1_000) - 59) * 1_000,
      total: this.#total.snapshot(),
      exporters: [...this.#exporters].map(([serial, ring]) => ({
        address: this.#addresses.get(serial) ?? '',
        ...ring.snapshot(),
      })),
      top: this.#conversations
        .top(MAX_TOP)
        .map(({ exporter, ...conversation }) => ({ ...conversation, exporter: this.#addresses.get(exporter) ?? '' })),
    };
  }

  #advance(nowMs: number): void {
    this.#conversations.advance(nowMs);
    if (!this.#total.advance(nowMs)) this.#total = new SecondsRing(nowMs);
    for (const [serial, ring] of this.#exporters) {
      if (!ring.advance(nowMs)) this.#exporters.set(serial, new SecondsRing(nowMs));
    }
  }
}

const serviceOf = (one: number, other: number): number =>
  one === 0 || other === 0 ? one + other : Math.min(one, other);
