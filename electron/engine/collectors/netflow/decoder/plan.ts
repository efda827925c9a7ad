// Compiles a template's fields, once, into reads at fixed offsets.
import {
  ELEMENT,
  F64_SOURCES,
  RARE_F64_SOURCES,
  RARE_U32_SOURCES,
  REVERSE,
  TIME_SOURCES,
  U32_SOURCES,
  type F64Source,
  type RareF64Source,
  type RareU32Source,
  type TimeKind,
  type U32Source,
} from './elements.ts';
import type { RareGroup } from './batch.ts';

export const VARIABLE_LENGTH = 0xffff;

/** One field of a template; `element` is 0 for what is skipped (enterprise-specific fields). */
export type Field = { readonly element: number; readonly length: number };

type Place = {
  /** Index into the template's fields: where a variable-length record keeps its own offsets. */
  readonly field: number;
  readonly offset: number;
  readonly length: number;
  readonly maxBytes: number;
};

export type U32Read = Place & { readonly column: U32Source | RareU32Source };
export type F64Read = Place & { readonly column: F64Source | RareF64Source | 'firstMs' | 'lastMs' };
export type AddressRead = Place & {
  readonly column: 'src' | 'dst' | 'natSrc' | 'natDst';
  readonly family: 4 | 6;
  /** The template has both families: this IPv4 address counts only where the row is not IPv6. */
  readonly fallback: boolean;
  /** Nothing but zeros is no address here: what stands in the row already is left. */
  readonly onlyIfSet: boolean;
};

export type RowPlan = {
  readonly u32: readonly U32Read[];
  readonly f64: readonly F64Read[];
  readonly addresses: readonly AddressRead[];
  readonly absentU32: readonly U32Source[];
  readonly absentF64: readonly (F64Source | 'firstMs' | 'lastMs')[];
  /** Bits of the columns that are read, and of those that are absent. */
  readonly readBits: number;
  readonly absentBits: number;
  readonly rare: readonly RareGroup[];
  readonly hasSource: boolean;
  readonly hasDestination: boolean;
  readonly time: TimeKind;
  readonly hasFirst: boolean;
  readonly hasLast: boolean;
  readonly hasBytes: boolean;
  readonly hasPackets: boolean;
  readonly hasNatEvent: boolean;
  readonly hasSamplingInterval: boolean;
  readonly hasSamplerId: boolean;
  readonly hasSysInit: boolean;
  /** tos is read from a code point and has to be shifted. */
  readonly tosIsCodePoint: boolean;
  /** This plan reads the other direction of records that tell both. */
  readonly isReverse: boolean;
};

export type UnreadColumn = RareU32Source | RareF64Source | AddressRead['column'] | U32Source;

/** The plan without columns that nobody looks at; they stay zeros. */
export function withoutColumns(plan: RowPlan, unread: ReadonlySet<UnreadColumn>): RowPlan {
  const isRead = ({ column }: { readonly column: string }): boolean => !(unread as ReadonlySet<string>).has(column);
  const isRare = (column: string): boolean =>
    [...plan.u32, ...plan.f64, ...plan.addresses].filter(isRead).some((read) => read.column === column);
  const columnsOf: Readonly<Record<RareGroup, readonly string[]>> = {
    nat: ['natSrc', 'natDst', 'natSrcPort', 'natDstPort'],
    mac: ['srcMac', 'dstMac'],
    application: ['application'],
  };
  return {
    ...plan,
    u32: plan.u32.filter(isRead),
    f64: plan.f64.filter(isRead),
    addresses: plan.addresses.filter(isRead),
    rare: plan.rare.filter((group) => columnsOf[group].some(isRare)),
  };
}

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): K[] => Object.keys(record) as K[];

