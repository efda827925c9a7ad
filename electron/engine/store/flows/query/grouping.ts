// One reading of the store for a question: each block's rows into groups, sums and steps.
import { type FlowBlock, NO_ADDRESS } from '../types.ts';
import type { BlockView } from './block-view.ts';
import { GROUP_SUMS, type GroupTable, NO_GROUP } from './group-table.ts';
import { type FlowCount, type FlowPredicate, SUMS } from './plan.ts';
import { evaluate } from './predicate.ts';
import type { RowLog } from './row-log.ts';
import type { Selection } from './selection.ts';
import { knownOfOther, type Needs } from './sources.ts';
import type { Steps } from './steps.ts';

export type Reading = {
  readonly view: BlockView;
  readonly selection: Selection;
  readonly predicate: FlowPredicate | undefined;
  readonly needs: Needs;
  readonly measure: FlowCount;
  readonly steps: Steps;
};

/** Sums of something, and its measure step by step. */
export class Tally {
  readonly sums = new Float64Array(SUMS);
  readonly stepsIn: Float64Array;
  readonly stepsOut: Float64Array;

  constructor(steps: number) {
    this.stepsIn = new Float64Array(steps);
    this.stepsOut = new Float64Array(steps);
  }
}

export class Grouping {
  readonly total: Tally;
  /** All groups together, those that nobody kept included: of keys by either end twice the total. */
  readonly grouped: Tally;
  /** Bytes of rows whose keys or conditions cannot be known any more. */
  unknownBytes = 0;
  table: GroupTable;
  readonly #reading: Reading;
  readonly #findOnly: boolean;
  readonly #log: RowLog | undefined;
  #mask = new Uint8Array(0);
  #steps = new Uint16Array(0);
  #hashes = new Uint32Array(0);
  #groups = new Uint32Array(0);
  #touched = new Uint32Array(0);
  #isIn = new Uint8Array(0);
  #counted = new Uint32Array(0);

  /** @param findOnly counts for the groups that `table` has and makes no new ones */
  constructor(reading: Reading, table: GroupTable, findOnly: boolean, log: RowLog | undefined) {
    this.#reading = reading;
    this.table = table;
    this.#findOnly = findOnly;
    this.#log = log;
    this.total = new Tally(reading.steps.count);
    this.grouped = reading.selection.isEachRowOnce ? this.total : new Tally(reading.steps.count);
  }

