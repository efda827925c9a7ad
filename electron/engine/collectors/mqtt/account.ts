// What came from one broker: counts, the last moments, and how many messages a second lately.
import type { MessageKind } from './topics.ts';
import type { RefusalReason } from './payload/types.ts';

/** The rate that is shown is that of the last so many seconds. */
const RATE_SECONDS = 10;

export class BrokerAccount {
  readonly name: string;
  readonly messages = new Map<MessageKind | 'other', number>();
  readonly refused = new Map<RefusalReason, number>();
  stored = 0;
  duplicates = 0;
  lastMessageMs = 0;
  /** Why a message was refused last; the operator's sentence, without its payload. */
  lastRefusal: { readonly atMs: number; readonly message: string } | undefined;
  /** Messages of the last seconds, by second. */
  readonly #seconds = new Map<number, number>();

  constructor(name: string) {
    this.name = name;
  }

  came(kind: MessageKind | 'other', nowMs: number): void {
    this.messages.set(kind, (this.messages.get(kind) ?? 0) + 1);
    this.lastMessageMs = nowMs;
    const second = Math.floor(nowMs / 1_000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1);
    if (this.#seconds.size > 2 * RATE_SECONDS) {
      for (const known of this.#seconds.keys()) if (known < second - RATE_SECONDS) this.#seconds.delete(known);
    }
  }

  refuse(reason: RefusalReason, count: number): void {
    if (count > 0) this.refused.set(reason, (this.refused.get(reason) ?? 0) + count);
  }

  get total(): number {
    return [...this.messages.values()].reduce((sum, count) => sum + count, 0);
  }

  get refusedTotal(): number {
    return [...this.refused.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Of the whole seconds before this one. */
  messagesPerSecond(nowMs: number): number {
    const now = Math.floor(nowMs / 1_000);
    let sum = 0;
    for (let second = now - RATE_SECONDS; second < now; second++) sum += this.#seconds.get(second) ?? 0;
    return sum / RATE_SECONDS;
  }
}
