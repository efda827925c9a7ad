// Minute buckets of conversations: the flow thread's second product, beside the sums by port.
import { BATCH_ROWS, type Exporter, type FlowBatch, type PacketContext } from '../decoder/index.ts';
import {
  AddressDictionary,
  type Bookings,
  BUCKET,
  CLIENT,
  type ClosedConversations,
  ConversationTable,
  DSCP_BITS,
  EXPORTER_VLAN,
  IN_INTERFACE,
  KEY_WORDS,
  NO_ADDRESS,
  OUT_INTERFACE,
  PACKED,
  SERVER,
  type Sums,
  TO_CLIENT_BIT,
} from '../../../store/flows/index.ts';
import { sideAndService, TO_CLIENT } from './sides.ts';
import { MAX_PIECES, partDue } from './spread.ts';

const MINUTE_MS = 60_000;
/** Sums by interface, protocol and service that one exporter may have beyond its conversations; then one row is left. */
const MAX_OTHER_ROWS = 8_192;
const MAX_ALL_OTHER_ROWS = 32_768;
/** Exporters have 16 bits in a row; what comes of more in one minute is counted in their rest. */
const MAX_EXPORTERS = 65_535;
/** Bookings that are worked on together. */
const MAX_BOOKINGS = 512;

export type ConversationLimits = {
  /** Of one exporter from one hand-over to the next. */
  readonly conversationsPerExporter: number;
  /** Of all exporters together. */
  readonly rows: number;
  /** Additional minutes into which flows may be spread between hand-overs; beyond, a flow is booked where it ended. */
  readonly pieces: number;
};

export const DEFAULT_CONVERSATION_LIMITS: ConversationLimits = {
  conversationsPerExporter: 524_288,
  rows: 655_360,
  pieces: 4_000_000,
};

type ExporterState = { readonly index: number; rows: number; otherRows: number; overflowed: number; rest: Sums };

