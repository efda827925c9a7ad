// The rows of a block by the step that they are in, and which groups each run of them has touched.
import type { FlowBlock } from '../types.ts';
import { GROUP_SUMS, type GroupTable } from './group-table.ts';
import type { FlowCount } from './plan.ts';
import type { RowLog } from './row-log.ts';
import type { Steps } from './steps.ts';

/** What one run adds to something. */
export class Run {
  bytes = 0;
  packets = 0;
  flows = 0;
  bytesIn = 0;
  packetsIn = 0;
  flowsIn = 0;

  set(bytes: number, packets: number, flows: number, bytesIn: number, packetsIn: number, flowsIn: number): void {
    this.bytes = bytes;
    this.packets = packets;
    this.flows = flows;
    this.bytesIn = bytesIn;
    this.packetsIn = packetsIn;
    this.flowsIn = flowsIn;
  }
}

const MEASURE_AT: Readonly<Record<FlowCount, number>> = { bytes: 0, packets: 2, flows: 4 };
/** Where a group keeps what its measure was when the step began. */
const BEFORE_AT = GROUP_SUMS - 2;

export class Runs {
  /** Of each run the row after its last, and its step. */
  readonly ends: number[] = [];
  readonly steps: number[] = [];
  readonly total = new Run();
  readonly grouped = new Run();
  /** Of the present step; a group that has it was touched. */
  stamp = 0;
  readonly #measureAt: number;
  #stamps = new Uint32Array(0);
  #touched = new Uint32Array(1_024);
  #touches = 0;
  #openStep = -1;

  constructor(measure: FlowCount) {
    this.#measureAt = MEASURE_AT[measure];
  }

  get count(): number {
    return this.ends.length;
  }

  /** Rows ascend by bucket: those of one step are together. */
  find({ rows, bucketS }: FlowBlock, { firstS, stepS, count }: Steps): void {
    this.ends.length = 0;
    this.steps.length = 0;
    let bucket = -1;
    let step = -1;
    for (let row = 0; row < rows; row++) {
      const own = bucketS[row] ?? 0;
      if (own === bucket) continue;
      bucket = own;
      const next = Math.max(0, Math.min(count - 1, Math.floor((own - firstS) / stepS)));
      if (next === step) continue;
      if (row > 0) this.ends.push(row);
      this.steps.push(next);
      step = next;
    }
    this.ends.push(rows);
  }

  /** A run of the step that the last block ended with goes on with it. */
  begin(run: number, table: GroupTable, log: RowLog | undefined): void {
    const step = this.steps[run] ?? 0;
    if (step === this.#openStep) return;
    this.finish(table, log);
    this.#openStep = step;
    this.stamp++;
  }

  /** By group; to be asked for again when groups were added. */
  stampsFor({ sums }: GroupTable): Uint32Array {
    const groups = sums.length / GROUP_SUMS;
    if (this.#stamps.length < groups) {
      const larger = new Uint32Array(groups);
      larger.set(this.#stamps);
      this.#stamps = larger;
    }
    return this.#stamps;
  }

  /** Before the first row of a step is added to a group. */
  touch(group: number, sums: Float64Array): void {
    this.#stamps[group] = this.stamp;
    if (this.#touches === this.#touched.length) {
      const larger = new Uint32Array(this.#touches * 2);
      larger.set(this.#touched);
      this.#touched = larger;
    }
    this.#touched[this.#touches++] = group;
    const at = group * GROUP_SUMS;
    sums[at + BEFORE_AT] = sums[at + this.#measureAt] ?? 0;
    sums[at + BEFORE_AT + 1] = sums[at + this.#measureAt + 1] ?? 0;
  }

  /** Logs what the groups had of the step that is over; before groups get other numbers, and at the end. */
  finish({ sums }: GroupTable, log: RowLog | undefined): void {
    const touches = log === undefined ? 0 : this.#touches;
    for (let i = 0; i < touches; i++) {
      const group = this.#touched[i] ?? 0;
      const at = group * GROUP_SUMS;
      const measured = at + this.#measureAt;
      log?.add(
        group,
        this.#openStep,
        (sums[measured] ?? 0) - (sums[at + BEFORE_AT] ?? 0),
        (sums[measured + 1] ?? 0) - (sums[at + BEFORE_AT + 1] ?? 0),
      );
    }
    this.#touches = 0;
    this.#openStep = -1;
  }
}
