// Hands our own rules' alerts to the router as Prometheus's notifier hands them to Alertmanager: changes at once, the rest each minute.
import type { Labels } from '../../../shared/model/labels.ts';
import { type AlertRow, labelsOf, type Transitions } from './notify/alert-log.ts';
import type { SentAlert } from './routing/index.ts';

/** Prometheus's resend delay. */
const RESEND_MS = 60_000;
/** An alert that is not sent again for so many rounds counts as resolved. */
const ROUNDS = 4;

export type AlertFeedOptions = {
  readonly put: (sent: readonly SentAlert[]) => void;
  /** Of the window, without a slash at its end. */
  readonly externalUrl: () => string;
};

export class AlertFeed {
  readonly #options: AlertFeedOptions;
  /** By fingerprint; labels are made once, since their fingerprint costs. */
  readonly #sent = new Map<string, { readonly labels: Labels; atMs: number }>();

  /** Of the rule that was told last: all its alerts share it. */
  #link = { expr: '', query: '' };

  constructor(options: AlertFeedOptions) {
    this.#options = options;
  }

  /** After one evaluation: what it changed, and which alerts of that rule fire. */
  tell({ fired, resolved }: Transitions, firing: Iterable<AlertRow>, ts: number, intervalMs: number): void {
    const isNew = new Set(fired.map(({ fingerprint }) => fingerprint));
    const sent: SentAlert[] = [];
    for (const row of firing) {
      const last = this.#sent.get(row.fingerprint);
      const isDue = last === undefined || isNew.has(row.fingerprint) || last.atMs + RESEND_MS < ts;
      if (isDue) sent.push(this.#alive(row, ts, intervalMs));
    }
    for (const row of resolved) {
      sent.push(this.#alertOf(row, this.#labelsOf(row, ts), row.resolvedAtMs ?? ts));
      this.#sent.delete(row.fingerprint);
    }
    this.#put(sent);
  }

  /** That they still fire: after a start, or a time in which nothing could be evaluated. */
  keepAlive(rows: readonly AlertRow[], nowMs: number, intervalMs: number): void {
    this.#put(rows.map((row) => this.#alive(row, nowMs, intervalMs)));
  }

  #alive(row: AlertRow, ts: number, intervalMs: number): SentAlert {
    return this.#alertOf(row, this.#labelsOf(row, ts), ts + ROUNDS * Math.max(intervalMs, RESEND_MS));
  }

  #alertOf(row: AlertRow, labels: Labels, endsAtMs: number): SentAlert {
    const { annotations, firedAtMs, activeAtMs, expr } = row;
    if (this.#link.expr !== expr) this.#link = { expr, query: `g0.expr=${encodeURIComponent(expr)}&g0.tab=1` };
    const generatorUrl = `${this.#options.externalUrl()}/graph?${this.#link.query}`;
    return { labels, annotations, startsAtMs: firedAtMs ?? activeAtMs, endsAtMs, generatorUrl };
  }

  #labelsOf(row: AlertRow, ts: number): Labels {
    const known = this.#sent.get(row.fingerprint);
    if (known !== undefined) {
      known.atMs = ts;
      return known.labels;
    }
    const labels = labelsOf(row);
    this.#sent.set(row.fingerprint, { labels, atMs: ts });
    return labels;
  }

  /** All at once: a group that is told at once is told whole. */
  #put(sent: readonly SentAlert[]): void {
    if (sent.length > 0) this.#options.put(sent);
  }
}
