// A simulated exporter's packets: templates when due, sequence numbers as each version counts them.
import type { SimFlow } from './conversations.ts';
import {
  addressBytes,
  Bytes,
  ipfixMessage,
  ipfixOptions,
  ipfixTemplates,
  set,
  v5Packet,
  v9Options,
  v9Packet,
  v9Templates,
  type FieldSpec,
} from './wire.ts';

export type SimVersion = 5 | 9 | 10;

/** Records that fit one Ethernet frame. */
export const RECORDS_PER_PACKET: Readonly<Record<SimVersion, number>> = { 5: 30, 9: 24, 10: 20 };

const IPV4_TEMPLATE = 256;
const IPV6_TEMPLATE = 257;
const OPTIONS_TEMPLATE = 258;
const PADDING_ROOM_MS = 60_000;

/** Everything but the addresses; counters of 4 bytes in v9 and 8 in IPFIX. */
const commonFields = (version: 9 | 10): readonly FieldSpec[] => [
  [4, 1], // protocolIdentifier
  [5, 1], // ipClassOfService
  [6, 1], // tcpControlBits
  [7, 2], // sourceTransportPort
  [11, 2], // destinationTransportPort
  [10, 4], // ingressInterface
  [14, 4], // egressInterface
  [1, version === 9 ? 4 : 8], // octetDeltaCount
  [2, version === 9 ? 4 : 8], // packetDeltaCount
  ...(version === 9
    ? ([
        [22, 4], // FIRST_SWITCHED
        [21, 4], // LAST_SWITCHED
      ] as const)
    : ([
        [152, 8], // flowStartMilliseconds
        [153, 8], // flowEndMilliseconds
      ] as const)),
];

const NAT_FIELDS: readonly FieldSpec[] = [
  [225, 4], // postNATSourceIPv4Address
  [226, 4], // postNATDestinationIPv4Address
];

const templatesOf = (version: 9 | 10, tellsNat: boolean) => [
  {
    id: IPV4_TEMPLATE,
    fields: [[8, 4], [12, 4], ...commonFields(version), ...(tellsNat ? NAT_FIELDS : [])] as readonly FieldSpec[],
  },
  { id: IPV6_TEMPLATE, fields: [[27, 16], [28, 16], ...commonFields(version)] as readonly FieldSpec[] },
];

export type EncoderOptions = {
  readonly version: SimVersion;
  /** Observation domain, source id; engine id in v5. */
  readonly domain?: number;
  /** One packet in this many was looked at; counters are then given for the packets seen. */
  readonly samplingInterval?: number;
  /** Tells addresses after translation, as RouterOS does. */
  readonly nat?: boolean;
  readonly bootMs: number;
};

export class FlowPacketEncoder {
  readonly version: SimVersion;
  readonly #domain: number;
  readonly #samplingInterval: number;
  readonly #tellsNat: boolean;
  #bootMs: number;
  #sequence = 0;

  constructor(options: EncoderOptions) {
    this.version = options.version;
    this.#domain = options.domain ?? 0;
    this.#samplingInterval = options.samplingInterval ?? 1;
    this.#tellsNat = options.nat ?? false;
    // Flows that began before the exporter would have an uptime below zero.
    this.#bootMs = options.bootMs - PADDING_ROOM_MS;
  }

  /** As after a reboot: numbering and uptime begin anew. */
  restart(nowMs: number): void {
    this.#sequence = 0;
    this.#bootMs = nowMs - PADDING_ROOM_MS;
  }

