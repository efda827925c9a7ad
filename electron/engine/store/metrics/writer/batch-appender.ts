// Takes a batch into the head: all at once when a target's scrape repeats, sample by sample otherwise.
import { HeadGroup } from '../head/group.ts';
import { FUTURE_WINDOW_MS, type Head, NO_SLOT } from '../head/head.ts';
import { applyPlan, type Plan, planFits, planFor } from '../head/plan.ts';
import type { AppendResult, SampleBatch } from '../types.ts';
import { encodeIds, encodeWalRow } from '../wal/row.ts';
import { MAX_TIME_MS, MIN_TIME_MS } from '../week.ts';
import type { Moment } from '../../retention-clock.ts';
import type { SeriesRegistry } from './series-registry.ts';

/** Bounds the memory of plans: past it all are forgotten and made again as scrapes come in. */
const MAX_PLANS = 4096;

type CachedPlan = {
  readonly refs: Uint32Array;
  readonly plan: Plan;
  readonly slots: Uint32Array;
  readonly idBytes: Uint8Array;
};

export type Appended = {
  readonly result: AppendResult;
  readonly walBody: Uint8Array | undefined;
  /** The files could not be asked about a sample: those before it were taken, the rest were not. */
  readonly failure?: { readonly error: Error } | undefined;
};

/** Those that are still to be applied: what they would take with it is refused, since it would never be seen. */
export type Deletions = {
  /** Whether they would take a sample of any series at a time. */
  touches(timeMs: number): boolean;
  hides(seriesId: number, timeMs: number): boolean;
};

export class BatchAppender {
  readonly #head: Head;
  readonly #registry: SeriesRegistry;
  readonly #deletions: Deletions;
  readonly #plans = new Map<number, CachedPlan>();

  constructor(head: Head, registry: SeriesRegistry, deletions: Deletions) {
    this.#head = head;
    this.#registry = registry;
    this.#deletions = deletions;
  }

