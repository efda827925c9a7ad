// MikroTik's neighbour discovery on the wire: a header of four bytes, then type, length and value; all of it untrusted.
import { cleanText, decodeText, normalizeAddress, normalizeMac } from '../../observations/index.ts';

export type Announcement = {
  readonly mac: string;
  readonly identity?: string;
  readonly version?: string;
  readonly platform?: string;
  readonly board?: string;
  readonly softwareId?: string;
  readonly uptimeSeconds?: number;
  /** The sender's interface: "bridge/ether2". */
  readonly interface?: string;
  readonly addresses: readonly string[];
};

/** Asks whoever hears it to announce itself. */
export const MNDP_REQUEST = Uint8Array.of(0, 0, 0, 0);
export const MNDP_PORT = 5678;

const HEADER_BYTES = 4;
/** An announcement takes some 200 bytes. */
const MAX_BYTES = 2_048;

const MAC = 1;
const UPTIME = 10;
const IPV6 = 15;
const IPV4 = 17;
const TEXTS: Readonly<Record<number, 'identity' | 'version' | 'platform' | 'softwareId' | 'board' | 'interface'>> = {
  5: 'identity',
  7: 'version',
  8: 'platform',
  11: 'softwareId',
  12: 'board',
  16: 'interface',
};

/** 'request' for a question of somebody else; undefined for what is no announcement. Never throws. */
export function parseMndp(packet: Uint8Array): Announcement | 'request' | undefined {
  if (packet.length < HEADER_BYTES || packet.length > MAX_BYTES) return undefined;
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  if (bytes.length === HEADER_BYTES) return bytes.readUInt32BE() === 0 ? 'request' : undefined;
  const found: { -readonly [K in keyof Announcement]?: Announcement[K] } = {};
  const addresses: string[] = [];
  let isRequest = bytes.readUInt32BE() === 0;
  for (let at = HEADER_BYTES; at < bytes.length;) {
    if (at + 4 > bytes.length) return undefined;
    const type = bytes.readUInt16BE(at);
    const value = bytes.subarray(at + 4, at + 4 + bytes.readUInt16BE(at + 2));
    if (value.length < bytes.readUInt16BE(at + 2)) return undefined;
    at += 4 + value.length;
    isRequest &&= value.length === 0;
    const text = TEXTS[type];
    if (text !== undefined) {
      const shown = cleanText(decodeText(value));
      if (shown !== '') found[text] = shown;
    } else if (type === MAC && value.length === 6) {
      const mac = normalizeMac(value.toString('hex'));
      if (mac !== undefined) found.mac = mac;
    } else if (type === UPTIME && value.length === 4) {
      found.uptimeSeconds = value.readUInt32LE();
    } else if ((type === IPV4 && value.length === 4) || (type === IPV6 && value.length === 16)) {
      const address = normalizeAddress(type === IPV4 ? value.join('.') : ipv6Text(value));
      if (address !== undefined && !addresses.includes(address)) addresses.push(address);
    }
  }
  const { mac } = found;
  if (mac !== undefined) return { ...found, mac, addresses };
  return isRequest ? 'request' : undefined;
}

const ipv6Text = (value: Buffer): string => value.toString('hex').replace(/(.{4})(?=.)/g, '$1:');
