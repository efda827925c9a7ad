// The sums behind edge_ipfix_*_total: by exporter, protocol and destination port.
import { BATCH_ROWS, type Exporter, type FlowBatch, type PacketContext } from '../decoder/index.ts';
import { InterfaceTotals, type InterfaceRows } from './interface-totals.ts';
import { PortTotals, type TotalsRows } from './port-totals.ts';
import { TupleSet } from './tuple-set.ts';

export type { InterfaceRows } from './interface-totals.ts';
export { portOfKey, protocolOfKey, type TotalsRows } from './port-totals.ts';

const MINUTE_MS = 60_000;

/** The decoder's sink: counts bytes, packets, and flows, a flow being one distinct 5-tuple in one minute of arrival. */
export class FlowTotals {
  readonly #portsPerExporter: number;
  readonly #byExporter = new Map<Exporter, { ports: PortTotals; interfaces: InterfaceTotals }>();
  readonly #tuples: TupleSet;
  #minute = 0;
  /** Of the batch that came last: 1 for each row that is a flow of its own. */
  readonly isNew = new Uint8Array(BATCH_ROWS);

  constructor(options: { portsPerExporter: number; tuples?: TupleSet }) {
    this.#portsPerExporter = options.portsPerExporter;
    this.#tuples = options.tuples ?? new TupleSet();
  }

  readonly sink = (batch: FlowBatch, exporter: Exporter, { nowMs }: PacketContext): void => {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#tuples.clear();
    }
    let totals = this.#byExporter.get(exporter);
    if (totals === undefined) {
      totals = { ports: new PortTotals(this.#portsPerExporter), interfaces: new InterfaceTotals() };
      this.#byExporter.set(exporter, totals);
    }
    const { ports, interfaces } = totals;
    const { isNew } = this;
    this.#tuples.addRows(exporter.serial, batch.rows, batch, isNew);
    ports.addRows(batch.rows, batch, isNew);
    interfaces.addRows(batch.rows, batch);
  };

  /** Cumulative rows of one exporter; undefined if it has sent no traffic. */
  flush(exporter: Exporter): TotalsRows | undefined {
    return this.#byExporter.get(exporter)?.ports.flush();
  }

  /** Cumulative bytes of one exporter by interface. */
  interfaces(exporter: Exporter): InterfaceRows | undefined {
    return this.#byExporter.get(exporter)?.interfaces.rows();
  }

  /** Forgets the exporters that the decoder has forgotten. */
  retain(exporters: ReadonlySet<Exporter>): void {
    for (const exporter of this.#byExporter.keys()) if (!exporters.has(exporter)) this.#byExporter.delete(exporter);
  }
}
