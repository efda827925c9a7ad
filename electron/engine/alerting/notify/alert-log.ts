// Remembers over restarts which alerts fire and which were resolved, so that each is told once.
import { Labels } from '../../../../shared/model/labels.ts';
import type { AlertRow } from '../../store/state/index.ts';
import { fingerprint } from '../rules/identity.ts';
import type { ActiveAlert, ActiveAlerts } from '../rules/alert-state.ts';

export type { AlertRow } from '../../store/state/index.ts';

/** The part of the state store that is needed here. */
export interface AlertTable {
  save(rows: readonly AlertRow[]): void;
  /** Alerts that fire, or were resolved at sinceMs or later. */
  list(sinceMs: number): readonly AlertRow[];
}

export type LoggedRule = { readonly key: string; readonly name: string; readonly expr: string };

/** What one evaluation of a rule changed. */
export type Transitions = { readonly fired: readonly AlertRow[]; readonly resolved: readonly AlertRow[] };

const RESOLVED_SHOWN_MS = 86_400_000;
const MAX_RESOLVED = 1_000;
/** More than these do not wait for a table that refuses; the oldest give way. */
const MAX_UNSAVED = 10_000;
/** A transaction of these costs milliseconds; of a storm, the others follow when everyone else had a turn. */
const AT_ONCE = 200;

export class AlertLog {
  readonly #table: AlertTable;
  /** By rule, then by fingerprint. */
  readonly #firing = new Map<string, Map<string, AlertRow>>();
  /** The last resolution of each alert, by fingerprint. */
  readonly #resolved = new Map<string, AlertRow>();
  /** Refused by the table so far; by fingerprint and the time since when it was active. */
  readonly #unsaved = new Map<string, AlertRow>();
  readonly #onSaved: (error: unknown) => void;
  #settling = { fromMs: 0, untilMs: 0 };
  /** Fingerprints of those that fired before and were found again since: their data is there, and its absence means something. */
  readonly #foundAgain = new Set<string>();

  /** @param onSaved how each write ended: undefined, or what refused it. It is tried again with the next update. */
  constructor(table: AlertTable, nowMs: number, onSaved: (error: unknown) => void = () => {}) {
    this.#table = table;
    this.#onSaved = onSaved;
    for (const row of table.list(nowMs - RESOLVED_SHOWN_MS)) {
      if (row.resolvedAtMs !== null) this.#addResolved(row);
      else if (row.firedAtMs !== null) this.#firingOf(row.ruleKey).set(row.fingerprint, row);
    }
  }

  /**
   * After a restart or a sleep the data is not there yet: alerts that fired before are not resolved until `untilMs`
   * just because nothing was found, unless they were found again meanwhile.
   */
  settle(fromMs: number, untilMs: number): void {
    this.#settling = { fromMs, untilMs };
    this.#foundAgain.clear();
  }

  /** Between two rounds: those that fire and were not known to. */
  begin(rule: LoggedRule, alerts: ActiveAlerts): Transitions {
    const known = this.#firingOf(rule.key);
    const fired = [...alerts.values()]
      .filter((alert) => alert.state === 'firing' && !known.has(fingerprint(alert.labels)))
      .map((alert) => rowOf(rule, fingerprint(alert.labels), alert));
    this.#store(fired, []);
    return { fired, resolved: [] };
  }

  /** @param isHeld whether an alert with these labels may fire unseen: it is not resolved now, if it fired before */
  update(
    rule: LoggedRule,
    alerts: ActiveAlerts,
    ts: number,
    isHeld: (labels: AlertRow['labels']) => boolean = () => false,
  ): Transitions {
    const firing = this.#firingOf(rule.key);
    const present = new Map([...alerts.values()].map((alert) => [fingerprint(alert.labels), alert]));
    const fired: AlertRow[] = [];
    const resolved: AlertRow[] = [];
    for (const [print, alert] of present) {
      if (alert.state !== 'firing') continue;
      const known = firing.get(print);
      if (known === undefined) fired.push(rowOf(rule, print, alert));
      else firing.set(print, { ...known, value: alert.value, annotations: { ...alert.annotations } });
    }
    const isSettling = ts < this.#settling.untilMs;
    for (const [print, row] of firing) {
      const alert = present.get(print);
      const firedBefore = (row.firedAtMs ?? 0) < this.#settling.fromMs;
      if (alert !== undefined && alert.state !== 'inactive') {
        if (firedBefore && isSettling && alert.keepFiringSinceMs === null) this.#foundAgain.add(print);
        continue;
      }
      const isUnseen = isSettling && !this.#foundAgain.has(print);
      if (firedBefore && (isUnseen || isHeld(row.labels))) continue;
      this.#foundAgain.delete(print);
      resolved.push({ ...row, resolvedAtMs: alert?.resolvedAtMs ?? ts });
    }
    this.#store(fired, resolved);
    return { fired, resolved };
  }

