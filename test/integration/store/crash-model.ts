// What the crash test knows of the samples: acknowledged, perhaps stored, or deleted; and the check of a store against it.
import type { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { loads, RETENTION_MS, START, STEP_MS } from './crash-load.ts';

type Expected = { readonly value: number | undefined; isAcknowledged: boolean };
type Fate = 'perhaps deleted' | 'deleted';

export class CrashModel {
  readonly #seed: number;
  /** By label set, by time. */
  readonly #series = new Map<string, Map<number, Expected>>();
  readonly #fates = new Map<string, Fate>();
  lastStep = -1;
  acknowledged = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Takes in what the child said. Its last line may be cut. */
  hear(output: string): void {
    for (const line of output.slice(0, output.lastIndexOf('\n') + 1).split('\n')) {
      const [verb, load = '', number = ''] = line.split(' ');
      const isAcknowledged = verb === '!';
      if (load === 'x') this.#fates.set(doomed(Number(number)), isAcknowledged ? 'deleted' : 'perhaps deleted');
      else if (load in loads) this.#sent(load, Number(number), isAcknowledged);
    }
  }

  #sent(load: string, step: number, isAcknowledged: boolean): void {
    this.lastStep = Math.max(this.lastStep, step);
    for (const { name, labels, timeMs, value } of loads[load]!(this.#seed, step).samples) {
      const { key } = Labels.of(name, labels);
      let samples = this.#series.get(key);
      if (samples === undefined) this.#series.set(key, (samples = new Map()));
      samples.set(timeMs, { value, isAcknowledged });
      if (isAcknowledged) this.acknowledged++;
    }
  }

  /** Of whole series, acknowledged. */
  get deletions(): number {
    return [...this.#fates.values()].filter((fate) => fate === 'deleted').length;
  }

  get nowMs(): number {
    return START + this.lastStep * STEP_MS + 60_000;
  }

  /** Sentences on what is wrong; empty when every sample is there as it should be. */
  async check(store: MetricStoreFacade): Promise<string[]> {
    const wrong: string[] = [];
    const { nowMs } = this;
    // Files go in slices: what is near the end of its retention may be there or not.
    const fromMs = Math.max(START - STEP_MS, nowMs - RETENTION_MS + 2 * STEP_MS);
    const { value } = await store.instant(`{__name__=~"crash_.+"}[${nowMs - fromMs}ms]`, nowMs);
    if (value.type !== 'matrix') throw new Error('no matrix');
    const stored = new Map(value.series.map((series) => [series.labels.key, series]));
    for (const [key, series] of stored) {
      const expected = this.#series.get(key);
      let before = -Infinity;
      series.timestamps.forEach((at, i) => {
        const known = expected?.get(at);
        if (at <= before) wrong.push(`${key} has ${at} twice`);
        before = at;
        if (known === undefined) wrong.push(`${key} has an invented sample at ${at}`);
        else if (!Object.is(known.value, series.values[i])) wrong.push(`${key} has a wrong value at ${at}`);
      });
      if (this.#fates.get(key) === 'deleted') wrong.push(`${key} was deleted and is there`);
    }
    for (const [key, samples] of this.#series) {
      if (this.#fates.has(key)) continue;
      const times = new Set(stored.get(key)?.timestamps);
      for (const [at, { value: expected, isAcknowledged }] of samples) {
        if (!isAcknowledged || expected === undefined || at <= fromMs || times.has(at)) continue;
        wrong.push(`${key} lacks its sample at ${at}`);
      }
    }
    wrong.push(...(await this.#checkMarks(store, fromMs)), ...(await this.#checkCounts(store, fromMs, stored)));
    return wrong;
  }

  /** Series that ended with an acknowledged marker are seen up to it and not after. */
  async #checkMarks(store: MetricStoreFacade, fromMs: number): Promise<string[]> {
    const wrong: string[] = [];
    const marks = [...this.#series].flatMap(([key, samples]) =>
      [...samples].flatMap(([at, { value, isAcknowledged }]) =>
        value === undefined && isAcknowledged && at > fromMs + 11 * STEP_MS ? [{ key, at }] : [],
      ),
    );
    for (const { key, at } of marks.slice(-6)) {
      const { value } = await store.instant('crash_pod', at);
      if (value.type !== 'vector') throw new Error('no vector');
      if (value.samples.some(({ labels }) => labels.key === key))
        wrong.push(`${key} goes on after its marker at ${at}`);
    }
    return wrong;
  }

  /** Whole days counted through the summaries, where the days are merged, count the samples that are there. */
  async #checkCounts(
    store: MetricStoreFacade,
    fromMs: number,
    stored: ReadonlyMap<string, { readonly timestamps: Float64Array }>,
  ): Promise<string[]> {
    const wrong: string[] = [];
    const day = 86_400_000;
    const firstDay = Math.ceil(fromMs / day) * day;
    const lastDay = Math.floor(this.nowMs / day) * day;
    if (lastDay <= firstDay) return wrong;
    const totals = new Map<number, number>();
    for (const name of ['crash_total', 'crash_pod', 'crash_agent', 'crash_doomed']) {
      const { value } = await store.range(`sum(count_over_time(${name}[1d]))`, firstDay + day, lastDay, day);
      if (value.type !== 'matrix') throw new Error('no matrix');
      for (const { timestamps, values } of value.series) {
        timestamps.forEach((at, i) => totals.set(at, (totals.get(at) ?? 0) + values[i]!));
      }
    }
    for (let end = firstDay + day; end <= lastDay; end += day) {
      let count = 0;
      for (const { timestamps } of stored.values()) {
        for (const at of timestamps) if (at > end - day && at <= end) count++;
      }
      if ((totals.get(end) ?? 0) !== count)
        wrong.push(`the day to ${end} counts ${totals.get(end)} of ${count} samples`);
    }
    return wrong;
  }
}

const doomed = (era: number): string => Labels.of('crash_doomed', { era: String(era) }).key;