export function compilePlan(fields: readonly Field[], isReverse = false): RowPlan {
  const byElement = new Map<number, { field: number; offset: number; length: number }>();
  let offset = 0;
  fields.forEach(({ element, length }, field) => {
    // IPFIX lets an element appear twice (RFC 7011 section 8): the first one counts.
    if (element !== 0 && length > 0 && !byElement.has(element)) byElement.set(element, { field, offset, length });
    offset += length;
  });
  const find = (elements: readonly number[], maxBytes: number): Place | undefined => {
    for (const element of elements) {
      const found = byElement.get(element);
      if (found !== undefined) return { ...found, maxBytes };
    }
    return undefined;
  };

  const u32: U32Read[] = [];
  const absentU32: U32Source[] = [];
  for (const column of keysOf(U32_SOURCES)) {
    const place = find(U32_SOURCES[column].elements, U32_SOURCES[column].maxBytes);
    if (place === undefined) absentU32.push(column);
    else u32.push({ ...place, column });
  }

  const f64: F64Read[] = [];
  const absentF64: (F64Source | 'firstMs' | 'lastMs')[] = [];
  for (const column of keysOf(F64_SOURCES)) {
    const place = find(F64_SOURCES[column].elements, F64_SOURCES[column].maxBytes);
    if (place === undefined) absentF64.push(column);
    else f64.push({ ...place, column });
  }

  const rare: RareGroup[] = [];
  const natPorts = keysOf(RARE_U32_SOURCES).flatMap((column) => {
    const place = find(RARE_U32_SOURCES[column].elements, RARE_U32_SOURCES[column].maxBytes);
    return place === undefined ? [] : [{ ...place, column }];
  });
  u32.push(...natPorts);
  for (const column of keysOf(RARE_F64_SOURCES)) {
    const place = find(RARE_F64_SOURCES[column].elements, RARE_F64_SOURCES[column].maxBytes);
    if (place === undefined) continue;
    f64.push({ ...place, column });
    const group = column === 'application' ? column : 'mac';
    if (!rare.includes(group)) rare.push(group);
  }

  const time = TIME_SOURCES.find(({ first, last }) => byElement.has(first) || byElement.has(last));
  for (const [column, element] of [
    ['firstMs', time?.first],
    ['lastMs', time?.last],
  ] as const) {
    const place = element === undefined ? undefined : find([element], 8);
    if (place === undefined) absentF64.push(column);
    else f64.push({ ...place, column });
  }

  const addresses: AddressRead[] = [];
  const addAddress = (column: 'src' | 'dst', v4: number, v6: number): boolean => {
    const six = exactly(find([v6], 16), 16);
    const four = exactly(find([v4], 4), 4);
    if (six !== undefined) addresses.push({ ...six, column, family: 6, fallback: false, onlyIfSet: false });
    if (four !== undefined)
      addresses.push({ ...four, column, family: 4, fallback: six !== undefined, onlyIfSet: false });
    return six !== undefined || four !== undefined;
  };
  const hasSource = addAddress('src', ELEMENT.sourceIPv4Address, ELEMENT.sourceIPv6Address);
  const hasDestination = addAddress('dst', ELEMENT.destinationIPv4Address, ELEMENT.destinationIPv6Address);
  const addTranslated = (column: AddressRead['column'], v4: number, v6: number): boolean => {
    const six = exactly(find([v6], 16), 16);
    const four = exactly(find([v4], 4), 4);
    if (six !== undefined) addresses.push({ ...six, column, family: 6, fallback: false, onlyIfSet: true });
    if (four !== undefined) addresses.push({ ...four, column, family: 4, fallback: false, onlyIfSet: true });
    return six !== undefined || four !== undefined;
  };
  const hasNatSrc = addTranslated('natSrc', ELEMENT.postNATSourceIPv4Address, ELEMENT.postNATSourceIPv6Address);
  const hasNatDst = addTranslated(
    'natDst',
    ELEMENT.postNATDestinationIPv4Address,
    ELEMENT.postNATDestinationIPv6Address,
  );
  if (hasNatSrc || hasNatDst || natPorts.length > 0) rare.push('nat');
  // Who answers is the host behind the translation.
  addTranslated('src', ANSWERING_IPV4, ANSWERING_IPV6);

  return {
    rare,
    isReverse,
    tosIsCodePoint: U32_SOURCES.tos.elements.find((element) => byElement.has(element)) === ELEMENT.ipDiffServCodePoint,
    u32,
    f64,
    addresses,
    absentU32,
    absentF64,
    readBits: bitsOf([...u32, ...f64].map(({ column }) => column)),
    absentBits: bitsOf([...absentU32, ...absentF64]),
    hasSource,
    hasDestination,
    time: time?.kind ?? 'none',
    hasFirst: !absentF64.includes('firstMs'),
    hasLast: !absentF64.includes('lastMs'),
    hasBytes: !absentF64.includes('bytes'),
    hasPackets: !absentF64.includes('packets'),
    hasNatEvent: !absentU32.includes('natEvent'),
    hasSamplingInterval: !absentU32.includes('samplingInterval'),
    hasSamplerId: !absentF64.includes('samplerId'),
    hasSysInit: !absentF64.includes('sysInitMs'),
  };
}