  /** Alerts of rules that are no longer loaded end, and are not shown as resolved; @returns them */
  keepRules(keys: ReadonlySet<string>, nowMs: number): AlertRow[] {
    const orphans = [...this.#firing].filter(([key]) => !keys.has(key)).flatMap(([, rows]) => [...rows.values()]);
    this.#store(
      [],
      orphans.map((row) => ({ ...row, resolvedAtMs: nowMs })),
    );
    for (const row of orphans) this.#resolved.delete(row.fingerprint);
    return orphans.map((row) => ({ ...row, resolvedAtMs: nowMs }));
  }

  ofRule(ruleKey: string): Iterable<AlertRow> {
    return this.#firing.get(ruleKey)?.values() ?? [];
  }

  firing(): AlertRow[] {
    return [...this.#firing.values()].flatMap((rows) => [...rows.values()]);
  }

  /** Resolved within the last 24 hours, the newest first. */
  resolved(nowMs: number): AlertRow[] {
    for (const [print, { resolvedAtMs }] of this.#resolved) {
      if ((resolvedAtMs ?? 0) < nowMs - RESOLVED_SHOWN_MS) this.#resolved.delete(print);
    }
    return [...this.#resolved.values()].toReversed();
  }

  #store(fired: readonly AlertRow[], resolved: readonly AlertRow[]): void {
    for (const row of [...fired, ...resolved]) this.#unsaved.set(`${row.fingerprint} ${row.activeAtMs}`, row);
    this.#saveSome();
    for (const row of fired) this.#firingOf(row.ruleKey).set(row.fingerprint, row);
    for (const row of resolved) {
      this.#firingOf(row.ruleKey).delete(row.fingerprint);
      this.#addResolved(row);
    }
  }

  /** Writes all that is not yet written. A table that refuses (a full disk, most often) must not keep an alert from being told. */
  save(): void {
    this.#saveSome(Infinity);
  }

  #saveSome(atOnce = AT_ONCE): void {
    if (this.#unsaved.size === 0) return;
    const some: [string, AlertRow][] = [];
    for (const each of this.#unsaved) {
      if (some.length >= atOnce) break;
      some.push(each);
    }
    try {
      this.#table.save(some.map(([, row]) => row));
      for (const [key, row] of some) if (this.#unsaved.get(key) === row) this.#unsaved.delete(key);
      if (this.#unsaved.size > 0) setImmediate(() => this.#saveSome());
      this.#onSaved(undefined);
    } catch (error) {
      for (const key of this.#unsaved.keys()) {
        if (this.#unsaved.size <= MAX_UNSAVED) break;
        this.#unsaved.delete(key);
      }
      this.#onSaved(error);
    }
  }

  #addResolved(row: AlertRow): void {
    this.#resolved.delete(row.fingerprint);
    this.#resolved.set(row.fingerprint, row);
    const oldest = this.#resolved.keys().next().value;
    if (this.#resolved.size > MAX_RESOLVED && oldest !== undefined) this.#resolved.delete(oldest);
  }

  #firingOf(ruleKey: string): Map<string, AlertRow> {
    let rows = this.#firing.get(ruleKey);
    if (rows === undefined) this.#firing.set(ruleKey, (rows = new Map()));
    return rows;
  }
}

const labelsOfRecord = new WeakMap<AlertRow['labels'], Labels>();

/** Those that the row was made of, whose fingerprint is known already. */
export const labelsOf = ({ labels }: AlertRow): Labels => labelsOfRecord.get(labels) ?? Labels.fromRecord(labels);

function rowOf(rule: LoggedRule, print: string, alert: ActiveAlert): AlertRow {
  const labels = alert.labels.toRecord();
  labelsOfRecord.set(labels, alert.labels);
  return {
    fingerprint: print,
    ruleKey: rule.key,
    name: rule.name,
    labels,
    annotations: { ...alert.annotations },
    activeAtMs: alert.activeAtMs,
    firedAtMs: alert.firedAtMs,
    resolvedAtMs: null,
    value: alert.value,
    expr: rule.expr,
  };
}
