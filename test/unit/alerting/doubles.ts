// A metric store in memory that really evaluates PromQL, a clock turned by hand, and the alert table of a state store.
import { Labels } from '../../../shared/model/labels.ts';
import { compileMatcher, createEvaluator, parseSelector } from '../../../electron/engine/promql/index.ts';
import type { SelectRequest, SeriesColumns } from '../../../electron/engine/promql/index.ts';
import type { MetricAppender, QueryOptions, SampleBatch } from '../../../electron/engine/store/metrics/index.ts';
import { defaultRouting } from '../../../electron/engine/alerting/index.ts';
import type { LoadedRouting, RoutingConfig } from '../../../electron/engine/alerting/index.ts';
import type { Notifications, NotifiedRow } from '../../../electron/engine/store/state/index.ts';
import type { AlertRow, AlertTable } from '../../../electron/engine/alerting/notify/alert-log.ts';

type Sample = { timeMs: number; value: number; stale: boolean };

/** The labels of `name{a="b"}`. */
export function series(text: string): Labels {
  return Labels.fromPairs(parseSelector(text).map(({ name, value }) => [name, value]));
}

export class MemoryStore implements MetricAppender {
  readonly #labels: Labels[] = [];
  readonly #samples: Sample[][] = [];
  readonly #refs = new Map<string, number>();
  readonly #evaluator = createEvaluator({ storage: { select: (request) => this.#select(request) } });
  queries: { query: string; timeMs: number }[] = [];
  /** Set to make every query fail. */
  failure: Error | undefined;

  ref(labels: Labels): number {
    const known = this.#refs.get(labels.key);
    if (known !== undefined) return known;
    const ref = this.#labels.push(labels) - 1;
    this.#samples.push([]);
    this.#refs.set(labels.key, ref);
    return ref;
  }

  append(batch: SampleBatch) {
    batch.refs.forEach((ref, i) => {
      const timeMs = batch.timestampsMs?.[i] ?? batch.timestampMs;
      const value = batch.values[i] ?? Number.NaN;
      this.#samples[ref]?.push({ timeMs, value, stale: batch.stale?.[i] === 1 });
    });
    return Promise.resolve({ appended: batch.refs.length, duplicates: 0, outOfOrder: 0, overLimit: 0 });
  }

  set(selector: string, timeMs: number, value: number): void {
    this.#samples[this.ref(series(selector))]?.push({ timeMs, value, stale: false });
  }

  end(selector: string, timeMs: number): void {
    this.#samples[this.ref(series(selector))]?.push({ timeMs, value: Number.NaN, stale: true });
  }

  instant(query: string, timeMs: number, options: QueryOptions = {}) {
    this.queries.push({ query, timeMs });
    if (this.failure !== undefined) return Promise.reject(this.failure);
    try {
      return Promise.resolve(this.#evaluator.instant(query, timeMs, { lookbackMs: options.lookbackMs }));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** "name{labels}": "seconds=value seconds=stale ..." of every series whose text begins so. */
  dump(prefix: string): Record<string, string> {
    return Object.fromEntries(
      this.#labels.flatMap((labels, ref) => {
        const pairs = [...labels.without('__name__').entries()].map(([name, value]) => `${name}="${value}"`);
        const identity = `${labels.name}{${pairs.join(',')}}`;
        if (!identity.startsWith(prefix)) return [];
        const samples = this.#samples[ref] ?? [];
        const text = samples
          .map(({ timeMs, value, stale }) => `${timeMs / 1_000}=${stale ? 'stale' : value}`)
          .join(' ');
        return text === '' ? [] : [[identity, text]];
      }),
    );
  }

  #select({ matchers, minTimeMs, maxTimeMs }: SelectRequest): SeriesColumns[] {
    const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
    return this.#labels.flatMap((labels, ref) => {
      if (!tests.every(({ name, test }) => test(labels.get(name)))) return [];
      const inside = (this.#samples[ref] ?? [])
        .filter(({ timeMs }) => timeMs > minTimeMs && timeMs <= maxTimeMs)
        .toSorted((a, b) => a.timeMs - b.timeMs);
      if (inside.length === 0) return [];
      return [
        {
          labels,
          timestamps: Float64Array.from(inside, ({ timeMs }) => timeMs),
          values: Float64Array.from(inside, ({ value }) => value),
          stale: Uint8Array.from(inside, ({ stale }) => (stale ? 1 : 0)),
        },
      ];
    });
  }
}

export class MemoryAlertTable implements AlertTable {
  readonly #rows = new Map<string, string>();
  save(rows: readonly AlertRow[]): void {
    for (const row of rows) this.#rows.set(`${row.fingerprint} ${row.activeAtMs}`, JSON.stringify(row));
  }
  list(sinceMs: number): AlertRow[] {
    return [...this.#rows.values()]
      .map((text) => JSON.parse(text) as AlertRow)
      .filter(({ resolvedAtMs }) => resolvedAtMs === null || resolvedAtMs >= sinceMs);
  }
}

/** The tables of silences, of what was told, and of what waits. */
export class MemoryNotifications implements Notifications {
  readonly #silences = new Map<string, string>();
  readonly #notified = new Map<string, NotifiedRow>();
  readonly #queued = new Map<string, { groupKey: string; way: string; data: string }>();

  silences() {
    return [...this.#silences].map(([id, text]) => ({ id, data: JSON.parse(text) as unknown }));
  }
  saveSilence(id: string, data: unknown): void {
    this.#silences.set(id, JSON.stringify(data));
  }
  removeSilence(id: string): void {
    this.#silences.delete(id);
  }
  notified(groupKey: string, way: string) {
    return this.#notified.get(`${groupKey} ${way}`);
  }
  setNotified(groupKey: string, way: string, row: NotifiedRow): void {
    this.#notified.set(`${groupKey} ${way}`, row);
  }
  forgetNotified(beforeMs: number): void {
    for (const [key, { atMs }] of this.#notified) if (atMs < beforeMs) this.#notified.delete(key);
  }
  queued() {
    return [...this.#queued.values()].map((each) => ({ ...each, data: JSON.parse(each.data) as unknown }));
  }
  putQueued(groupKey: string, way: string, data: unknown): void {
    this.#queued.set(`${groupKey} ${way}`, { groupKey, way, data: JSON.stringify(data) });
  }
  dropQueued(groupKey: string, way: string): void {
    this.#queued.delete(`${groupKey} ${way}`);
  }
  delivered(groupKey: string, way: string, row: NotifiedRow): void {
    this.setNotified(groupKey, way, row);
    this.dropQueued(groupKey, way);
  }
}

/** One route to the window, told at once and again each second. */
export function routingToWindow(fields: Partial<RoutingConfig['route']> = {}): LoadedRouting {
  const routing = defaultRouting({ hasDesktop: false });
  const route = { ...routing.config.route, groupWaitMs: 0, groupIntervalMs: 1_000, ...fields };
  return { ...routing, config: { ...routing.config, route } };
}