const COLUMNS: readonly string[] = [...keysOf(U32_SOURCES), ...keysOf(F64_SOURCES), 'firstMs', 'lastMs'];

/** One bit a column that a plan may lack. */
const bitsOf = (columns: readonly string[]): number =>
  columns.reduce((bits, column) => bits | (COLUMNS.includes(column) ? 1 << COLUMNS.indexOf(column) : 0), 0);

/** Elements of our own in the plan of the other direction: where the forward direction was delivered to. */
const ANSWERING_IPV4 = REVERSE * 2 + 1;
const ANSWERING_IPV6 = REVERSE * 2 + 2;

/** What an element of the forward direction is in the other one; 0 = it says nothing about it. */
const IN_REVERSE: ReadonlyMap<number, number> = new Map([
  ...(
    [
      ['sourceIPv4Address', 'destinationIPv4Address'],
      ['sourceIPv6Address', 'destinationIPv6Address'],
      ['sourceTransportPort', 'destinationTransportPort'],
      ['tcpSourcePort', 'tcpDestinationPort'],
      ['udpSourcePort', 'udpDestinationPort'],
      ['ingressInterface', 'egressInterface'],
      ['sourceMacAddress', 'destinationMacAddress'],
      ['postSourceMacAddress', 'postDestinationMacAddress'],
    ] as const
  ).flatMap(([one, other]): [number, number][] => [
    [ELEMENT[one], ELEMENT[other]],
    [ELEMENT[other], ELEMENT[one]],
  ]),
  [ELEMENT.postNATDestinationIPv4Address, ANSWERING_IPV4],
  [ELEMENT.postNATDestinationIPv6Address, ANSWERING_IPV6],
  [ELEMENT.responderOctets, ELEMENT.octetDeltaCount],
  [ELEMENT.responderPackets, ELEMENT.packetDeltaCount],
  ...(
    [
      'octetDeltaCount',
      'packetDeltaCount',
      'postOctetDeltaCount',
      'postPacketDeltaCount',
      'octetTotalCount',
      'packetTotalCount',
      'layer2OctetDeltaCount',
      'initiatorOctets',
      'initiatorPackets',
      'tcpControlBits',
      'postNATSourceIPv4Address',
      'postNATSourceIPv6Address',
      'postNAPTSourceTransportPort',
      'postNAPTDestinationTransportPort',
      'flowDirection',
    ] as const
  ).map((element): [number, number] => [ELEMENT[element], 0]),
]);

const REVERSE_COUNTERS: ReadonlySet<number> = new Set([
  REVERSE + ELEMENT.octetDeltaCount,
  REVERSE + ELEMENT.packetDeltaCount,
  REVERSE + ELEMENT.octetTotalCount,
  REVERSE + ELEMENT.packetTotalCount,
  ELEMENT.responderOctets,
  ELEMENT.responderPackets,
]);

/** The plan of a record's other direction, for templates that count both (RFC 5103, or initiator and responder). */
export function compileReversePlan(fields: readonly Field[]): RowPlan | undefined {
  if (!fields.some(({ element }) => REVERSE_COUNTERS.has(element))) return undefined;
  const told = new Set(fields.map(({ element }) => element - REVERSE));
  const reversed = fields.map(({ element, length }) => {
    if (element >= REVERSE) return { element: element - REVERSE, length };
    return { element: told.has(element) ? 0 : (IN_REVERSE.get(element) ?? element), length };
  });
  return compilePlan(reversed, true);
}

/** An address has one length only; anything else in its place is not an address. */
const exactly = (place: Place | undefined, length: number): Place | undefined =>
  place?.length === length ? place : undefined;
