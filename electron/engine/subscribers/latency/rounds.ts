// Whose turn it is to be asked: each customer once an interval, or in turn where they are more than may be asked.

export type RoundsOptions = {
  readonly everyMs: number;
  readonly perMinute: number;
  readonly inFlight: number;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Seconds; undefined: no answer. */
  readonly ask: (target: Target) => Promise<number | undefined>;
  /** False: not now; it keeps its turn. */
  readonly isFree?: (target: Target) => boolean;
};

export type Target = { readonly key: string; readonly address: string; readonly deviceId: string };

type Measured = { dueMs: number; rttSeconds: number | undefined; atMs: number; failures: number };

const FAILURES_UNTIL_SLOW = 3;
const SLOW_MS = 600_000;

export class LatencyRounds {
  readonly #options: RoundsOptions;
  readonly #measured = new Map<string, Measured>();
  #queue: Target[] = [];
  #roundMs: number;
  #allowance = 0;
  #allowedMs: number;
  #busy = 0;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#roundMs = options.everyMs;
    this.#allowedMs = options.now();
  }

  /** Who can be asked now. Those that are not among them are forgotten. */
  offer(targets: readonly Target[]): void {
    const { everyMs, perMinute, now } = this.#options;
    const nowMs = now();
    this.#roundMs = Math.max(everyMs, (targets.length / perMinute) * 60_000);
    const keys = new Set(targets.map(({ key }) => key));
    for (const key of this.#measured.keys()) if (!keys.has(key)) this.#measured.delete(key);
    // Whoever waits longest comes first; the new ones before all.
    const dueMs = ({ key }: Target): number => this.#measured.get(key)?.dueMs ?? 0;
    this.#queue = targets.filter((target) => dueMs(target) <= nowMs).toSorted((a, b) => dueMs(a) - dueMs(b));
  }

  /** Asks as many as are allowed by now; call it about once a second. */
  pump(): void {
    const { perMinute, inFlight, now, isFree = () => true } = this.#options;
    const nowMs = now();
    this.#allowance = Math.min(inFlight, this.#allowance + ((nowMs - this.#allowedMs) * perMinute) / 60_000);
    this.#allowedMs = nowMs;
    while (this.#allowance >= 1 && this.#busy < inFlight) {
      const next = this.#queue.findIndex(isFree);
      const [target] = next === -1 ? [] : this.#queue.splice(next, 1);
      if (target === undefined) return;
      this.#allowance--;
      void this.#ask(target);
    }
  }

  /** Undefined where it is not known, or was measured too long ago. */
  rttSeconds(key: string): number | undefined {
    const measured = this.#measured.get(key);
    if (measured === undefined) return undefined;
    return this.#options.now() - measured.atMs <= 2 * this.#roundMs + 30_000 ? measured.rttSeconds : undefined;
  }

  async #ask(target: Target): Promise<void> {
    const { everyMs, now, ask } = this.#options;
    const before = this.#measured.get(target.key);
    const measured = before ?? { dueMs: 0, rttSeconds: undefined, atMs: now(), failures: 0 };
    measured.dueMs = now() + everyMs;
    this.#measured.set(target.key, measured);
    this.#busy++;
    try {
      const rttSeconds = await ask(target).catch(() => undefined);
      if (rttSeconds === undefined) {
        measured.failures++;
        // One packet may be lost; whoever never answers need not be asked so often.
        if (measured.failures > 1) measured.rttSeconds = undefined;
        if (measured.failures >= FAILURES_UNTIL_SLOW) measured.dueMs = now() + Math.max(SLOW_MS, everyMs);
      } else Object.assign(measured, { rttSeconds, atMs: now(), failures: 0 });
    } finally {
      this.#busy--;
    }
  }
}
