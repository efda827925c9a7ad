// Which side of a flow is the server, and on which port: so that a download (443 -> 51234) is still HTTPS.
import type { FlowBatch } from '../decoder/index.ts';

/** Registered ports from 1024 on that are met as services: IANA's names, and those that vendors took. */
const KNOWN_FROM_1024: readonly number[] = [
  1080, 1194, 1352, 1433, 1434, 1521, 1645, 1646, 1701, 1707, 1719, 1720, 1723, 1812, 1813, 1883, 1900, 1935, 1985,
  2000, 2049, 2055, 2082, 2083, 2086, 2087, 2095, 2096, 2123, 2152, 2222, 2375, 2376, 2379, 2380, 2404, 2483, 2484,
  3000, 3128, 3260, 3268, 3269, 3306, 3389, 3478, 3479, 3480, 3481, 3690, 3702, 3784, 3785, 4070, 4222, 4242, 4369,
  4443, 4500, 4569, 4739, 4789, 4984, 5000, 5001, 5004, 5005, 5060, 5061, 5201, 5222, 5223, 5228, 5229, 5230, 5246,
  5247, 5269, 5349, 5351, 5353, 5355, 5432, 5514, 5555, 5601, 5666, 5671, 5672, 5678, 5900, 5901, 5938, 5984, 5985,
  5986, 6000, 6081, 6343, 6379, 6443, 6514, 6568, 6600, 6667, 6697, 6783, 7000, 7001, 7070, 7547, 7680, 8000, 8006,
  8008, 8009, 8010, 8080, 8081, 8086, 8088, 8123, 8140, 8291, 8333, 8384, 8443, 8530, 8531, 8554, 8728, 8729, 8801,
  8834, 8880, 8883, 8888, 9000, 9001, 9042, 9090, 9091, 9092, 9093, 9100, 9200, 9300, 9389, 9418, 9443, 9470, 9999,
  10000, 10050, 10051, 11211, 11434, 13231, 19302, 19305, 22000, 25565, 27015, 27017, 32400, 33434, 41641, 51413, 51820,
  55443,
];

const IS_KNOWN = new Uint8Array(65_536);
IS_KNOWN.fill(1, 1, 1_024);
for (const port of KNOWN_FROM_1024) IS_KNOWN[port] = 1;

/** Protocols of which a record's port fields are ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const HAS_PORTS = new Uint8Array(256);
for (const protocol of [6, 17, 33, 132, 136]) HAS_PORTS[protocol] = 1;

const hasPorts = (protocol: number): boolean => HAS_PORTS[protocol] === 1;

/** True: the source is the server. The known port is the service's; of two alike the lower; of two equal the destination's. */
export function isServerSource(srcPort: number, dstPort: number): boolean {
  const known = (IS_KNOWN[srcPort] ?? 0) - (IS_KNOWN[dstPort] ?? 0);
  // Port 0 is what an exporter writes where it has none, as for fragments.
  if (known !== 0 || srcPort === 0 || dstPort === 0) return known > 0;
  return srcPort < dstPort;
}

export type SidesOf = Pick<FlowBatch, 'protocol' | 'srcPort' | 'dstPort' | 'natDstPort' | 'icmpTypeCode'>;

/** Beside the service, where the traffic went to the client. */
export const TO_CLIENT = 0x1_0000;

/**
 * Of one row: the service (0 in protocols without ports) and TO_CLIENT.
 * @param isDelivered what the router's own address received is its inside host's (fields 226 and 228)
 */
export function sideAndService(batch: SidesOf, row: number, isDelivered: boolean): number {
  const protocol = (batch.protocol[row] ?? 0) & 0xff;
  if (hasPorts(protocol)) {
    const from = (batch.srcPort[row] ?? 0) & 0xffff;
    const to = ((isDelivered ? batch.natDstPort[row] : 0) || (batch.dstPort[row] ?? 0)) & 0xffff;
    return isServerSource(from, to) ? from | TO_CLIENT : to;
  }
  if (protocol !== 1 && protocol !== 58) return 0;
  // Exporters without a field for type and code write them where the destination's port is.
  return (batch.icmpTypeCode[row] || (batch.dstPort[row] ?? 0)) & 0xffff;
}
