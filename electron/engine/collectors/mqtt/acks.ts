// Acknowledges messages of one connection when they are stored: many under way at once, in the order in which they came.
import { crc32 } from 'node:zlib';

/** So many bytes of messages may wait, however few messages they are. */
const MAX_WAITING_BYTES = 32 * 1024 ** 2;

/** PUBACK with reason "success", in MQTT 3.1.1 and 5 alike. */
const puback = (id: number): Buffer => Buffer.from([0x40, 0x02, id >>> 8, id & 0xff]);

type Arrived = { readonly id: number; readonly bytes: number; readonly sum: number; isDone: boolean };

/** Messages that were stored and whose PUBACK may not have arrived: sent again, they are not stored again. */
export class Settled {
  readonly #most: number;
  readonly #sums = new Map<number, number>();

  constructor(most: number) {
    this.#most = most;
  }

  add(id: number, sum: number): void {
    this.#sums.delete(id);
    this.#sums.set(id, sum);
    if (this.#sums.size > this.#most) this.#sums.delete(this.#sums.keys().next().value ?? 0);
  }

  has(id: number, sum: number): boolean {
    return this.#sums.get(id) === sum;
  }
}

export const sumOf = (topic: string, payload: Uint8Array): number => crc32(payload, crc32(topic));

export class Acks {
  readonly #most: number;
  readonly #send: (bytes: Buffer) => void;
  readonly #settled: Settled;
  /** In their order; those at the front that are done are acknowledged. */
  #queue: Arrived[] = [];
  #waitingBytes = 0;
  #resume: (() => void) | undefined;

  constructor(options: { most: number; send: (bytes: Buffer) => void; settled: Settled }) {
    this.#most = options.most;
    this.#send = options.send;
    this.#settled = options.settled;
  }

  get inFlight(): number {
    return this.#queue.length;
  }

  /** Takes note of a message; `next` is called as soon as another may come, the returned function when it is stored. */
  arrived(message: { id: number; bytes: number; sum: number }, next: () => void): () => void {
    const entry: Arrived = { ...message, isDone: false };
    this.#queue.push(entry);
    this.#waitingBytes += entry.bytes;
    if (this.#hasRoom()) next();
    else this.#resume = next;
    return () => {
      entry.isDone = true;
      this.#settled.add(entry.id, entry.sum);
      this.#sendDone();
    };
  }

  #hasRoom(): boolean {
    return this.#queue.length < this.#most && this.#waitingBytes < MAX_WAITING_BYTES;
  }

  #sendDone(): void {
    const acks: Buffer[] = [];
    let done = 0;
    for (; this.#queue[done]?.isDone === true; done++) {
      const { id, bytes } = this.#queue[done]!;
      this.#waitingBytes -= bytes;
      // Without an id it was sent with QoS 0, and nobody waits.
      if (id > 0) acks.push(puback(id));
    }
    if (done === 0) return;
    this.#queue = this.#queue.slice(done);
    if (acks.length > 0) this.#send(Buffer.concat(acks));
    if (!this.#hasRoom()) return;
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }
}
