// The conversations of the last minute, bounded: what finds no place is counted in the seconds all the same.

import { LIVE_SECONDS, SecondRows, type Spread } from './seconds.ts';

const TEN_SECONDS = 6;
const STEP_MS = 10_000;
const MAX_CONVERSATIONS = 16_384;
const SLOTS = MAX_CONVERSATIONS * 2;
/** Client, server, exporter and (direction, protocol, service). */
const WORDS = 10;
const TO_CLIENT_BIT = 0x0100_0000;

export type LiveConversation = {
  /** Four words each, as in FlowBatch. */
  readonly client: readonly number[];
  readonly server: readonly number[];
  /** Traffic from the server to the client. */
  readonly toClient: boolean;
  readonly exporter: number;
  readonly protocol: number;
  /** As in stored conversations; 0 where the protocol has none. */
  readonly service: number;
  readonly inInterface: number;
  readonly outInterface: number;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
  /** Bytes of each second of the window. */
  readonly seconds: Float64Array;
};

export class LiveConversations {
  readonly #keys = new Uint32Array(MAX_CONVERSATIONS * WORDS);
  readonly #inInterface = new Uint32Array(MAX_CONVERSATIONS);
  readonly #outInterface = new Uint32Array(MAX_CONVERSATIONS);
  /** By conversation, the last minute in steps of ten seconds. */
  readonly #bytes = new Float64Array(MAX_CONVERSATIONS * TEN_SECONDS);
  readonly #packets = new Float64Array(MAX_CONVERSATIONS * TEN_SECONDS);
  readonly #flows = new Float64Array(MAX_CONVERSATIONS * TEN_SECONDS);
  readonly #seconds = new SecondRows(MAX_CONVERSATIONS);
  readonly #slots = new Uint32Array(SLOTS);
  readonly #seed = Math.floor(Math.random() * 0xffff_ffff);
  readonly #key = new Uint32Array(WORDS);
  #size = 0;
  #step: number;

  constructor(nowMs: number) {
    this.#step = Math.floor(nowMs / STEP_MS);
  }

  get size(): number {
    return this.#size;
  }

  /** A second of the window is over. */
  leave(second: number): void {
    this.#seconds.leave(second, this.#size);
  }

