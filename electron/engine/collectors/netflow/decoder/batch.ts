// Decoded flow records as columns: what every consumer of the decoder reads.

export const BATCH_ROWS = 2_048;

const u32 = () => new Uint32Array(BATCH_ROWS);
const f64 = () => new Float64Array(BATCH_ROWS);

/**
 * Up to BATCH_ROWS records of one packet, one typed array a column, valid until the sink returns. Columns that the
 * template lacks are 0. Counters have sampling applied; `sampling` is the factor (1 = none).
 */
export class FlowBatch {
  rows = 0;

  /** Four words a row in network order; IPv4 as ::ffff:a.b.c.d, so its address is the fourth word; zeros: none given. */
  readonly src = new Uint32Array(BATCH_ROWS * 4);
  readonly dst = new Uint32Array(BATCH_ROWS * 4);
  /** 4, 6, or 0 where the template has no addresses. */
  readonly family = u32();
  readonly protocol = u32();
  readonly srcPort = u32();
  readonly dstPort = u32();
  readonly tos = u32();
  readonly tcpFlags = u32();
  readonly inInterface = u32();
  readonly outInterface = u32();
  readonly vlan = u32();
  /** 0 ingress, 1 egress. */
  readonly direction = u32();
  readonly icmpTypeCode = u32();
  readonly ipVersion = u32();
  /** IPv4 addresses after translation; 0 = none. */
  readonly natSrc = u32();
  readonly natDst = u32();
  readonly natSrcPort = u32();
  readonly natDstPort = u32();
  readonly natEvent = u32();
  readonly samplingInterval = u32();

  readonly bytes = f64();
  readonly packets = f64();
  /** Unix ms. */
  readonly firstMs = f64();
  readonly lastMs = f64();
  readonly sampling = f64();
  readonly samplerId = f64();
  readonly sysInitMs = f64();

  /** Overwrites one row by another: how refused rows are squeezed out. */
  copyRow(from: number, to: number): void {
    this.src.copyWithin(to * 4, from * 4, from * 4 + 4);
    this.dst.copyWithin(to * 4, from * 4, from * 4 + 4);
    for (const column of this.#columns) column[to] = column[from] ?? 0;
  }

  readonly #columns: readonly (Uint32Array | Float64Array)[] = [
    this.family,
    this.protocol,
    this.srcPort,
    this.dstPort,
    this.tos,
    this.tcpFlags,
    this.inInterface,
    this.outInterface,
    this.vlan,
    this.direction,
    this.icmpTypeCode,
    this.ipVersion,
    this.natSrc,
    this.natDst,
    this.natSrcPort,
    this.natDstPort,
    this.natEvent,
    this.samplingInterval,
    this.bytes,
    this.packets,
    this.firstMs,
    this.lastMs,
    this.sampling,
    this.samplerId,
    this.sysInitMs,
  ];
}
