// The information elements that this decoder reads, by their IANA numbers (NetFlow v9 field types are the same below 128).

/** https://www.iana.org/assignments/ipfix; v9 names in RFC 3954 section 8. */
export const ELEMENT = {
  octetDeltaCount: 1,
  packetDeltaCount: 2,
  protocolIdentifier: 4,
  ipClassOfService: 5,
  tcpControlBits: 6,
  sourceTransportPort: 7,
  sourceIPv4Address: 8,
  ingressInterface: 10,
  destinationTransportPort: 11,
  destinationIPv4Address: 12,
  egressInterface: 14,
  flowEndSysUpTime: 21,
  flowStartSysUpTime: 22,
  postOctetDeltaCount: 23,
  postPacketDeltaCount: 24,
  sourceIPv6Address: 27,
  destinationIPv6Address: 28,
  icmpTypeCodeIPv4: 32,
  samplingInterval: 34,
  samplerId: 48,
  samplerRandomInterval: 50,
  postIpClassOfService: 55,
  sourceMacAddress: 56,
  postDestinationMacAddress: 57,
  vlanId: 58,
  postVlanId: 59,
  ipVersion: 60,
  flowDirection: 61,
  destinationMacAddress: 80,
  postSourceMacAddress: 81,
  interfaceName: 82,
  interfaceDescription: 83,
  octetTotalCount: 85,
  packetTotalCount: 86,
  applicationDescription: 94,
  applicationId: 95,
  applicationName: 96,
  icmpTypeCodeIPv6: 139,
  flowStartSeconds: 150,
  flowEndSeconds: 151,
  flowStartMilliseconds: 152,
  flowEndMilliseconds: 153,
  flowStartMicroseconds: 154,
  flowEndMicroseconds: 155,
  flowStartNanoseconds: 156,
  flowEndNanoseconds: 157,
  flowStartDeltaMicroseconds: 158,
  flowEndDeltaMicroseconds: 159,
  systemInitTimeMilliseconds: 160,
  udpSourcePort: 180,
  udpDestinationPort: 181,
  tcpSourcePort: 182,
  tcpDestinationPort: 183,
  ipDiffServCodePoint: 195,
  postNATSourceIPv4Address: 225,
  postNATDestinationIPv4Address: 226,
  postNAPTSourceTransportPort: 227,
  postNAPTDestinationTransportPort: 228,
  natEvent: 230,
  initiatorOctets: 231,
  responderOctets: 232,
  dot1qVlanId: 243,
  postDot1qVlanId: 254,
  postNATSourceIPv6Address: 281,
  postNATDestinationIPv6Address: 282,
  initiatorPackets: 298,
  responderPackets: 299,
  selectorId: 302,
  samplingPacketInterval: 305,
  samplingPacketSpace: 306,
  samplingSize: 309,
  samplingPopulation: 310,
  samplingProbability: 311,
  layer2OctetDeltaCount: 352,
} as const;

/** RFC 5103 section 6.1: under this enterprise number an element's number means the same of the other direction. */
export const REVERSE_ENTERPRISE = 29_305;
/** What is added to an element's number to tell that it is of the other direction. */
export const REVERSE = 0x10000;

/** Columns of whole numbers up to 32 bits: where each comes from (first found wins) and how many bytes it has at most. */
export const U32_SOURCES = {
  protocol: { elements: [ELEMENT.protocolIdentifier], maxBytes: 1 },
  /** Of a code point alone the two low bits are made up as zeros. */
  tos: {
    elements: [ELEMENT.ipClassOfService, ELEMENT.postIpClassOfService, ELEMENT.ipDiffServCodePoint],
    maxBytes: 1,
  },
  tcpFlags: { elements: [ELEMENT.tcpControlBits], maxBytes: 2 },
  srcPort: { elements: [ELEMENT.sourceTransportPort, ELEMENT.tcpSourcePort, ELEMENT.udpSourcePort], maxBytes: 2 },
  dstPort: {
    elements: [ELEMENT.destinationTransportPort, ELEMENT.tcpDestinationPort, ELEMENT.udpDestinationPort],
    maxBytes: 2,
  },
  inInterface: { elements: [ELEMENT.ingressInterface], maxBytes: 4 },
  outInterface: { elements: [ELEMENT.egressInterface], maxBytes: 4 },
  vlan: {
    elements: [ELEMENT.vlanId, ELEMENT.dot1qVlanId, ELEMENT.postVlanId, ELEMENT.postDot1qVlanId],
    maxBytes: 2,
  },
  direction: { elements: [ELEMENT.flowDirection], maxBytes: 1 },
  icmpTypeCode: { elements: [ELEMENT.icmpTypeCodeIPv4, ELEMENT.icmpTypeCodeIPv6], maxBytes: 2 },
  ipVersion: { elements: [ELEMENT.ipVersion], maxBytes: 1 },
  natEvent: { elements: [ELEMENT.natEvent], maxBytes: 1 },
  samplingInterval: { elements: [ELEMENT.samplingInterval], maxBytes: 4 },
} as const;

