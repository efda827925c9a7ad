// What senders told last, held as a manager's /metrics would hold it: stored anew every 15 seconds, over restarts too.
import { Labels } from '../../../../shared/model/labels.ts';
import { TargetSession } from '../../ingest/index.ts';
import type { AppendResult, MetricAppender, SeriesRef } from '../../store/metrics/index.ts';
import type { Known } from './anomalies.ts';
import { CHECK_IN, FIELDS, MANAGER, type ManagerCounts, type SenderKind } from './families.ts';

export type Held = {
  readonly kind: SenderKind;
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What it told last. */
  readonly known: Known;
  readonly checkInMs: number;
  /** Up to here its values are stored: nothing older can come between. */
  readonly storedUntilMs: number;
  readonly deviceId: string | undefined;
};

/** One time of a sender's values. */
export type Point = { readonly atMs: number; readonly values: ReadonlyMap<string, number> };

export type HeldRows = {
  held(): readonly { readonly kind: string; readonly id: string; readonly record: unknown }[];
  saveHeld(rows: readonly { readonly kind: SenderKind; readonly id: string; readonly record: unknown }[]): void;
  removeHeld(kind: SenderKind, id: string): void;
};

type Refs = { readonly checkIn: SeriesRef; readonly values: ReadonlyMap<string, SeriesRef> };
type Entry = { held: Held; refs: Refs; isHeard: boolean };

/** After a start or a sleep, senders first get the time to tell what happened meanwhile; a query looks back as far. */
const GRACE_MS = 300_000;
/** Scrapes come every 15 s: longer than this, and this machine slept. */
const PAUSE_MS = 60_000;

const at = (kind: SenderKind, id: string): string => `${kind}/${id}`;

export class PushRegistry {
  readonly #appender: MetricAppender;
  readonly #rows: HeldRows;
  readonly #session: TargetSession;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Set<string>();
  readonly #managerRefs: readonly SeriesRef[];
  /** Since when values are not taken for those of now unless their sender came since. */
  #waitingSinceMs: number;
  #scrapedMs: number;

  constructor(options: { readonly appender: MetricAppender; readonly rows: HeldRows; readonly nowMs: number }) {
    this.#appender = options.appender;
    this.#rows = options.rows;
    this.#session = new TargetSession(options.appender);
    this.#managerRefs = MANAGER.map(({ metric }) => options.appender.ref(Labels.of(metric)));
    this.#waitingSinceMs = options.nowMs;
    this.#scrapedMs = options.nowMs;
    for (const { kind, id, record } of options.rows.held()) {
      const held = heldOf(kind, id, record);
      if (held !== undefined) this.#entries.set(at(held.kind, id), this.#entry(held, false));
    }
  }

  get(kind: SenderKind, id: string): Held | undefined {
    return this.#entries.get(at(kind, id))?.held;
  }

  all(): Held[] {
    return [...this.#entries.values()].map(({ held }) => held);
  }

  count(kind: SenderKind): number {
    let count = 0;
    for (const { held } of this.#entries.values()) if (held.kind === kind) count++;
    return count;
  }

  /** Stores the points, oldest first, and the check-in; resolves once they are committed. */
  async report(
    held: Omit<Held, 'storedUntilMs'>,
    points: readonly Point[],
  ): Promise<AppendResult & { readonly isFirst: boolean }> {
    const { kind, id, checkInMs } = held;
    const key = at(kind, id);
    const before = this.#entries.get(key);
    const hasMoved = before !== undefined && !isSameLabels(before.held.labels, held.labels);
    const refs = before === undefined || hasMoved ? this.#refs(held) : before.refs;
    const samples: [SeriesRef, number, number, boolean][] = points.flatMap(({ atMs, values }) =>
      [...values].map(([name, value]): [SeriesRef, number, number, boolean] => [
        refs.values.get(name)!,
        value,
        atMs,
        false,
      ]),
    );
    samples.push([refs.checkIn, checkInMs / 1_000, checkInMs, false]);
    if (hasMoved) {
      for (const ref of refsOf(before)) samples.push([ref, 0, checkInMs, true]);
    }
    const storedUntilMs = Math.max(before?.held.storedUntilMs ?? 0, points.at(-1)?.atMs ?? 0);
    const entry: Entry = { held: { ...held, storedUntilMs }, refs, isHeard: true };
    this.#entries.set(key, entry);
    try {
      const result = await this.#appender.append({
        timestampMs: checkInMs,
        refs: Uint32Array.from(samples, ([ref]) => ref),
        values: Float64Array.from(samples, ([, value]) => value),
        timestampsMs: Float64Array.from(samples, ([, , timeMs]) => timeMs),
        ...(hasMoved && { stale: Uint8Array.from(samples, ([, , , isStale]) => Number(isStale)) }),
      });
      this.#changed.add(key);
      return { ...result, isFirst: before === undefined };
    } catch (error) {
      // What was not stored was not told: the sender sends it again.
      if (this.#entries.get(key) === entry) {
        if (before === undefined) this.#entries.delete(key);
        else this.#entries.set(key, before);
      }
      throw error;
    }
  }