  /** Forgets what is older than a minute. */
  advance(nowMs: number): void {
    const step = Math.floor(nowMs / STEP_MS);
    if (step === this.#step) return;
    const stepsOn = Math.min(Math.abs(step - this.#step), TEN_SECONDS);
    for (let i = 1; i <= stepsOn; i++) this.#clearStep((this.#step + i) % TEN_SECONDS);
    this.#step = step;
    this.#squeeze();
  }

  add(
    client: Uint32Array,
    server: Uint32Array,
    row: number,
    told: {
      readonly toClient: boolean;
      readonly exporter: number;
      readonly protocol: number;
      readonly service: number;
      readonly inInterface: number;
      readonly outInterface: number;
      readonly bytes: number;
      readonly packets: number;
    },
    spread: Spread,
  ): void {
    const key = this.#key;
    for (let word = 0; word < 4; word++) {
      key[word] = client[row * 4 + word] ?? 0;
      key[word + 4] = server[row * 4 + word] ?? 0;
    }
    key[8] = told.exporter;
    key[9] = (told.toClient ? TO_CLIENT_BIT : 0) + told.protocol * 65_536 + told.service;
    const at = this.#find();
    if (at === undefined) return;
    this.#inInterface[at] = told.inInterface;
    this.#outInterface[at] = told.outInterface;
    const place = at * TEN_SECONDS + (this.#step % TEN_SECONDS);
    this.#seconds.add(at, spread, told.bytes);
    this.#bytes[place] = (this.#bytes[place] ?? 0) + told.bytes * spread.share;
    this.#packets[place] = (this.#packets[place] ?? 0) + told.packets * spread.share;
    this.#flows[place] = (this.#flows[place] ?? 0) + 1;
  }

  /** The largest by bytes. */
  top(most: number, oldest: number): LiveConversation[] {
    const sums = Float64Array.from({ length: this.#size }, (_, at) => sumOf(this.#bytes, at));
    const order = Array.from(sums.keys()).toSorted((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0));
    return order.slice(0, most).map((at) => {
      const key = this.#keys.subarray(at * WORDS, at * WORDS + WORDS);
      const seconds = new Float64Array(LIVE_SECONDS);
      this.#seconds.write(at, oldest, seconds);
      return {
        seconds,
        client: [...key.subarray(0, 4)],
        server: [...key.subarray(4, 8)],
        toClient: (key[9] ?? 0) >= TO_CLIENT_BIT,
        exporter: key[8] ?? 0,
        protocol: ((key[9] ?? 0) >>> 16) & 0xff,
        service: (key[9] ?? 0) & 0xffff,
        inInterface: this.#inInterface[at] ?? 0,
        outInterface: this.#outInterface[at] ?? 0,
        bytes: Math.round(sums[at] ?? 0),
        packets: Math.round(sumOf(this.#packets, at)),
        flows: sumOf(this.#flows, at),
      };
    });
  }

  /** The conversation of #key, made while there is room. */
  #find(): number | undefined {
    let slot = this.#slotOf(this.#key, 0);
    for (;;) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) break;
      if (this.#isKey(entry - 1)) return entry - 1;
      slot = (slot + 1) % SLOTS;
    }
    if (this.#size >= MAX_CONVERSATIONS) return undefined;
    const at = this.#size++;
    this.#keys.set(this.#key, at * WORDS);
    this.#slots[slot] = at + 1;
    return at;
  }

  #isKey(at: number): boolean {
    for (let word = 0; word < WORDS; word++) if (this.#keys[at * WORDS + word] !== this.#key[word]) return false;
    return true;
  }

  #slotOf(words: Uint32Array, from: number): number {
    let hash = this.#seed;
    for (let word = 0; word < WORDS; word++) {
      hash = Math.imul(hash ^ (words[from + word] ?? 0), 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    return (hash >>> 0) % SLOTS;
  }

  #clearStep(step: number): void {
    for (const column of [this.#bytes, this.#packets, this.#flows]) {
      for (let place = step; place < this.#size * TEN_SECONDS; place += TEN_SECONDS) column[place] = 0;
    }
  }

  /** Takes out conversations without a flow in the last minute. */
  #squeeze(): void {
    let kept = 0;
    for (let at = 0; at < this.#size; at++) {
      if (sumOf(this.#flows, at) === 0) continue;
      if (kept !== at) {
        this.#keys.copyWithin(kept * WORDS, at * WORDS, at * WORDS + WORDS);
        this.#inInterface[kept] = this.#inInterface[at] ?? 0;
        this.#outInterface[kept] = this.#outInterface[at] ?? 0;
        this.#seconds.move(at, kept);
        for (const column of [this.#bytes, this.#packets, this.#flows]) {
          column.copyWithin(kept * TEN_SECONDS, at * TEN_SECONDS, (at + 1) * TEN_SECONDS);
        }
      }
      kept++;
    }
    for (const column of [this.#bytes, this.#packets, this.#flows]) {
      column.fill(0, kept * TEN_SECONDS, this.#size * TEN_SECONDS);
    }
    this.#seconds.clear(kept, this.#size);
    this.#size = kept;
    this.#slots.fill(0);
    for (let at = 0; at < kept; at++) {
      let slot = this.#slotOf(this.#keys, at * WORDS);
      while (this.#slots[slot] !== 0) slot = (slot + 1) % SLOTS;
      this.#slots[slot] = at + 1;
    }
  }
}

function sumOf(column: Float64Array, at: number): number {
  let sum = 0;
  for (let step = 0; step < TEN_SECONDS; step++) sum += column[at * TEN_SECONDS + step] ?? 0;
  return sum;
}