/** Columns that few templates have: they are zeros where a template lacks them, without being cleared each time. */
export const RARE_U32_SOURCES = {
  natSrcPort: { elements: [ELEMENT.postNAPTSourceTransportPort], maxBytes: 2 },
  natDstPort: { elements: [ELEMENT.postNAPTDestinationTransportPort], maxBytes: 2 },
} as const;

export const RARE_F64_SOURCES = {
  srcMac: { elements: [ELEMENT.sourceMacAddress, ELEMENT.postSourceMacAddress], maxBytes: 6 },
  dstMac: { elements: [ELEMENT.destinationMacAddress, ELEMENT.postDestinationMacAddress], maxBytes: 6 },
  application: { elements: [ELEMENT.applicationId], maxBytes: 6 },
} as const;

/**
 * Columns of 64-bit counters and ids. The totals (85, 86) stand in only where a template has no deltas: exporters that
 * use them send each flow once.
 */
export const F64_SOURCES = {
  bytes: {
    elements: [
      ELEMENT.octetDeltaCount,
      ELEMENT.postOctetDeltaCount,
      ELEMENT.octetTotalCount,
      ELEMENT.layer2OctetDeltaCount,
      ELEMENT.initiatorOctets,
    ],
    maxBytes: 8,
  },
  packets: {
    elements: [
      ELEMENT.packetDeltaCount,
      ELEMENT.postPacketDeltaCount,
      ELEMENT.packetTotalCount,
      ELEMENT.initiatorPackets,
    ],
    maxBytes: 8,
  },
  samplerId: { elements: [ELEMENT.samplerId, ELEMENT.selectorId], maxBytes: 8 },
  sysInitMs: { elements: [ELEMENT.systemInitTimeMilliseconds], maxBytes: 8 },
} as const;

export type TimeKind = 'unix-ms' | 'unix-s' | 'ntp' | 'uptime' | 'delta-us' | 'none';

/** Pairs of (start, end), the most exact first. Micro- and nanoseconds are both NTP timestamps (RFC 7011 section 6.1.9). */
export const TIME_SOURCES = [
  { kind: 'unix-ms', first: ELEMENT.flowStartMilliseconds, last: ELEMENT.flowEndMilliseconds },
  { kind: 'ntp', first: ELEMENT.flowStartNanoseconds, last: ELEMENT.flowEndNanoseconds },
  { kind: 'ntp', first: ELEMENT.flowStartMicroseconds, last: ELEMENT.flowEndMicroseconds },
  { kind: 'uptime', first: ELEMENT.flowStartSysUpTime, last: ELEMENT.flowEndSysUpTime },
  { kind: 'delta-us', first: ELEMENT.flowStartDeltaMicroseconds, last: ELEMENT.flowEndDeltaMicroseconds },
  { kind: 'unix-s', first: ELEMENT.flowStartSeconds, last: ELEMENT.flowEndSeconds },
] as const satisfies readonly { kind: TimeKind; first: number; last: number }[];

export type U32Source = keyof typeof U32_SOURCES;
export type F64Source = keyof typeof F64_SOURCES;
export type RareU32Source = keyof typeof RARE_U32_SOURCES;
export type RareF64Source = keyof typeof RARE_F64_SOURCES;