  /** Templates and, if sampling, the options record that tells it; undefined in v5. */
  templates(nowMs: number): Uint8Array | undefined {
    if (this.version === 5) return undefined;
    const templates = templatesOf(this.version, this.#tellsNat);
    const sampling = this.#samplingInterval > 1 ? this.#samplingSets(this.version) : [];
    if (this.version === 9) {
      const sets = [v9Templates(...templates), ...sampling];
      return v9Packet(this.#v9Header(nowMs, templates.length + sampling.length), sets);
    }
    const message = ipfixMessage(this.#ipfixHeader(nowMs), [ipfixTemplates(...templates), ...sampling]);
    // An options record is a data record too (RFC 7011 section 3.1).
    this.#sequence += sampling.length > 0 ? 1 : 0;
    return message;
  }

  /** One packet with these flows; at most RECORDS_PER_PACKET of them. */
  data(flows: readonly SimFlow[], nowMs: number): Uint8Array {
    if (this.version === 5) return this.#v5(flows, nowMs);
    const version = this.version;
    const sets: Uint8Array[] = [];
    for (const [id, family] of [
      [IPV4_TEMPLATE, 4],
      [IPV6_TEMPLATE, 6],
    ] as const) {
      const ofFamily = flows.filter(({ src }) => src.includes(':') === (family === 6));
      if (ofFamily.length === 0) continue;
      const body = new Bytes();
      for (const flow of ofFamily) this.#record(body, flow, version, nowMs);
      sets.push(set(id, body.done()));
    }
    if (version === 9) return v9Packet(this.#v9Header(nowMs, flows.length), sets);
    const message = ipfixMessage(this.#ipfixHeader(nowMs), sets);
    this.#sequence += flows.length;
    return message;
  }

  #v5(flows: readonly SimFlow[], nowMs: number): Uint8Array {
    const uptimeMs = nowMs - this.#bootMs;
    const header = {
      uptimeMs,
      unixSeconds: Math.floor(nowMs / 1_000),
      unixNanoseconds: (nowMs % 1_000) * 1_000_000,
      sequence: this.#sequence,
      engineId: this.#domain & 0xff,
      // Mode 1 (packet interval sampling) in the two high bits.
      sampling: this.#samplingInterval > 1 ? 0x4000 | this.#samplingInterval : 0,
    };
    this.#sequence += flows.length;
    return v5Packet(
      header,
      flows.map((flow) => ({ ...flow, firstUptimeMs: uptimeMs - flow.durationMs, lastUptimeMs: uptimeMs })),
    );
  }

  #record(body: Bytes, flow: SimFlow, version: 9 | 10, nowMs: number): void {
    const counterBytes = version === 9 ? 4 : 8;
    const endMs = version === 9 ? nowMs - this.#bootMs : nowMs;
    body
      .raw(addressBytes(flow.src))
      .raw(addressBytes(flow.dst))
      .uint(flow.protocol, 1)
      .uint(flow.tos, 1)
      .uint(flow.tcpFlags, 1)
      .uint(flow.srcPort, 2)
      .uint(flow.dstPort, 2)
      .uint(flow.inInterface, 4)
      .uint(flow.outInterface, 4)
      .uint(flow.bytes, counterBytes)
      .uint(flow.packets, counterBytes)
      .uint(endMs - flow.durationMs, counterBytes)
      .uint(endMs, counterBytes);
    if (!this.#tellsNat || flow.src.includes(':')) return;
    body.raw(addressBytes(flow.nat?.src ?? flow.src)).raw(addressBytes(flow.nat?.dst ?? flow.dst));
  }

  #samplingSets(version: 9 | 10): Uint8Array[] {
    if (version === 9) {
      const template = v9Options({
        id: OPTIONS_TEMPLATE,
        scope: [[1, 4]],
        fields: [
          [34, 4],
          [35, 1],
        ],
      });
      const record = new Bytes().uint(this.#domain, 4).uint(this.#samplingInterval, 4).uint(1, 1);
      return [template, set(OPTIONS_TEMPLATE, record.done())];
    }
    // RFC 5477: one packet taken, then so many left out.
    const template = ipfixOptions({
      id: OPTIONS_TEMPLATE,
      scope: [[149, 4]],
      fields: [
        [305, 4],
        [306, 4],
      ],
    });
    const record = new Bytes()
      .uint(this.#domain, 4)
      .uint(1, 4)
      .uint(this.#samplingInterval - 1, 4);
    return [template, set(OPTIONS_TEMPLATE, record.done())];
  }

  /** v9 counts packets. */
  #v9Header(nowMs: number, count: number) {
    return {
      count,
      uptimeMs: nowMs - this.#bootMs,
      unixSeconds: Math.floor(nowMs / 1_000),
      sequence: this.#sequence++,
      sourceId: this.#domain,
    };
  }

  #ipfixHeader(nowMs: number) {
    return { exportSeconds: Math.floor(nowMs / 1_000), sequence: this.#sequence, domain: this.#domain };
  }
}