/** Takes batches, and gives what it has summed whenever a minute of the clock is over. */
export class FlowConversations {
  readonly #limits: ConversationLimits;
  readonly #table: ConversationTable;
  readonly #onClosed: (closed: ClosedConversations) => void;
  #exporters = new Map<Exporter, ExporterState>();
  /** Of minutes that are closed. */
  readonly #overflowed = new Map<Exporter, number>();
  #minute = 0;
  #pieces = 0;
  #rows = 0;
  #otherRows = 0;
  readonly #addresses: AddressDictionary;
  /** Of the batch that is worked on. */
  readonly #keys = new Uint32Array(BATCH_ROWS * KEY_WORDS);
  /** A record that is spread has several. */
  readonly #bookings: Bookings = {
    keys: new Uint32Array(MAX_BOOKINGS * KEY_WORDS),
    bytes: new Float64Array(MAX_BOOKINGS),
    packets: new Float64Array(MAX_BOOKINGS),
    flows: new Uint32Array(MAX_BOOKINGS),
    hashes: new Int32Array(MAX_BOOKINGS),
    isRefused: new Uint8Array(MAX_BOOKINGS),
  };
  #booked = 0;
  readonly #otherKey = new Uint32Array(KEY_WORDS);

  constructor(options: { limits?: Partial<ConversationLimits>; onClosed: (closed: ClosedConversations) => void }) {
    this.#limits = { ...DEFAULT_CONVERSATION_LIMITS, ...options.limits };
    this.#table = new ConversationTable(this.#limits.rows + MAX_ALL_OTHER_ROWS);
    this.#addresses = new AddressDictionary(this.#limits.rows);
    this.#onClosed = options.onClosed;
  }

  /** `isNew`: 1 for each row that is a flow of its own in this minute, as the sums by port counted it. */
  add(batch: FlowBatch, exporter: Exporter, { nowMs }: PacketContext, isNew: Uint8Array): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) this.#turn(minute, nowMs);
    const state = this.#exporters.get(exporter) ?? this.#admit(exporter);
    const startMs = minute * MINUTE_MS;
    this.#writeKeys(batch, state.index, minute);
    const { rows, bytes, packets, firstMs, lastMs } = batch;
    const before = startMs - MINUTE_MS;
    const noted = this.#bookings;
    for (let row = 0; row < rows; row++) {
      const first = firstMs[row] ?? 0;
      const last = lastMs[row] ?? 0;
      if (last < startMs || last > nowMs || first < before) {
        this.#spread(state, row, batch, nowMs, isNew[row] ?? 0);
        continue;
      }
      // Nearly all: in this minute, or in this one and the one before.
      if (this.#booked + 2 > MAX_BOOKINGS) this.#book(state);
      let ownBytes = bytes[row] ?? 0;
      let ownPackets = packets[row] ?? 0;
      if (first < startMs && this.#pieces < this.#limits.pieces) {
        const bytesDue = partDue(ownBytes, 0, first, last, startMs);
        const packetsDue = partDue(ownPackets, 0, first, last, startMs);
        if (bytesDue !== 0 || packetsDue !== 0) {
          ownBytes -= bytesDue;
          ownPackets -= packetsDue;
          this.#pieces++;
          const at = this.#note(row, minute - 1);
          noted.bytes[at] = bytesDue;
          noted.packets[at] = packetsDue;
          noted.flows[at] = 0;
        }
      }
      const at = this.#note(row, minute);
      noted.bytes[at] = ownBytes;
      noted.packets[at] = ownPackets;
      noted.flows[at] = isNew[row] ?? 0;
    }
    this.#book(state);
  }

  #writeKeys(batch: FlowBatch, exporterIndex: number, minute: number): void {
    const keys = this.#keys;
    const addresses = this.#addresses;
    const { rows, src, dst, natDst, hasNat, protocol, tos } = batch;
    const { inInterface, outInterface, vlan } = batch;
    const exporterBits = exporterIndex << 16;
    for (let row = 0, at = 0; row < rows; row++, at += KEY_WORDS) {
      const protocolNumber = (protocol[row] ?? 0) & 0xff;
      // What the router's own address received is its inside host's (fields 226 and 228).
      const isDelivered = hasNat && hasAddress(natDst, row * 4);
      const side = sideAndService(batch, row, isDelivered);
      const toClient = side >= TO_CLIENT;
      const source = addresses.indexOf(src, row * 4);
      const destination = addresses.indexOf(isDelivered ? natDst : dst, row * 4);
      keys[at + CLIENT] = toClient ? destination : source;
      keys[at + SERVER] = toClient ? source : destination;
      keys[at + IN_INTERFACE] = inInterface[row] ?? 0;
      keys[at + OUT_INTERFACE] = outInterface[row] ?? 0;
      keys[at + PACKED] =
        (side & 0xffff) | (((tos[row] ?? 0) & 0xfc) << 14) | (toClient ? TO_CLIENT_BIT : 0) | (protocolNumber << 24);
      keys[at + EXPORTER_VLAN] = exporterBits | ((vlan[row] ?? 0) & 0xffff);
      keys[at + BUCKET] = minute;
    }
  }

  /** Closes what is open when its minute is over; to be called every few seconds. */
  tick(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) this.#turn(minute, nowMs);
  }

  /** Closes what is open. */
  close(nowMs: number): void {
    const exporters = [...this.#exporters].map(([exporter, { overflowed, rest }]) => {
      if (overflowed > 0) this.#overflowed.set(exporter, (this.#overflowed.get(exporter) ?? 0) + overflowed);
      return { address: exporter.address, overflowed, rest };
    });
    this.#exporters = new Map();
    this.#pieces = 0;
    this.#rows = 0;
    this.#otherRows = 0;
    if (exporters.length === 0) return;
    const addresses = this.#addresses.take();
    this.#onClosed({ atMs: nowMs, minute: this.#minute, ...this.#table.take(), addresses, exporters });
  }

  /** Records, or parts of them, of an exporter that found no place among its conversations; since the start. */
  overflowed(exporter: Exporter): number {
    return (this.#overflowed.get(exporter) ?? 0) + (this.#exporters.get(exporter)?.overflowed ?? 0);
  }

  /** Forgets the exporters that the decoder has forgotten. */
  retain(exporters: ReadonlySet<Exporter>): void {
    for (const exporter of this.#overflowed.keys()) if (!exporters.has(exporter)) this.#overflowed.delete(exporter);
  }

  #turn(minute: number, nowMs: number): void {
    this.close(nowMs);
    this.#minute = minute;
  }

  #admit(exporter: Exporter): ExporterState {
    const state = {
      index: this.#exporters.size,
      rows: 0,
      otherRows: 0,
      overflowed: 0,
      rest: { bytes: 0, packets: 0, flows: 0 },
    };
    this.#exporters.set(exporter, state);
    return state;
  }

  /** Nothing is booked in the future: an exporter's clock may be ahead. */
  #spread(state: ExporterState, row: number, batch: FlowBatch, nowMs: number, flows: number): void {
    const bytes = batch.bytes[row] ?? 0;
    const packets = batch.packets[row] ?? 0;
    const ahead = Math.max(0, (batch.lastMs[row] ?? 0) - nowMs);
    const first = (batch.firstMs[row] ?? 0) - ahead;
    const last = (batch.lastMs[row] ?? 0) - ahead;
    const firstMinute = Math.floor(first / MINUTE_MS);
    const lastMinute = Math.floor(last / MINUTE_MS);
    let givenBytes = 0;
    let givenPackets = 0;
    if (firstMinute < lastMinute && this.#pieces < this.#limits.pieces) {
      const minutesApiece = Math.ceil((lastMinute - firstMinute + 1) / MAX_PIECES);
      for (let minute = firstMinute; minute + minutesApiece <= lastMinute; minute += minutesApiece) {
        const untilMs = (minute + minutesApiece) * MINUTE_MS;
        const bytesDue = partDue(bytes, givenBytes, first, last, untilMs);
        const packetsDue = partDue(packets, givenPackets, first, last, untilMs);
        if (bytesDue === 0 && packetsDue === 0) continue;
        givenBytes += bytesDue;
        givenPackets += packetsDue;
        this.#pieces++;
        this.#put(state, row, minute, bytesDue, packetsDue, 0);
      }
    }
    this.#put(state, row, lastMinute, bytes - givenBytes, packets - givenPackets, flows);
  }

  #put(state: ExporterState, row: number, minute: number, bytes: number, packets: number, flows: number): void {
    if (this.#booked === MAX_BOOKINGS) this.#book(state);
    const at = this.#note(row, minute);
    this.#bookings.bytes[at] = bytes;
    this.#bookings.packets[at] = packets;
    this.#bookings.flows[at] = flows;
  }

  /** Notes the key of one booking of a row; bookings are made in the table together. Returns its place. */
  #note(row: number, minute: number): number {
    const keys = this.#keys;
    const booked = this.#bookings.keys;
    const from = row * KEY_WORDS;
    const index = this.#booked++;
    const at = index * KEY_WORDS;
    booked[at] = keys[from] ?? 0;
    booked[at + 1] = keys[from + 1] ?? 0;
    booked[at + 2] = keys[from + 2] ?? 0;
    booked[at + 3] = keys[from + 3] ?? 0;
    booked[at + 4] = keys[from + 4] ?? 0;
    booked[at + 5] = keys[from + 5] ?? 0;
    booked[at + BUCKET] = minute;
    return index;
  }

  #book(state: ExporterState): void {
    const bookings = this.#bookings;
    const count = this.#booked;
    this.#booked = 0;
    const room = Math.min(this.#limits.conversationsPerExporter - state.rows, this.#limits.rows - this.#rows);
    const made = this.#table.addAll(bookings, count, room);
    state.rows += made;
    this.#rows += made;
    const { keys, bytes, packets, flows, isRefused } = bookings;
    for (let i = 0; i < count; i++) {
      if (isRefused[i] === 0) continue;
      this.#otherKey.set(keys.subarray(i * KEY_WORDS, (i + 1) * KEY_WORDS));
      this.#bookOther(state, bytes[i] ?? 0, packets[i] ?? 0, flows[i] ?? 0);
    }
  }

  /** `#otherKey` without addresses, DSCP and VLAN; in the end without anything, so that the sums stay true whatever is sent. */
  #bookOther(state: ExporterState, bytes: number, packets: number, flows: number): void {
    const other = this.#otherKey;
    state.overflowed++;
    other[CLIENT] = NO_ADDRESS;
    other[SERVER] = NO_ADDRESS;
    other[PACKED] = (other[PACKED] ?? 0) & ~DSCP_BITS;
    other[EXPORTER_VLAN] = (other[EXPORTER_VLAN] ?? 0) & 0xffff_0000;
    const mayAdd = state.otherRows < MAX_OTHER_ROWS && this.#otherRows < MAX_ALL_OTHER_ROWS;
    const isCounted = state.index < MAX_EXPORTERS;
    const added = isCounted ? this.#table.add(other, 0, mayAdd, bytes, packets, flows) : -1;
    if (added < 0) {
      state.rest.bytes += bytes;
      state.rest.packets += packets;
      state.rest.flows += flows;
    } else {
      state.otherRows += added;
      this.#otherRows += added;
    }
  }
}

const hasAddress = (words: Uint32Array, at: number): boolean =>
  ((words[at] ?? 0) | (words[at + 1] ?? 0) | (words[at + 2] ?? 0) | (words[at + 3] ?? 0)) !== 0;
