// Decodes packets in tests and gives the records back as plain objects.
import {
  FlowDecoder,
  type DecoderOptions,
  type FlowBatch,
} from '../../../electron/engine/collectors/netflow/decoder/index.ts';

export const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
export const NOW_S = NOW_MS / 1_000;
export const EXPORTER = '192.0.2.1';

export type Row = {
  family: number;
  src: string;
  dst: string;
  protocol: number;
  srcPort: number;
  dstPort: number;
  bytes: number;
  packets: number;
  firstMs: number;
  lastMs: number;
  tos: number;
  tcpFlags: number;
  inInterface: number;
  outInterface: number;
  vlan: number;
  direction: number;
  icmpTypeCode: number;
  natSrc: string;
  natDst: string;
  natSrcPort: number;
  natDstPort: number;
  srcMac: string;
  dstMac: string;
  application: number;
  sampling: number;
};

const ipv4 = (word: number): string => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');

/** Says the family by the address itself: ::ffff:a.b.c.d is IPv4; nothing but zeros is no address. */
function addressText(words: Uint32Array, row: number): string {
  const [a = 0, b = 0, c = 0, d = 0] = words.subarray(row * 4, row * 4 + 4);
  if ((a | b | c | d) === 0) return '';
  if (a === 0 && b === 0 && c === 0xffff) return ipv4(d);
  return [a, b, c, d].flatMap((word) => [(word >>> 16).toString(16), (word & 0xffff).toString(16)]).join(':');
}

const macText = (bits: number): string => bits.toString(16).padStart(12, '0');

function rowOf(batch: FlowBatch, row: number): Row {
  const at = (column: Uint32Array | Float64Array): number => column[row] ?? Number.NaN;
  return {
    family: at(batch.family),
    src: addressText(batch.src, row),
    dst: addressText(batch.dst, row),
    protocol: at(batch.protocol),
    srcPort: at(batch.srcPort),
    dstPort: at(batch.dstPort),
    bytes: at(batch.bytes),
    packets: at(batch.packets),
    firstMs: at(batch.firstMs),
    lastMs: at(batch.lastMs),
    tos: at(batch.tos),
    tcpFlags: at(batch.tcpFlags),
    inInterface: at(batch.inInterface),
    outInterface: at(batch.outInterface),
    vlan: at(batch.vlan),
    direction: at(batch.direction),
    icmpTypeCode: at(batch.icmpTypeCode),
    natSrc: addressText(batch.natSrc, row),
    natDst: addressText(batch.natDst, row),
    natSrcPort: at(batch.natSrcPort),
    natDstPort: at(batch.natDstPort),
    srcMac: macText(at(batch.srcMac)),
    dstMac: macText(at(batch.dstMac)),
    application: at(batch.application),
    sampling: at(batch.sampling),
  };
}

export type From = { address?: string; port?: number; nowMs?: number };

export class Collect {
  readonly rows: Row[] = [];
  readonly decoder: FlowDecoder;

  constructor(options: Omit<DecoderOptions, 'sink'> = {}) {
    this.decoder = new FlowDecoder({
      ...options,
      sink: (batch) => {
        for (let row = 0; row < batch.rows; row++) this.rows.push(rowOf(batch, row));
      },
    });
  }

  send(packet: Uint8Array, { address = EXPORTER, port = 40_000, nowMs = NOW_MS }: From = {}): this {
    this.decoder.decode(packet, address, port, nowMs);
    return this;
  }

  /** Counts of one exporter as plain objects, its loss settled. */
  counts(address = EXPORTER) {
    this.decoder.sweep(NOW_MS + 10_000);
    const exporter = this.decoder.exporters.get(address);
    return {
      dropped: Object.fromEntries(exporter?.dropped ?? []),
      ignored: Object.fromEntries(exporter?.ignored ?? []),
      lost: Object.fromEntries(exporter?.lost ?? []),
      templates: exporter?.templates.size ?? 0,
      records: [...(exporter?.versions.values() ?? [])].reduce((sum, { records }) => sum + records, 0),
      packets: [...(exporter?.versions.values() ?? [])].reduce((sum, { packets }) => sum + packets, 0),
    };
  }
}

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s+/g, ''), 'hex'));
