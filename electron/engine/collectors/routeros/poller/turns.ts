// Whose turn it is: which collectors are due at a poll, those first that have waited longest.
import type { Collector } from '../collectors/collector.ts';
import type { CollectorSwitches } from '../config.ts';

/** What the router does not have is asked for again after this long: packages come with a restart, menus seldom. */
const ABSENT_AGAIN_MS = 600_000;
/** What failed is tried again after at most this long, however seldom it is read. */
const FAILED_AGAIN_MS = 60_000;

export const isEnabled = ({ name, enabled }: Collector, switches: CollectorSwitches): boolean =>
  enabled === 'always' || (switches[name] ?? enabled === 'on') !== false;

/** Never shorter than the poll's own. */
export function intervalOf(
  { name, enabled, defaultIntervalMs }: Collector,
  switches: CollectorSwitches,
  pollIntervalMs: number,
): number {
  const chosen = switches[name];
  if (enabled === 'always') return pollIntervalMs;
  return Math.max(pollIntervalMs, typeof chosen === 'number' ? chosen : (defaultIntervalMs ?? 0));
}

/** Switched off, but read for what it observes, unless the operator says that nothing is. */
export const onlyObserves = (collector: Collector, switches: CollectorSwitches, observe: boolean): boolean =>
  observe && collector.observesEveryMs !== undefined && !isEnabled(collector, switches);

/** For one connection: a new one begins with everything due, since the series of the old one have ended. */
export class Turns {
  readonly #enabled: readonly Collector[];
  readonly #switches: CollectorSwitches;
  readonly #pollIntervalMs: number;
  /** When each is due again (monotonic); those that are not here never ran. */
  readonly #dueMs = new Map<Collector, number>();

  /** `before`: what has been read is not read again at once, unless it is to be read at another interval. */
  constructor(enabled: readonly Collector[], switches: CollectorSwitches, pollIntervalMs: number, before?: Turns) {
    this.#enabled = enabled;
    this.#switches = switches;
    this.#pollIntervalMs = pollIntervalMs;
    if (before === undefined) return;
    for (const [collector, dueMs] of before.#dueMs) {
      if (before.#intervalOf(collector) === this.#intervalOf(collector)) this.#dueMs.set(collector, dueMs);
    }
  }

  /**
   * Those that every poll reads, then the others by how long they have been due: whoever a slow one kept from its turn
   * comes before it the next time. `nowMs` is monotonic.
   */
  due(nowMs: number): Collector[] {
    const dueMs = (collector: Collector): number => this.#dueMs.get(collector) ?? -Number.MAX_VALUE;
    const due = this.#enabled.filter((collector) => dueMs(collector) <= nowMs);
    const [always, others] = [true, false].map((wanted) =>
      due.filter((each) => (each.enabled === 'always') === wanted),
    );
    return [...(always ?? []), ...(others ?? []).toSorted((a, b) => dueMs(a) - dueMs(b))];
  }

  /** Not in each poll. */
  isSeldom(collector: Collector): boolean {
    return this.#intervalOf(collector) > this.#pollIntervalMs;
  }

  /** It ran in the poll that began at `pollMs` (monotonic). */
  ran(collector: Collector, pollMs: number, outcome: 'good' | 'failed' | 'absent'): void {
    const intervalMs = this.#intervalOf(collector);
    const waitMs =
      outcome === 'good'
        ? intervalMs
        : outcome === 'absent'
          ? Math.max(intervalMs, ABSENT_AGAIN_MS)
          : Math.min(intervalMs, Math.max(FAILED_AGAIN_MS, this.#pollIntervalMs));
    // Half a poll early rather than a whole one late: polls do not fall on exact multiples.
    this.#dueMs.set(collector, pollMs + waitMs - this.#pollIntervalMs / 2);
  }

  #intervalOf(collector: Collector): number {
    if (isEnabled(collector, this.#switches)) return intervalOf(collector, this.#switches, this.#pollIntervalMs);
    return Math.max(this.#pollIntervalMs, collector.observesEveryMs ?? 0);
  }
}
