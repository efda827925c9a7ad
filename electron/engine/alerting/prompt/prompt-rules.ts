// Asks rules without `for` as soon as what they read has arrived, within a share of the time that keeps its cost bounded.
import type { Clock } from '../../clock.ts';
import { readMetrics, type ReadsMetric } from './read-metrics.ts';

export type PromptRule = {
  readonly key: string;
  readonly expr: string;
  /** Resolves with whether it could be asked; it is asked again soon where it could not. */
  readonly evaluate: () => Promise<boolean>;
};

/** One rule is not asked sooner again, however often data comes. */
const GAP_MS = 100;
/** Of the time, in the long run: rules that cost more than that wait for their slots. */
const SHARE = 0.1;
const BURST_MS = 250;

type Waiting = { readonly rule: PromptRule; readonly reads: ReadsMetric; notBeforeMs: number; isDue: boolean };

export class PromptRules {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #rules: readonly Waiting[] = [];
  #byName = new Map<string, readonly Waiting[]>();
  #credit = { ms: BURST_MS, atMs: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  set(rules: readonly PromptRule[]): void {
    const known = new Map(this.#rules.map((each) => [each.rule.key, each]));
    this.#rules = rules.map((rule) => {
      const before = known.get(rule.key);
      const reads = before?.rule.expr === rule.expr ? before.reads : readMetrics(rule.expr);
      return { rule, reads, notBeforeMs: before?.notBeforeMs ?? 0, isDue: before?.isDue ?? false };
    });
    this.#byName = new Map();
  }

  reads(name: string): boolean {
    return this.#of(name).length > 0;
  }

  arrived(names: readonly string[]): void {
    for (const name of names) for (const each of this.#of(name)) each.isDue = true;
    this.#wake(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #of(name: string): readonly Waiting[] {
    let rules = this.#byName.get(name);
    if (rules === undefined) this.#byName.set(name, (rules = this.#rules.filter(({ reads }) => reads(name))));
    return rules;
  }

  #wake(afterMs: number): void {
    if (this.#isStopped || this.#running !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        const waitMs = this.#untilNextMs();
        if (waitMs !== undefined) this.#wake(waitMs);
      });
    }, afterMs);
  }

  /** What is due now, as long as there is credit; the one that has waited longest first. */
  async #run(): Promise<void> {
    for (;;) {
      const nowMs = this.#clock.monotonic();
      if (this.#isStopped || this.#creditMs(nowMs) <= 0) return;
      const next = this.#rules
        .filter(({ isDue, notBeforeMs }) => isDue && notBeforeMs <= nowMs)
        .reduce<Waiting | undefined>((a, b) => (a === undefined || b.notBeforeMs < a.notBeforeMs ? b : a), undefined);
      if (next === undefined) return;
      next.isDue = false;
      next.notBeforeMs = nowMs + GAP_MS;
      if (!(await next.rule.evaluate())) next.isDue = true;
      this.#credit.ms -= this.#clock.monotonic() - nowMs;
    }
  }

  #untilNextMs(): number | undefined {
    const nowMs = this.#clock.monotonic();
    const due = this.#rules.filter(({ isDue }) => isDue);
    if (due.length === 0) return undefined;
    const untilDueMs = Math.min(...due.map(({ notBeforeMs }) => notBeforeMs)) - nowMs;
    return Math.max(1, untilDueMs, -this.#creditMs(nowMs) / SHARE);
  }

  #creditMs(nowMs: number): number {
    const { ms, atMs } = this.#credit;
    this.#credit = { ms: Math.min(BURST_MS, ms + Math.max(0, nowMs - atMs) * SHARE), atMs: nowMs };
    return this.#credit.ms;
  }
}
