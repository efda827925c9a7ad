// Compiles a template's fields, once, into reads at fixed offsets.
import {
  ELEMENT,
  F64_SOURCES,
  TIME_SOURCES,
  U32_SOURCES,
  type F64Source,
  type TimeKind,
  type U32Source,
} from './elements.ts';

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

export type U32Read = Place & { readonly column: U32Source };
export type F64Read = Place & { readonly column: F64Source | 'firstMs' | 'lastMs' };
export type AddressRead = Place & {
  readonly column: 'src' | 'dst';
  readonly family: 4 | 6;
  /** The template has both families: this IPv4 address counts only where the row is not IPv6. */
  readonly fallback: boolean;
};

export type RowPlan = {
  readonly u32: readonly U32Read[];
  readonly f64: readonly F64Read[];
  readonly addresses: readonly AddressRead[];
  readonly absentU32: readonly U32Source[];
  readonly absentF64: readonly (F64Source | 'firstMs' | 'lastMs')[];
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
};

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): K[] => Object.keys(record) as K[];

export function compilePlan(fields: readonly Field[]): RowPlan {
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
    if (six !== undefined) addresses.push({ ...six, column, family: 6, fallback: false });
    if (four !== undefined) addresses.push({ ...four, column, family: 4, fallback: six !== undefined });
    return six !== undefined || four !== undefined;
  };
  const hasSource = addAddress('src', ELEMENT.sourceIPv4Address, ELEMENT.sourceIPv6Address);
  const hasDestination = addAddress('dst', ELEMENT.destinationIPv4Address, ELEMENT.destinationIPv6Address);

  return {
    u32,
    f64,
    addresses,
    absentU32,
    absentF64,
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

/** An address has one length only; anything else in its place is not an address. */
const exactly = (place: Place | undefined, length: number): Place | undefined =>
  place?.length === length ? place : undefined;