  /** Samples before `oldestMs` are refused. The caller stores `walBody` under `seq` before it answers anybody. */
  append(batch: SampleBatch, seq: number, { nowMs, monotonicMs }: Moment, oldestMs: number): Appended {
    const timeMs = Math.round(batch.timestampMs);
    const simple = batch.timestampsMs === undefined && batch.refs.length > 0;
    const planKey = simple ? batch.refs.length * 0x1_0000_0000 + (batch.refs[0] ?? 0) : 0;
    const isInTime = timeMs <= nowMs + FUTURE_WINDOW_MS && timeMs >= oldestMs && inCalendar(timeMs);
    if (simple && isInTime && !this.#deletions.touches(timeMs)) {
      const cached = this.#plans.get(planKey);
      if (cached !== undefined && sameRefs(cached.refs, batch.refs) && planFits(cached.plan, timeMs)) {
        const { values, stale } = batch;
        applyPlan(this.#head, cached.plan, { timeMs, slots: cached.slots, values, stale }, seq, monotonicMs);
        return {
          result: { appended: values.length, duplicates: 0, outOfOrder: 0, overLimit: 0 },
          walBody: encodeWalRow(cached.idBytes, values, undefined, stale),
        };
      }
    }
    const appended = this.#appendEach(batch, timeMs, seq, { nowMs, monotonicMs }, oldestMs);
    if (simple && appended.result.appended === batch.refs.length) {
      this.#remember(planKey, batch.refs, nowMs + FUTURE_WINDOW_MS);
    }
    return appended;
  }

  #appendEach(batch: SampleBatch, batchTimeMs: number, seq: number, now: Moment, oldestMs: number): Appended {
    const { nowMs, monotonicMs } = now;
    const head = this.#head;
    const count = batch.refs.length;
    const ids = new Float64Array(count);
    const values = new Float64Array(count);
    const times = new Float64Array(count);
    const stale = new Uint8Array(count);
    let anyStale = false;
    const tally = { accepted: 0, duplicate: 0, outOfOrder: 0, overLimit: 0 };
    let homes: Map<number, HeadGroup> | undefined;

    const timeOf = (i: number): number => {
      const own = batch.timestampsMs?.[i] ?? Number.NaN;
      return Number.isNaN(own) ? batchTimeMs : Math.round(own);
    };
    const take = (i: number): void => {
      const timeMs = timeOf(i);
      if (!(timeMs >= oldestMs && timeMs <= nowMs + FUTURE_WINDOW_MS) || !inCalendar(timeMs)) {
        tally.outOfOrder++;
        return;
      }
      const ref = batch.refs[i]!;
      let slot = this.#registry.slotOf(ref);
      if (slot === NO_SLOT) slot = this.#registry.admit(ref);
      if (slot === NO_SLOT) {
        tally.overLimit++;
        return;
      }
      if (this.#deletions.hides(head.slots.ids[slot]!, timeMs)) {
        tally.outOfOrder++;
        return;
      }
      const value = batch.values[i]!;
      const isStale = batch.stale?.[i] === 1;
      const verdict = head.judge(slot, timeMs, value, isStale, nowMs);
      if (verdict !== 'accepted') {
        tally[verdict]++;
        return;
      }
      if (head.groupOf(slot) === undefined) {
        if (head.isFull) {
          tally.overLimit++;
          return;
        }
        homes ??= this.#openGroups(batch, batchTimeMs);
        const solo = head.slots.solo[slot] === 1;
        const home = head.join(slot, solo ? undefined : homes.get(timeMs), count - i);
        if (!solo) homes.set(timeMs, home);
      }
      head.insert(slot, timeMs, value, isStale, seq, monotonicMs);
      const at = tally.accepted++;
      ids[at] = head.slots.ids[slot]!;
      values[at] = value;
      times[at] = timeMs;
      if (isStale) {
        stale[at] = 1;
        anyStale = true;
      }
    };
    let failure: Appended['failure'];
    try {
      const slots = Uint32Array.from(batch.refs, (ref) => this.#registry.slotOf(ref));
      const asked = (i: number): number => (timeOf(i) >= oldestMs ? timeOf(i) : Number.NaN);
      head.lookUp(slots, asked, nowMs + FUTURE_WINDOW_MS);
      for (let i = 0; i < count; i++) take(i);
    } catch (error) {
      failure = { error: error instanceof Error ? error : new Error(String(error)) };
    }
    head.forgetLooked();
    const { accepted } = tally;
    const walBody =
      accepted === 0
        ? undefined
        : encodeWalRow(
            encodeIds(ids, accepted),
            values.subarray(0, accepted),
            batch.timestampsMs === undefined ? undefined : times.subarray(0, accepted),
            anyStale ? stale.subarray(0, accepted) : undefined,
          );
    return {
      result: {
        appended: accepted,
        duplicates: tally.duplicate,
        outOfOrder: tally.outOfOrder,
        overLimit: tally.overLimit,
      },
      walBody,
      failure,
    };
  }

  /** By sample time, a group with room among those that the batch's known series are in: where its new series belong. */
  #openGroups(batch: SampleBatch, batchTimeMs: number): Map<number, HeadGroup> {
    const homes = new Map<number, HeadGroup>();
    for (let i = 0; i < batch.refs.length; i++) {
      const own = batch.timestampsMs?.[i] ?? Number.NaN;
      const timeMs = Number.isNaN(own) ? batchTimeMs : Math.round(own);
      if (homes.has(timeMs)) continue;
      const slot = this.#registry.slotOf(batch.refs[i]!);
      const group = slot === NO_SLOT || this.#head.slots.solo[slot] === 1 ? undefined : this.#head.groupOf(slot);
      if (group?.hasRoom === true) homes.set(timeMs, group);
    }
    return homes;
  }

  #remember(planKey: number, refs: Uint32Array, untilMs: number): void {
    const slots = Uint32Array.from(refs, (ref) => this.#registry.slotOf(ref));
    const plan = planFor(this.#head, slots);
    if (plan === undefined) return;
    for (const { group } of plan.segments) this.#head.comeBackTo(group, untilMs);
    const ids = Float64Array.from(slots, (slot) => this.#head.slots.ids[slot]!);
    if (this.#plans.size >= MAX_PLANS) this.#plans.clear();
    this.#plans.set(planKey, { refs: refs.slice(), plan, slots, idBytes: encodeIds(ids, ids.length) });
  }
}

const inCalendar = (timeMs: number): boolean => timeMs >= MIN_TIME_MS && timeMs <= MAX_TIME_MS;

function sameRefs(a: Uint32Array, b: Uint32Array): boolean {
  return (
    a.length === b.length &&
    Buffer.compare(
      Buffer.from(a.buffer, a.byteOffset, a.byteLength),
      Buffer.from(b.buffer, b.byteOffset, b.byteLength),
    ) === 0
  );
}
