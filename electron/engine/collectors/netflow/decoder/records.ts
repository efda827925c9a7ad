// Reads the records of one data set into the batch and hands full batches on.
import { BATCH_ROWS, FlowBatch } from './batch.ts';
import { readFixedRecords, readVariableRecord } from './columns.ts';
import type { Exporter } from './exporter.ts';
import { finishRows } from './finish.ts';
import { applyOptionsRecord } from './options.ts';
import type { PacketContext } from './packet.ts';
import { type RowPlan, type UnreadColumn, VARIABLE_LENGTH, withoutColumns } from './plan.ts';
import { MAX_FIELDS, V5_PLAN, type Template } from './template.ts';
import { V5_HEADER_BYTES, V5_RECORD_BYTES } from './packet.ts';

/** Called with each batch; its arrays are reused as soon as this returns. */
export type FlowSink = (batch: FlowBatch, exporter: Exporter, context: PacketContext) => void;

export class RecordReader {
  readonly #sink: FlowSink;
  readonly #batch = new FlowBatch();
  readonly #offsets = new Uint32Array(MAX_FIELDS);
  readonly #lengths = new Uint32Array(MAX_FIELDS);
  /** Rows of the batch that are the other direction of a record counted already. */
  #reverseRows = 0;

  readonly #unread: ReadonlySet<UnreadColumn>;
  /** Templates' plans without what is not read. */
  readonly #plans = new WeakMap<RowPlan, RowPlan>();

  constructor(sink: FlowSink, unread: readonly UnreadColumn[] = []) {
    this.#sink = sink;
    this.#unread = new Set(unread);
  }

  readV5(view: DataView, records: number, exporter: Exporter, context: PacketContext): void {
    this.#readFixed(V5_PLAN, view, V5_HEADER_BYTES, V5_RECORD_BYTES, records, exporter, context);
    this.flush(exporter, context);
  }

  /** The number of data records in the set, options records included. */
  readSet(
    view: DataView,
    start: number,
    end: number,
    template: Template,
    exporter: Exporter,
    context: PacketContext,
  ): number {
    if (template.plan !== undefined && !template.variable) {
      // What is left over at the end is padding.
      const count = Math.floor((end - start) / template.minLength);
      this.#readFixed(template.plan, view, start, template.minLength, count, exporter, context);
      if (template.reversePlan !== undefined) {
        this.#readFixed(template.reversePlan, view, start, template.minLength, count, exporter, context);
      }
      return count;
    }
    return this.#readOneByOne(template, view, start, end, exporter, context);
  }

  /** Hands on what the batch holds. */
  flush(exporter: Exporter, context: PacketContext): void {
    const batch = this.#batch;
    if (batch.rows === 0) return;
    exporter.countsOf(context.version).records += batch.rows - this.#reverseRows;
    this.#reverseRows = 0;
    this.#sink(batch, exporter, context);
    batch.clear();
  }

  #readFixed(
    whole: RowPlan,
    view: DataView,
    start: number,
    stride: number,
    count: number,
    exporter: Exporter,
    context: PacketContext,
  ): void {
    let plan = this.#plans.get(whole);
    if (plan === undefined) {
      plan = withoutColumns(whole, this.#unread);
      this.#plans.set(whole, plan);
    }
    let done = 0;
    while (done < count) {
      const rows = this.#room(exporter, context, count - done);
      readFixedRecords(plan, view, start + done * stride, stride, rows, this.#batch, this.#batch.rows);
      this.#finish(plan, rows, exporter, context);
      done += rows;
    }
  }

  #readOneByOne(
    template: Template,
    view: DataView,
    start: number,
    end: number,
    exporter: Exporter,
    context: PacketContext,
  ): number {
    let position = start;
    let count = 0;
    while (end - position >= template.minLength) {
      const next = this.#locate(template, view, position, end);
      if (next === undefined) {
        exporter.drop('bad_record');
        return count;
      }
      if (template.plan === undefined) {
        applyOptionsRecord(exporter, context.domain, template, view, this.#offsets, this.#lengths);
      } else {
        this.#readVariable(template.plan, view, exporter, context);
        if (template.reversePlan !== undefined) this.#readVariable(template.reversePlan, view, exporter, context);
      }
      // A record has at least one byte, so this ends.
      position = next;
      count++;
    }
    return count;
  }

  #readVariable(plan: RowPlan, view: DataView, exporter: Exporter, context: PacketContext): void {
    this.#room(exporter, context, 1);
    readVariableRecord(plan, view, this.#offsets, this.#lengths, this.#batch, this.#batch.rows);
    this.#finish(plan, 1, exporter, context);
  }

  /** Finds the fields of one record; variable lengths are one byte, or 255 and two (RFC 7011 section 7). */
  #locate(template: Template, view: DataView, start: number, end: number): number | undefined {
    let position = start;
    for (const [field, { length: specified }] of template.fields.entries()) {
      let length = specified;
      if (specified === VARIABLE_LENGTH) {
        if (position + 1 > end) return undefined;
        length = view.getUint8(position);
        position += 1;
        if (length === 255) {
          if (position + 2 > end) return undefined;
          length = view.getUint16(position);
          position += 2;
        }
      }
      if (position + length > end) return undefined;
      this.#offsets[field] = position;
      this.#lengths[field] = length;
      position += length;
    }
    return position;
  }

  #room(exporter: Exporter, context: PacketContext, wanted: number): number {
    if (this.#batch.rows === BATCH_ROWS) this.flush(exporter, context);
    return Math.min(wanted, BATCH_ROWS - this.#batch.rows);
  }

  #finish(plan: RowPlan, rows: number, exporter: Exporter, context: PacketContext): void {
    const batch = this.#batch;
    const kept = finishRows(batch, batch.rows, rows, plan, context, exporter);
    if (kept < rows) batch.clearRare(batch.rows + kept, batch.rows + rows);
    batch.rows += kept;
    if (plan.isReverse) this.#reverseRows += kept;
  }
}
