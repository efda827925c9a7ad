// What came in by the push API, counted for metrics of our own.
import type { Registry } from '../../telemetry/index.ts';
import { ANOMALY_REASONS, type AnomalyReason } from './anomalies.ts';
import type { SenderKind } from './families.ts';

export const KINDS: readonly SenderKind[] = ['client', 'headend'];

/** Counts by kind of sender and one word more. */
class Counts<Word extends string | number> {
  readonly #counts: Readonly<Record<SenderKind, Map<Word, number>>> = { client: new Map(), headend: new Map() };

  add(kind: SenderKind, word: Word, by = 1): void {
    const counts = this.#counts[kind];
    counts.set(word, (counts.get(word) ?? 0) + by);
  }

  get(kind: SenderKind, word: Word): number {
    return this.#counts[kind].get(word) ?? 0;
  }

  list(): { readonly kind: SenderKind; readonly word: Word; readonly count: number }[] {
    return KINDS.flatMap((kind) => [...this.#counts[kind]].map(([word, count]) => ({ kind, word, count })));
  }
}

export type ReportFate = 'stored' | 'late';

export class Accounts {
  readonly requests = new Counts<number>();
  readonly reports = new Counts<ReportFate>();
  readonly anomalies = new Counts<AnomalyReason>();
  readonly refusedLogins = new Counts<string>();

  register(registry: Pick<Registry, 'add'>, senders: (kind: SenderKind) => number): void {
    const counter = (name: string, help: string, label: string, counts: Counts<string> | Counts<number>): void =>
      registry.add({
        name: `linewarden_push_${name}`,
        help,
        type: 'counter',
        value: () =>
          counts.list().map(({ kind, word, count }) => ({ labels: { kind, [label]: String(word) }, value: count })),
      });
    counter('requests_total', 'Requests of the push API by the status that answered them.', 'code', this.requests);
    counter(
      'reports_total',
      'Reports of the push API: stored, or late (its time is stored already, so only what is newest counts).',
      'result',
      this.reports,
    );
    counter(
      'refused_logins_total',
      'Requests of the push API without a valid key or token, by reason.',
      'reason',
      this.refusedLogins,
    );
    registry.add({
      name: 'linewarden_push_anomalies_total',
      help: 'Odd reports of the push API: totals that go back, impossible values, clocks that are off, sudden jumps.',
      type: 'counter',
      // From the start, so that the first one is a rise.
      value: () =>
        senders('client') + senders('headend') === 0
          ? []
          : KINDS.flatMap((kind) =>
              ANOMALY_REASONS.map((reason) => ({ labels: { kind, reason }, value: this.anomalies.get(kind, reason) })),
            ),
    });
    registry.add({
      name: 'linewarden_push_senders',
      help: 'Clients and headends whose last report is held.',
      type: 'gauge',
      value: () => KINDS.flatMap((kind) => (senders(kind) === 0 ? [] : [{ labels: { kind }, value: senders(kind) }])),
    });
  }
}