  take(block: FlowBlock): void {
    const { view, selection, predicate, needs } = this.#reading;
    if (block.rows === 0) return;
    view.load(block);
    this.#reserve(block.rows);
    if (!this.#canTell(block, needs.predicate)) {
      this.unknownBytes += sumOf(block.bytes, block.rows);
      return;
    }
    if (predicate !== undefined) evaluate(predicate, view, this.#mask);
    this.#stepOfRows(block);
    selection.take(view, predicate === undefined ? undefined : this.#mask);
    // Of `other` it is kept what is told: a key that is not has no group.
    if (!this.#canTell(block, needs.keys)) {
      selection.valid.fill(0, 0, selection.size);
      this.unknownBytes += sumOf(block.bytes, block.rows);
    }
    if (this.#groups.length < selection.size) {
      this.#groups = new Uint32Array(selection.size * 2);
      this.#hashes = new Uint32Array(selection.size * 2);
      this.#touched = new Uint32Array(selection.size * 2);
    }
    this.table.groupsOf(selection.columns, this.#hashes, selection.valid, selection.size, this.#findOnly, this.#groups);
    // The end that a sum by host does not tell is another row's.
    if (block.kind === 'byHost') selection.dropInvalid(this.#groups);
    this.#tally(this.grouped, block, selection.rows, selection.isIn, selection.size);
    if (this.total !== this.grouped) this.#countTotal(block, predicate !== undefined);
    this.#countGroups(block);
  }

  #canTell(block: FlowBlock, columns: ReadonlySet<string>): boolean {
    if (block.kind !== 'other') return true;
    const known: readonly string[] = knownOfOther(block.tier);
    return [...columns].every((column) => known.includes(column));
  }

  #reserve(rows: number): void {
    if (this.#mask.length >= rows) return;
    this.#mask = new Uint8Array(rows * 2);
    this.#steps = new Uint16Array(rows * 2);
  }

  #stepOfRows({ rows, bucketS }: FlowBlock): void {
    const { firstS, stepS, count } = this.#reading.steps;
    let bucket = -1;
    let step = 0;
    for (let row = 0; row < rows; row++) {
      const own = bucketS[row] ?? 0;
      if (own !== bucket) {
        bucket = own;
        step = Math.max(0, Math.min(count - 1, Math.floor((own - firstS) / stepS)));
      }
      this.#steps[row] = step;
    }
  }

  /** Each row once, whatever it is told apart by. */
  #countTotal(block: FlowBlock, isMasked: boolean): void {
    const { rows, toClient, client } = block;
    const local = this.#reading.view.localIsClient();
    if (this.#isIn.length < rows) {
      this.#isIn = new Uint8Array(rows * 2);
      this.#counted = new Uint32Array(rows * 2);
    }
    const isIn = this.#isIn;
    const counted = this.#counted;
    const isByHost = block.kind === 'byHost';
    let size = 0;
    for (let row = 0; row < rows; row++) {
      if (isMasked && this.#mask[row] === 0) continue;
      // Each conversation is there by client and by server.
      if (isByHost && client[row] === NO_ADDRESS) continue;
      counted[size] = row;
      isIn[size] = local[row] === toClient[row] ? 1 : 0;
      size++;
    }
    this.#tally(this.total, block, counted, isIn, size);
  }

  /** Adds entries to a tally, the rows of one step at a time. */
  #tally(tally: Tally, block: FlowBlock, rows: Uint32Array, isIn: Uint8Array, size: number): void {
    const { bytes, packets, flows } = block;
    const { sums, stepsIn, stepsOut } = tally;
    const steps = this.#steps;
    const at = { bytes: 0, packets: 2, flows: 4 }[this.#reading.measure];
    let i = 0;
    while (i < size) {
      const step = steps[rows[i] ?? 0] ?? 0;
      let bytesIn = 0;
      let packetsIn = 0;
      let flowsIn = 0;
      let bytesOut = 0;
      let packetsOut = 0;
      let flowsOut = 0;
      for (; i < size; i++) {
        const row = rows[i] ?? 0;
        if (steps[row] !== step) break;
        if (isIn[i] === 1) {
          bytesIn += bytes[row] ?? 0;
          packetsIn += packets[row] ?? 0;
          flowsIn += flows[row] ?? 0;
        } else {
          bytesOut += bytes[row] ?? 0;
          packetsOut += packets[row] ?? 0;
          flowsOut += flows[row] ?? 0;
        }
      }
      const own = [bytesIn, bytesOut, packetsIn, packetsOut, flowsIn, flowsOut];
      for (let part = 0; part < SUMS; part++) sums[part] = (sums[part] ?? 0) + (own[part] ?? 0);
      stepsIn[step] = (stepsIn[step] ?? 0) + (own[at] ?? 0);
      stepsOut[step] = (stepsOut[step] ?? 0) + (own[at + 1] ?? 0);
    }
  }

  #countGroups(block: FlowBlock): void {
    const { bytes, packets, flows } = block;
    const { size, rows, isIn } = this.#reading.selection;
    const { sums } = this.table;
    const groups = this.#groups;
    const values = block[this.#reading.measure];
    const steps = this.#steps;
    const touched = this.#touched;
    let step = 0;
    let touches = 0;
    for (let i = 0; i < size; i++) {
      const row = rows[i] ?? 0;
      const own = steps[row] ?? 0;
      if (own !== step) {
        this.#logStep(touches, step);
        touches = 0;
        step = own;
      }
      const group = groups[i] ?? NO_GROUP;
      if (group === NO_GROUP) continue;
      const from = group * GROUP_SUMS;
      const at = from + 1 - (isIn[i] ?? 0);
      sums[at] = (sums[at] ?? 0) + (bytes[row] ?? 0);
      sums[at + 2] = (sums[at + 2] ?? 0) + (packets[row] ?? 0);
      sums[at + 4] = (sums[at + 4] ?? 0) + (flows[row] ?? 0);
      if (sums[from + 6] === 0 && sums[from + 7] === 0) touched[touches++] = group;
      sums[at + 6] = (sums[at + 6] ?? 0) + (values[row] ?? 0);
    }
    this.#logStep(touches, step);
  }

  /** What the groups had of the step that is over. */
  #logStep(touches: number, step: number): void {
    const { sums } = this.table;
    const log = this.#log;
    for (let i = 0; i < touches; i++) {
      const group = this.#touched[i] ?? 0;
      const at = group * GROUP_SUMS + 6;
      log?.add(group, step, sums[at] ?? 0, sums[at + 1] ?? 0);
      sums[at] = 0;
      sums[at + 1] = 0;
    }
  }
}

function sumOf(values: Float64Array, rows: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += values[row] ?? 0;
  return sum;
}
