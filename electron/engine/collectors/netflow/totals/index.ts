// The sums behind edge_ipfix_*_total: by exporter, protocol and destination port.
import type { Exporter, FlowBatch, PacketContext } from '../decoder/index.ts';
import { PortTotals, portKey, type TotalsRows } from './port-totals.ts';
import { TupleSet } from './tuple-set.ts';

export { portOfKey, protocolOfKey, type TotalsRows } from './port-totals.ts';

const MINUTE_MS = 60_000;

/** The decoder's sink: counts bytes, packets, and flows, a flow being one distinct 5-tuple in one minute of arrival. */
export class FlowTotals {
  readonly #portsPerExporter: number;
  readonly #byExporter = new Map<Exporter, PortTotals>();
  readonly #tuples: TupleSet;
  #minute = 0;

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
      totals = new PortTotals(this.#portsPerExporter);
      this.#byExporter.set(exporter, totals);
    }
    const { src, dst, protocol, srcPort, dstPort, bytes, packets } = batch;
    for (let row = 0; row < batch.rows; row++) {
      const protocolNumber = protocol[row] ?? 0;
      const port = dstPort[row] ?? 0;
      const ports = portKey(srcPort[row] ?? 0, port);
      const isNew = this.#tuples.add(exporter.serial, src, dst, row, ports, protocolNumber);
      totals.add(protocolNumber, port, bytes[row] ?? 0, packets[row] ?? 0, isNew);
    }
  };

  /** Cumulative rows of one exporter; undefined if it has sent no traffic. */
  flush(exporter: Exporter): TotalsRows | undefined {
    return this.#byExporter.get(exporter)?.flush();
  }

  /** Forgets the exporters that the decoder has forgotten. */
  retain(exporters: ReadonlySet<Exporter>): void {
    for (const exporter of this.#byExporter.keys()) if (!exporters.has(exporter)) this.#byExporter.delete(exporter);
  }
}
