// Who sent something and is no device: a bounded list for the window, and counts.
import type { DeviceType, SenderKind, UnknownSender, UnknownSenders } from '../../../shared/contract/index.ts';

/** Whoever sends may choose ever new names. */
const MAX_LISTED = 200;

export type Refusal = {
  readonly kind: SenderKind;
  readonly key: string;
  readonly name: string;
  readonly type: DeviceType;
  readonly address: string;
  readonly reason: string;
};

const keyOf = ({ kind, key }: { kind: SenderKind; key: string }): string => `${kind}/${key}`;

export class UnknownList {
  /** The one that was heard last is the last. */
  readonly #listed = new Map<string, UnknownSender>();
  readonly #messages = new Map<SenderKind, number>();
  #dropped = 0;

  note(refusal: Refusal, nowMs: number): void {
    const at = keyOf(refusal);
    const known = this.#listed.get(at);
    this.#messages.set(refusal.kind, (this.#messages.get(refusal.kind) ?? 0) + 1);
    this.#listed.delete(at);
    this.#listed.set(at, {
      ...refusal,
      firstMs: known?.firstMs ?? nowMs,
      lastMs: nowMs,
      messages: (known?.messages ?? 0) + 1,
    });
    if (this.#listed.size <= MAX_LISTED) return;
    const [oldest] = this.#listed.keys();
    if (oldest !== undefined) this.#listed.delete(oldest);
    this.#dropped++;
  }

  get(name: { kind: SenderKind; key: string }): UnknownSender | undefined {
    return this.#listed.get(keyOf(name));
  }

  forget(name: { kind: SenderKind; key: string }): boolean {
    return this.#listed.delete(keyOf(name));
  }

  /** The one that was heard last first. */
  list(): UnknownSenders {
    return { senders: [...this.#listed.values()].toReversed(), dropped: this.#dropped };
  }

  /** Messages of unknown senders since the start, by kind. */
  messages(): ReadonlyMap<SenderKind, number> {
    return this.#messages;
  }
}
