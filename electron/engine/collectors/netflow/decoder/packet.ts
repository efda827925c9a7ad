// Export packet headers: NetFlow v5, v9 (RFC 3954 section 5.1) and IPFIX (RFC 7011 section 3.1).
import type { Domain, FlowVersion } from './exporter.ts';

export const V5_HEADER_BYTES = 24;
export const V5_RECORD_BYTES = 48;
const V9_HEADER_BYTES = 20;
const IPFIX_HEADER_BYTES = 16;

export type PacketHeader = {
  readonly version: FlowVersion;
  /** Observation domain, v9 source id, or v5 engine type and id. */
  readonly domainId: number;
  readonly sequence: number;
  /** Unix ms by the exporter's clock. */
  readonly exportMs: number;
  /** IPFIX has none. */
  readonly uptimeMs: number | undefined;
  /** v5 only: the header's sampling interval. */
  readonly samplingInterval: number;
  /** v5 only. */
  readonly records: number;
  readonly bodyStart: number;
  /** End of the message; for IPFIX by its own length. */
  readonly end: number;
};

export type PacketContext = {
  readonly version: FlowVersion;
  readonly domain: Domain;
  readonly exportMs: number;
  readonly uptimeMs: number | undefined;
  readonly samplingInterval: number;
  readonly port: number;
  /** Unix ms of arrival. */
  readonly nowMs: number;
};

export type HeaderError = 'unknown_version' | 'truncated' | 'bad_length';

export function readHeader(view: DataView): PacketHeader | HeaderError {
  const size = view.byteLength;
  if (size < 2) return 'truncated';
  switch (view.getUint16(0)) {
    case 5:
      return size < V5_HEADER_BYTES ? 'truncated' : readV5Header(view);
    case 9:
      return size < V9_HEADER_BYTES ? 'truncated' : readV9Header(view);
    case 10:
      return size < IPFIX_HEADER_BYTES ? 'truncated' : readIpfixHeader(view);
    default:
      return 'unknown_version';
  }
}

function readV5Header(view: DataView): PacketHeader | HeaderError {
  const records = view.getUint16(2);
  const end = V5_HEADER_BYTES + records * V5_RECORD_BYTES;
  if (end > view.byteLength) return 'truncated';
  return {
    version: 5,
    domainId: view.getUint16(20),
    sequence: view.getUint32(16),
    exportMs: view.getUint32(8) * 1_000 + Math.floor(view.getUint32(12) / 1_000_000),
    uptimeMs: view.getUint32(4),
    // The two high bits are the sampling mode.
    samplingInterval: view.getUint16(22) & 0x3fff,
    records,
    bodyStart: V5_HEADER_BYTES,
    end,
  };
}

const readV9Header = (view: DataView): PacketHeader => ({
  version: 9,
  domainId: view.getUint32(16),
  sequence: view.getUint32(12),
  exportMs: view.getUint32(8) * 1_000,
  uptimeMs: view.getUint32(4),
  samplingInterval: 0,
  records: 0,
  bodyStart: V9_HEADER_BYTES,
  end: view.byteLength,
});

function readIpfixHeader(view: DataView): PacketHeader | HeaderError {
  const end = view.getUint16(2);
  if (end < IPFIX_HEADER_BYTES) return 'bad_length';
  if (end > view.byteLength) return 'truncated';
  return {
    version: 10,
    domainId: view.getUint32(12),
    sequence: view.getUint32(8),
    exportMs: view.getUint32(4) * 1_000,
    uptimeMs: undefined,
    samplingInterval: 0,
    records: 0,
    bodyStart: IPFIX_HEADER_BYTES,
    end,
  };
}
