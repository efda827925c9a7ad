// The alerts that are known, from our own rules and from whoever posts them, joined by their labels.
import { isResolvedAt, joined, type RoutedAlert } from './alert.ts';
import { fingerprint } from '../rules/identity.ts';
import type { Labels } from '../../../../shared/model/labels.ts';

/** An alert as it is sent: what is undefined was not. */
export type SentAlert = {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAtMs?: number | undefined;
  readonly endsAtMs?: number | undefined;
  readonly generatorUrl?: string | undefined;
};

export const MAX_ALERTS = 50_000;

/** With the times that were not sent filled in; undefined when it begins after its end. */
export function receivedAlert(sent: SentAlert, nowMs: number, resolveTimeoutMs: number): RoutedAlert | undefined {
  const startsAtMs = sent.startsAtMs ?? sent.endsAtMs ?? nowMs;
  const endsAtMs = sent.endsAtMs ?? nowMs + resolveTimeoutMs;
  if (endsAtMs < startsAtMs) return undefined;
  return {
    labels: sent.labels,
    fingerprint: fingerprint(sent.labels),
    annotations: sent.annotations,
    startsAtMs,
    endsAtMs,
    isTimeout: sent.endsAtMs === undefined,
    updatedAtMs: nowMs,
    generatorUrl: sent.generatorUrl ?? '',
  };
}

export class Alerts {
  readonly #byFingerprint = new Map<string, RoutedAlert>();

  /** @returns it as it is known now; undefined when there are too many to take another */
  put(alert: RoutedAlert, nowMs: number): RoutedAlert | undefined {
    const known = this.#byFingerprint.get(alert.fingerprint);
    if (known === undefined && this.#byFingerprint.size >= MAX_ALERTS) return undefined;
    const now = known === undefined ? alert : joined(known, alert, nowMs);
    this.#byFingerprint.set(now.fingerprint, now);
    return now;
  }

  get(print: string): RoutedAlert | undefined {
    return this.#byFingerprint.get(print);
  }

  all(): MapIterator<RoutedAlert> {
    return this.#byFingerprint.values();
  }

  /** Forgets those that were resolved before `beforeMs`; @returns them */
  forgetResolved(beforeMs: number): RoutedAlert[] {
    const gone = [...this.#byFingerprint.values()].filter((alert) => isResolvedAt(alert, beforeMs));
    for (const { fingerprint: print } of gone) this.#byFingerprint.delete(print);
    return gone;
  }
}