  /** Its series end with the next scrape. */
  remove(kind: SenderKind, id: string): boolean {
    const key = at(kind, id);
    this.#changed.delete(key);
    if (!this.#entries.delete(key)) return false;
    this.#rows.removeHeld(kind, id);
    return true;
  }

  async scrape(nowMs: number, counts: ManagerCounts): Promise<AppendResult> {
    if (nowMs - this.#scrapedMs > PAUSE_MS) this.#pause(nowMs);
    this.#scrapedMs = nowMs;
    const isWaiting = nowMs - this.#waitingSinceMs < GRACE_MS;
    const batch = this.#session.begin(nowMs);
    for (const [index, { value }] of MANAGER.entries()) batch.addReport(this.#managerRefs[index]!, value(counts));
    const values: Entry[] = [];
    for (const entry of this.#entries.values()) {
      const { held, refs } = entry;
      batch.addReport(refs.checkIn, held.checkInMs / 1_000);
      if (isWaiting && !entry.isHeard) batch.carry([...refs.values.values()]);
      else values.push(entry);
    }
    for (const entry of values) {
      const { held, refs } = entry;
      for (const [name, ref] of refs.values) {
        const value = held.known.values[name];
        if (value !== undefined) batch.addReport(ref, value);
      }
      entry.held = { ...held, storedUntilMs: Math.max(held.storedUntilMs, nowMs) };
    }
    return batch.commit();
  }

  /** Writes what changed since; `all` with the times up to which values are stored. */
  flush(all = false): void {
    const keys = all ? [...this.#entries.keys()] : [...this.#changed];
    const rows = keys.flatMap((key) => {
      const entry = this.#entries.get(key);
      if (entry === undefined) return [];
      const { kind, id, ...record } = entry.held;
      return [{ kind, id, record }];
    });
    if (rows.length > 0) this.#rows.saveHeld(rows);
    this.#changed.clear();
  }

  #pause(nowMs: number): void {
    this.#waitingSinceMs = nowMs;
    for (const entry of this.#entries.values()) entry.isHeard = false;
  }

  #entry(held: Held, isHeard: boolean): Entry {
    return { held, refs: this.#refs(held), isHeard };
  }

  #refs({ kind, labels }: Pick<Held, 'kind' | 'labels'>): Refs {
    const ref = (metric: string): SeriesRef => this.#appender.ref(Labels.of(metric, labels));
    return {
      checkIn: ref(CHECK_IN[kind].metric),
      values: new Map(FIELDS[kind].map(({ key, metric }) => [key, ref(metric)])),
    };
  }
}

const refsOf = ({ held, refs }: Entry): SeriesRef[] => [
  refs.checkIn,
  ...[...refs.values].flatMap(([name, ref]) => (held.known.values[name] === undefined ? [] : [ref])),
];

function isSameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

const isNumbers = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'number');

/** Undefined for what another version wrote. */
function heldOf(kind: string, id: string, record: unknown): Held | undefined {
  if ((kind !== 'client' && kind !== 'headend') || typeof record !== 'object' || record === null) return undefined;
  const { labels, known, checkInMs, storedUntilMs, deviceId } = record as Partial<Held>;
  const isWhole =
    typeof labels === 'object' &&
    typeof checkInMs === 'number' &&
    typeof storedUntilMs === 'number' &&
    typeof known?.atMs === 'number' &&
    isNumbers(known.values) &&
    isNumbers(known.rates);
  if (!isWhole || Object.values(labels).some((value) => typeof value !== 'string')) return undefined;
  return {
    kind,
    id,
    labels,
    known,
    checkInMs,
    storedUntilMs,
    deviceId: typeof deviceId === 'string' ? deviceId : undefined,
  };
}
