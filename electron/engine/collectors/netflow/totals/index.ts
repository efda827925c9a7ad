// The sums behind edge_ipfix_*_total: by exporter, protocol and destination port.
import type { Exporter, FlowBatch, PacketContext } from '../decoder/index.ts';
import { InterfaceTotals, type InterfaceRows } from './interface-totals.ts';
import { PortTotals, portKey, type TotalsRows } from './port-totals.ts';
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
    const { ports: portTotals, interfaces } = totals;
    const { src, dst, protocol, srcPort, dstPort, bytes, packets, inInterface, outInterface } = batch;
    for (let row = 0; row < batch.rows; row++) {
      const protocolNumber = protocol[row] ?? 0;
      const port = dstPort[row] ?? 0;
      const ports = portKey(srcPort[row] ?? 0, port);
      const isNew = this.#tuples.add(exporter.serial, src, dst, row, ports, protocolNumber);
      portTotals.add(protocolNumber, port, bytes[row] ?? 0, packets[row] ?? 0, isNew);
      interfaces.add(inInterface[row] ?? 0, outInterface[row] ?? 0, bytes[row] ?? 0);
    }
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
