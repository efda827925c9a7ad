// The last minute as flows tell it, second by second: exists only while somebody watches.
import { sideAndService, TO_CLIENT } from '../conversations/sides.ts';
import type { Exporter, FlowBatch, PacketContext } from '../decoder/index.ts';
import { LiveConversations, type LiveConversation } from './conversations.ts';
import { LIVE_SECONDS, noSpread, oldestAt, SecondRows, secondsOn, spreadOf } from './seconds.ts';

export { LIVE_SECONDS } from './seconds.ts';

const MAX_TOP = 1_000;
/** Further exporters are in the total only. */
const MAX_EXPORTERS = 100;
/** Rows of the first table: that of all exporters, then one each. */
const ALL = 0;

export type LiveSeconds = {
  /** Of each second, the oldest first. */
  readonly bytes: Float64Array;
  readonly packets: Float64Array;
  /** Flows by the second in which they ended, or were told of in between. */
  readonly flows: Float64Array;
};

export type LiveMessage = {
  readonly kind: 'live';
  readonly atMs: number;
  /** Unix ms of the first of the sixty seconds; the last of them is under way. */
  readonly startMs: number;
  readonly total: LiveSeconds;
  readonly exporters: readonly (LiveSeconds & { readonly address: string })[];
  /** The largest conversations by bytes; `exporter` is the address. */
  readonly top: readonly (Omit<LiveConversation, 'exporter'> & { readonly exporter: string })[];
};

export class LiveMinute {
  readonly #spread = noSpread();
  #oldest: number;
  #conversations: LiveConversations;
  #bytes = new SecondRows(1 + MAX_EXPORTERS);
  #packets = new SecondRows(1 + MAX_EXPORTERS);
  #flows = new SecondRows(1 + MAX_EXPORTERS);
  /** By serial: address and row. */
  readonly #exporters = new Map<number, { readonly address: string; readonly row: number }>();

  constructor(nowMs: number) {
    this.#oldest = oldestAt(nowMs);
    this.#conversations = new LiveConversations(nowMs);
  }

  add(batch: FlowBatch, { serial, address }: Exporter, { nowMs }: PacketContext): void {
    this.#advance(nowMs);
    let own = this.#exporters.get(serial);
    if (own === undefined && this.#exporters.size < MAX_EXPORTERS) {
      own = { address, row: this.#exporters.size + 1 };
      this.#exporters.set(serial, own);
    }
    const spread = this.#spread;
    const { src, dst, natDst, firstMs, lastMs, hasNat } = batch;
    for (let row = 0; row < batch.rows; row++) {
      // A clock that is ahead must not fill seconds that are still to come.
      const aheadMs = Math.max(0, (lastMs[row] ?? 0) - nowMs);
      spreadOf(spread, this.#oldest, (firstMs[row] ?? 0) - aheadMs, (lastMs[row] ?? 0) - aheadMs);
      if (spread.share === 0) continue;
      const bytes = batch.bytes[row] ?? 0;
      const packets = batch.packets[row] ?? 0;
      this.#count(ALL, bytes, packets);
      if (own !== undefined) this.#count(own.row, bytes, packets);
      const isDelivered = hasNat && hasAddress(natDst, row);
      const delivered = isDelivered ? natDst : dst;
      const side = sideAndService(batch, row, isDelivered);
      const toClient = side >= TO_CLIENT;
      this.#conversations.add(
        toClient ? delivered : src,
        toClient ? src : delivered,
        row,
        {
          toClient,
          exporter: serial,
          protocol: (batch.protocol[row] ?? 0) & 0xff,
          service: side & 0xffff,
          inInterface: batch.inInterface[row] ?? 0,
          outInterface: batch.outInterface[row] ?? 0,
          bytes,
          packets,
        },
        spread,
      );
    }
  }

  snapshot(nowMs: number): LiveMessage {
    this.#advance(nowMs);
    return {
      kind: 'live',
      atMs: nowMs,
      startMs: this.#oldest * 1_000,
      total: this.#secondsOf(ALL),
      exporters: [...this.#exporters.values()].map(({ address, row }) => ({ address, ...this.#secondsOf(row) })),
      top: this.#conversations.top(MAX_TOP, this.#oldest).map(({ exporter, ...conversation }) => ({
        ...conversation,
        exporter: this.#exporters.get(exporter)?.address ?? '',
      })),
    };
  }

  #count(row: number, bytes: number, packets: number): void {
    this.#bytes.add(row, this.#spread, bytes);
    this.#packets.add(row, this.#spread, packets);
    this.#flows.addAt(row, this.#spread.last, 1);
  }

  #secondsOf(row: number): LiveSeconds {
    const told = {
      bytes: new Float64Array(LIVE_SECONDS),
      packets: new Float64Array(LIVE_SECONDS),
      flows: new Float64Array(LIVE_SECONDS),
    };
    this.#bytes.write(row, this.#oldest, told.bytes);
    this.#packets.write(row, this.#oldest, told.packets);
    this.#flows.write(row, this.#oldest, told.flows);
    return told;
  }

  #advance(nowMs: number): void {
    const on = secondsOn(this.#oldest, nowMs);
    if (on === 0) return;
    if (on === undefined) {
      for (const rows of [this.#bytes, this.#packets, this.#flows]) rows.clear(0, 1 + MAX_EXPORTERS);
      this.#conversations = new LiveConversations(nowMs);
      this.#oldest = oldestAt(nowMs);
      return;
    }
    for (let i = 0; i < on; i++, this.#oldest++) {
      for (const rows of [this.#bytes, this.#packets, this.#flows]) rows.leave(this.#oldest, 1 + this.#exporters.size);
      this.#conversations.leave(this.#oldest);
    }
    this.#conversations.advance(nowMs);
  }
}

const hasAddress = (words: Uint32Array, row: number): boolean =>
  ((words[row * 4] ?? 0) | (words[row * 4 + 1] ?? 0) | (words[row * 4 + 2] ?? 0) | (words[row * 4 + 3] ?? 0)) !== 0;
