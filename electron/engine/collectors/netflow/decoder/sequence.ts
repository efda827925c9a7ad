// Loss from sequence numbers: gaps, late packets, restarts.

/** What a version's sequence number counts: export packets in v9, flow or data records in v5 and IPFIX. */
export type SequenceUnit = 'packets' | 'records';

export type SequenceInput = {
  readonly sequence: number;
  readonly port: number;
  /** Data records in this packet; undefined where a template is missing, so that nobody can tell. */
  readonly records: number | undefined;
  readonly nowMs: number;
  /** The header's uptime, where the version has one: it goes back when the exporter was restarted. */
  readonly uptimeMs: number | undefined;
};

export type SequenceOutcome = 'in-order' | 'gap' | 'late' | 'restart' | 'new';

/** A forward jump beyond this is a new numbering, not loss. */
const MAX_GAP = { packets: 100_000, records: 3_000_000 } as const;
const MAX_TRACKERS = 8;
const MAX_OPEN_GAPS = 16;
/** A gap is loss once this old; until then late packets still fill it. */
const GAP_SETTLES_MS = 1_000;
/** An uptime may go back this far by packets that overtake one another. */
const UPTIME_SLACK_MS = 5_000;
const UPTIME_WRAP_MS = 600_000;
/** This many v9 packets that count records, and none in a row that count packets, decide the unit. */
const UNIT_VOTES = 3;

type Gap = { start: number; size: number; readonly sinceMs: number };

type Tracker = {
  port: number;
  last: number;
  lastRecords: number | undefined;
  uptimeMs: number | undefined;
  /** The next sequence number; undefined after a packet whose records could not be counted. */
  expected: number | undefined;
  /** After an unexplained step back: where the numbering goes on if that step was a restart. */
  candidate: number | undefined;
};

/**
 * The numbering of one observation domain. Two processes behind one address may share a domain id: a packet belongs to
 * the numbering that it continues, and only where it continues none does its source port decide.
 */
export class SequenceTracker {
  readonly #version: number;
  #unit: SequenceUnit;
  #trackers: Tracker[] = [];
  #gaps: Gap[] = [];
  #recordVotes = 0;
  #lost = 0;

  constructor(version: number) {
    this.#version = version;
    this.#unit = version === 9 ? 'packets' : 'records';
  }

  get unit(): SequenceUnit {
    return this.#unit;
  }

  observe(input: SequenceInput): SequenceOutcome {
    const expecting = this.#trackers.find((tracker) => tracker.expected === input.sequence);
    if (expecting !== undefined && !wentBack(expecting.uptimeMs, input.uptimeMs)) {
      if (input.records !== 1) this.#recordVotes = 0;
      this.#advance(expecting, input);
      return 'in-order';
    }
    const tracker = this.#trackers.find(({ port }) => port === input.port);
    if (tracker === undefined) {
      this.#begin(input);
      return 'new';
    }
    if (wentBack(tracker.uptimeMs, input.uptimeMs)) return this.#restart(input);
    if (tracker.expected === undefined) {
      this.#advance(tracker, input);
      return 'in-order';
    }
    if (this.#countsRecordsInV9(tracker, input)) return 'in-order';
    return this.#measure(tracker, tracker.expected, input);
  }

  /** Units lost since the last call, as far as they are settled. */
  takeLost(nowMs: number): number {
    const open: Gap[] = [];
    for (const gap of this.#gaps) {
      if (nowMs - gap.sinceMs >= GAP_SETTLES_MS) this.#lost += gap.size;
      else open.push(gap);
    }
    this.#gaps = open;
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #measure(tracker: Tracker, expected: number, input: SequenceInput): SequenceOutcome {
    // Serial arithmetic: the difference as a signed 32-bit number survives the wrap.
    const step = (input.sequence - expected) | 0;
    if (step > 0) {
      if (step > MAX_GAP[this.#unit]) return this.#restart(input);
      this.#openGap({ start: expected, size: step, sinceMs: input.nowMs });
      this.#advance(tracker, input);
      return 'gap';
    }
    // The same packet twice, or an exporter that does not number at all.
    if (input.sequence === tracker.last) return 'late';
    if (this.#fillGap(input)) return 'late';
    if (step < -MAX_GAP[this.#unit] || tracker.candidate === input.sequence || input.sequence === 0) {
      return this.#restart(input);
    }
    // A duplicate or a very late packet; if the next one goes on from here, it was a restart.
    tracker.candidate = this.#next(input);
    return 'late';
  }

  /** Some v9 exporters number records instead of packets; the numbering itself says so. */
  #countsRecordsInV9(tracker: Tracker, input: SequenceInput): boolean {
    if (this.#version !== 9 || this.#unit === 'records') return false;
    if (tracker.lastRecords === undefined || tracker.lastRecords < 2) return false;
    if ((tracker.last + tracker.lastRecords) >>> 0 !== input.sequence) return false;
    this.#recordVotes++;
    if (this.#recordVotes >= UNIT_VOTES) {
      this.#unit = 'records';
      this.#gaps = [];
    }
    this.#advance(tracker, input);
    return true;
  }

  #fillGap(input: SequenceInput): boolean {
    const size = this.#unit === 'packets' ? 1 : (input.records ?? 0);
    for (const [index, gap] of this.#gaps.entries()) {
      const into = (input.sequence - gap.start) >>> 0;
      if (into >= gap.size) continue;
      const filled = Math.min(size, gap.size - into);
      // The part behind the late packet becomes a gap of its own, so that it too can still be filled.
      const rest = gap.size - into - filled;
      gap.size = into;
      if (rest > 0) {
        this.#openGap({ start: (gap.start + into + filled) >>> 0, size: rest, sinceMs: gap.sinceMs });
      }
      if (gap.size === 0) this.#gaps.splice(index, 1);
      return true;
    }
    return false;
  }

  #openGap(gap: Gap): void {
    if (this.#gaps.length >= MAX_OPEN_GAPS) this.#lost += this.#gaps.shift()?.size ?? 0;
    this.#gaps.push(gap);
  }

  #restart(input: SequenceInput): SequenceOutcome {
    this.#trackers = this.#trackers.filter(({ port }) => port !== input.port);
    this.#begin(input);
    return 'restart';
  }

  #begin(input: SequenceInput): void {
    if (this.#trackers.length >= MAX_TRACKERS) this.#trackers.shift();
    const tracker: Tracker = {
      port: input.port,
      last: 0,
      lastRecords: undefined,
      uptimeMs: undefined,
      expected: undefined,
      candidate: undefined,
    };
    this.#trackers.push(tracker);
    this.#advance(tracker, input);
  }

  #advance(tracker: Tracker, input: SequenceInput): void {
    tracker.port = input.port;
    tracker.last = input.sequence;
    tracker.lastRecords = input.records;
    tracker.uptimeMs = input.uptimeMs;
    tracker.expected = this.#next(input);
    tracker.candidate = undefined;
  }

  #next(input: SequenceInput): number | undefined {
    if (this.#unit === 'packets') return (input.sequence + 1) >>> 0;
    return input.records === undefined ? undefined : (input.sequence + input.records) >>> 0;
  }
}

/** A 32-bit uptime in milliseconds wraps after 49.7 days: that is no restart. */
function wentBack(beforeMs: number | undefined, nowMs: number | undefined): boolean {
  if (beforeMs === undefined || nowMs === undefined || nowMs + UPTIME_SLACK_MS >= beforeMs) return false;
  return !(beforeMs > 2 ** 32 - UPTIME_WRAP_MS && nowMs < UPTIME_WRAP_MS);
}
