// An alert as Alertmanager knows it, and how one that is sent again is joined with what is known.
import type { Labels } from '../../../../shared/model/labels.ts';

export type RoutedAlert = {
  readonly labels: Labels;
  /** 16 hex digits of the labels. */
  readonly fingerprint: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAtMs: number;
  /** Resolved from then on. */
  readonly endsAtMs: number;
  /** `endsAtMs` was not sent: it is when the alert counts as resolved unless it is sent again. */
  readonly isTimeout: boolean;
  readonly updatedAtMs: number;
  readonly generatorUrl: string;
};

export const isResolvedAt = ({ endsAtMs }: RoutedAlert, atMs: number): boolean => endsAtMs <= atMs;

/** What is known and what is sent now, where their times overlap; else what is sent stands for itself. */
export function joined(known: RoutedAlert, sent: RoutedAlert, nowMs: number): RoutedAlert {
  const endsWithin = sent.endsAtMs > known.startsAtMs && sent.endsAtMs < known.endsAtMs;
  const startsWithin = sent.startsAtMs > known.startsAtMs && sent.startsAtMs < known.endsAtMs;
  if (!endsWithin && !startsWithin) return sent;
  const startsAtMs = Math.min(known.startsAtMs, sent.startsAtMs);
  const endsLater = known.endsAtMs > sent.endsAtMs;
  const keepsEnd = isResolvedAt(sent, nowMs) ? isResolvedAt(known, nowMs) && endsLater : endsLater && !known.isTimeout;
  return keepsEnd
    ? { ...sent, startsAtMs, endsAtMs: known.endsAtMs, isTimeout: known.isTimeout }
    : { ...sent, startsAtMs };
}
