// One reading of the store for a question: each block's rows into groups, sums and steps.
import { type FlowBlock, NO_ADDRESS } from '../types.ts';
import { UNKNOWN } from './address-table.ts';
import type { BlockView } from './block-view.ts';
import { ByEnd } from './by-end.ts';
import { GROUP_SUMS, type GroupTable, NO_GROUP } from './group-table.ts';
import { type FlowCount, type FlowPredicate, SUMS } from './plan.ts';
import { evaluate } from './predicate.ts';
import type { RowLog } from './row-log.ts';
import { type Run, Runs } from './runs.ts';
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
  readonly #runs: Runs;
  readonly #byEnd: ByEnd | undefined;
  #mask = new Uint8Array(0);
  #groups = new Uint32Array(0);
  #isIn = new Uint8Array(0);
  #counted = new Uint32Array(0);

  /** @param findOnly counts for the groups that `table` has and makes no new ones */
  constructor(reading: Reading, table: GroupTable, findOnly: boolean, log: RowLog | undefined) {
    this.#reading = reading;
    this.table = table;
    this.#findOnly = findOnly;
    this.#log = log;
    this.#runs = new Runs(reading.measure);
    const { selection } = reading;
    this.#byEnd = ByEnd.of(selection.by, (addresses, at) => {
      const id = selection.idOf(addresses, at);
      return id === UNKNOWN ? NO_GROUP : this.table.groupOf(id, findOnly);
    });
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
    this.#runs.find(block, this.#reading.steps);
    if (this.#byEnd?.takes(view) === true) {
      const mask = predicate === undefined ? undefined : this.#mask;
      this.#byEnd.count(view, mask, this.#runs, this.table, this.#log, (run, total, grouped) => {
        this.#addRun(this.total, run, total);
        if (this.total !== this.grouped) this.#addRun(this.grouped, run, grouped);
      });
      return;
    }
    selection.take(view, predicate === undefined ? undefined : this.#mask);
    // Of `other` it is kept what is told: a key that is not has no group.
    if (!this.#canTell(block, needs.keys)) {
      selection.valid.fill(0, 0, selection.size);
      this.unknownBytes += sumOf(block.bytes, block.rows);
    }
    if (this.#groups.length < selection.size) {
      this.#groups = new Uint32Array(selection.size * 2);
    }
    this.table.groupsOf(selection.columns, selection.valid, selection.size, this.#findOnly, this.#groups);
    // The end that a sum by host does not tell is another row's.
    if (block.kind === 'byHost') selection.dropInvalid(this.#groups);
    if (this.total !== this.grouped) this.#countTotal(block, predicate !== undefined);
    this.#countGroups(block);
  }

  /** Before the table is another one, and at the end: what is not logged yet. */
  finish(): void {
    this.#runs.finish(this.table, this.#log);
  }

  #canTell(block: FlowBlock, columns: ReadonlySet<string>): boolean {
    if (block.kind !== 'other') return true;
    const known: readonly string[] = knownOfOther(block.tier);
    return [...columns].every((column) => known.includes(column));
  }

  #reserve(rows: number): void {
    if (this.#mask.length >= rows) return;
    this.#mask = new Uint8Array(rows * 2);
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
  #tally(tally: Tally, { bytes, packets, flows }: FlowBlock, rows: Uint32Array, isIn: Uint8Array, size: number): void {
    const runs = this.#runs;
    let i = 0;
    for (let run = 0; run < runs.count; run++) {
      const end = runs.ends[run] ?? 0;
      let [allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn] = [0, 0, 0, 0, 0, 0];
      for (; i < size; i++) {
        const row = rows[i] ?? 0;
        if (row >= end) break;
        const ownBytes = bytes[row] ?? 0;
        const ownPackets = packets[row] ?? 0;
        const ownFlows = flows[row] ?? 0;
        const direction = isIn[i] ?? 0;
        allBytes += ownBytes;
        allPackets += ownPackets;
        allFlows += ownFlows;
        // No branch: it would be guessed wrong every other time.
        bytesIn += ownBytes * direction;
        packetsIn += ownPackets * direction;
        flowsIn += ownFlows * direction;
      }
      runs.total.set(allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn);
      this.#addRun(tally, run, runs.total);
    }
  }

  #addRun({ sums, stepsIn, stepsOut }: Tally, run: number, added: Run): void {
    const { bytes, packets, flows, bytesIn, packetsIn, flowsIn } = added;
    const own = [bytesIn, bytes - bytesIn, packetsIn, packets - packetsIn, flowsIn, flows - flowsIn];
    const at = { bytes: 0, packets: 2, flows: 4 }[this.#reading.measure];
    const step = this.#runs.steps[run] ?? 0;
    for (let part = 0; part < SUMS; part++) sums[part] = (sums[part] ?? 0) + (own[part] ?? 0);
    stepsIn[step] = (stepsIn[step] ?? 0) + (own[at] ?? 0);
    stepsOut[step] = (stepsOut[step] ?? 0) + (own[at + 1] ?? 0);
  }

  /** All entries into their groups, and into what all groups carry together. */
  #countGroups({ bytes, packets, flows }: FlowBlock): void {
    const { size, rows, isIn } = this.#reading.selection;
    const { sums } = this.table;
    const groups = this.#groups;
    const runs = this.#runs;
    const stamps = runs.stampsFor(this.table);
    let i = 0;
    for (let run = 0; run < runs.count; run++) {
      const end = runs.ends[run] ?? 0;
      runs.begin(run, this.table, this.#log);
      const { stamp } = runs;
      let [allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn] = [0, 0, 0, 0, 0, 0];
      for (; i < size; i++) {
        const row = rows[i] ?? 0;
        if (row >= end) break;
        const ownBytes = bytes[row] ?? 0;
        const ownPackets = packets[row] ?? 0;
        const ownFlows = flows[row] ?? 0;
        const direction = isIn[i] ?? 0;
        allBytes += ownBytes;
        allPackets += ownPackets;
        allFlows += ownFlows;
        bytesIn += ownBytes * direction;
        packetsIn += ownPackets * direction;
        flowsIn += ownFlows * direction;
        const group = groups[i] ?? NO_GROUP;
        if (group === NO_GROUP) continue;
        if (stamps[group] !== stamp) runs.touch(group, sums);
        const at = group * GROUP_SUMS + 1 - direction;
        sums[at] = (sums[at] ?? 0) + ownBytes;
        sums[at + 2] = (sums[at + 2] ?? 0) + ownPackets;
        sums[at + 4] = (sums[at + 4] ?? 0) + ownFlows;
      }
      runs.grouped.set(allBytes, allPackets, allFlows, bytesIn, packetsIn, flowsIn);
      this.#addRun(this.grouped, run, runs.grouped);
    }
  }
}

function sumOf(values: Float64Array, rows: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += values[row] ?? 0;
  return sum;
}
