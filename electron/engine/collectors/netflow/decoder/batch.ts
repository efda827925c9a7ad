// Decoded flow records as columns: what every consumer of the decoder reads.

export const BATCH_ROWS = 2_048;

const u32 = () => new Uint32Array(BATCH_ROWS);
const f64 = () => new Float64Array(BATCH_ROWS);

/** Columns that few templates have, by what they are about. */
export type RareGroup = 'nat' | 'mac' | 'application';

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
  /** Type of service or traffic class; the code point is tos >>> 2. */
  readonly tos = u32();
  readonly tcpFlags = u32();
  readonly inInterface = u32();
  readonly outInterface = u32();
  readonly vlan = u32();
  /** 0 ingress, 1 egress. */
  readonly direction = u32();
  readonly icmpTypeCode = u32();
  readonly ipVersion = u32();
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

  /**
   * False: no row has any of the group's columns, which are zeros then. A consumer that looks at these first pays nothing
   * for what is seldom there.
   */
  hasNat = false;
  hasMac = false;
  hasApplication = false;
  /**
   * Addresses and ports after translation, in the form of src and dst; zeros: not given. Traffic to a row's dst was
   * delivered to natDst where that is given: who counts by inside host takes natDst and natDstPort for dst and dstPort
   * then (src is the inside host already), or hosts behind a translation show uploads only.
   */
  readonly natSrc = new Uint32Array(BATCH_ROWS * 4);
  readonly natDst = new Uint32Array(BATCH_ROWS * 4);
  readonly natSrcPort = u32();
  readonly natDstPort = u32();
  /** The 48 bits as a number; 0 = not given. */
  readonly srcMac = f64();
  readonly dstMac = f64();
  /** RFC 6759: classification engine and selector as one number; 0 = not given. */
  readonly application = f64();

  /** Columns that were ever written, as plans number them. */
  writtenBits = 0;

  /** Rows of these groups are about to be written. */
  mark(groups: readonly RareGroup[]): void {
    for (const group of groups) {
      if (group === 'nat') this.hasNat = true;
      else if (group === 'mac') this.hasMac = true;
      else this.hasApplication = true;
    }
  }

  /** Makes rows from..to-1 of the rare columns zeros again, wherever they may have been written. */
  clearRare(from: number, to: number): void {
    if (this.hasNat) {
      this.natSrc.fill(0, from * 4, to * 4);
      this.natDst.fill(0, from * 4, to * 4);
      this.natSrcPort.fill(0, from, to);
      this.natDstPort.fill(0, from, to);
    }
    if (this.hasMac) {
      this.srcMac.fill(0, from, to);
      this.dstMac.fill(0, from, to);
    }
    if (this.hasApplication) this.application.fill(0, from, to);
  }

  /** Empties the batch. */
  clear(): void {
    this.clearRare(0, this.rows);
    this.rows = 0;
    this.hasNat = false;
    this.hasMac = false;
    this.hasApplication = false;
  }

  /** Overwrites one row by another: how refused rows are squeezed out. */
  copyRow(from: number, to: number): void {
    this.src.copyWithin(to * 4, from * 4, from * 4 + 4);
    this.dst.copyWithin(to * 4, from * 4, from * 4 + 4);
    for (const column of this.#columns) column[to] = column[from] ?? 0;
    if (this.hasNat) {
      this.natSrc.copyWithin(to * 4, from * 4, from * 4 + 4);
      this.natDst.copyWithin(to * 4, from * 4, from * 4 + 4);
      this.natSrcPort[to] = this.natSrcPort[from] ?? 0;
      this.natDstPort[to] = this.natDstPort[from] ?? 0;
    }
    if (this.hasMac) {
      this.srcMac[to] = this.srcMac[from] ?? 0;
      this.dstMac[to] = this.dstMac[from] ?? 0;
    }
    if (this.hasApplication) this.application[to] = this.application[from] ?? 0;
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
