// Templates: read from a template set, checked, and compiled.
import { ELEMENT, REVERSE, REVERSE_ENTERPRISE } from './elements.ts';
import { compilePlan, compileReversePlan, VARIABLE_LENGTH, type Field, type RowPlan } from './plan.ts';

/** A template of this many fields or more is not one that any exporter sends. */
export const MAX_FIELDS = 512;

export type Template = {
  readonly id: number;
  /** The field specifiers as received, to tell a refresh from a redefinition. */
  readonly layout: Uint8Array;
  readonly fields: readonly Field[];
  /** Number of leading scope fields; 0 for data templates. */
  readonly scopeFields: number;
  readonly options: boolean;
  /** Bytes of one record; where any field is variable, the least that a record can have. */
  readonly minLength: number;
  readonly variable: boolean;
  /** Of data templates. */
  readonly plan: RowPlan | undefined;
  /** Where a record tells both directions of its flow: how the other one is read. */
  readonly reversePlan: RowPlan | undefined;
};

/** `next` is where the following template begins; `template` undefined: this one was refused. */
export type ParsedTemplate = {
  readonly id: number;
  readonly template: Template | undefined;
  readonly withdrawal: boolean;
  readonly next: number;
};

/** v9 scope types (RFC 3954 section 6.1) as the information elements that mean the same; 0 = not of interest. */
const v9Scope = (type: number): number => (type === 2 ? ELEMENT.ingressInterface : 0);

const hasRoom = (position: number, bytes: number, end: number): boolean => position + bytes <= end;

/** One template at `position`; undefined when the rest of the set holds none (padding or a cut record). */
export function parseTemplate(
  view: DataView,
  position: number,
  end: number,
  version: 9 | 10,
  options: boolean,
): ParsedTemplate | 'padding' | 'malformed' {
  if (!hasRoom(position, 4, end)) return 'padding';
  const id = view.getUint16(position);
  const second = view.getUint16(position + 2);
  if (id === 0 && second === 0) return 'padding';
  if (version === 9 && options) return parseV9Options(view, position, end, id, second);

  const fieldCount = second;
  if (version === 10 && fieldCount === 0) {
    return { id, template: undefined, withdrawal: true, next: position + 4 };
  }
  let start = position + 4;
  let scopeFields = 0;
  if (options) {
    if (!hasRoom(start, 2, end)) return 'malformed';
    scopeFields = view.getUint16(start);
    start += 2;
  }
  const read = readFields(view, start, end, fieldCount, version);
  if (read === undefined) return 'malformed';
  const scopeIsSane = !options || (scopeFields > 0 && scopeFields <= fieldCount);
  return {
    id,
    template: id >= 256 && scopeIsSane ? build(id, read.layout, read.fields, scopeFields, options) : undefined,
    withdrawal: false,
    next: read.next,
  };
}

/** v9 gives the lengths of scope and option specifiers in bytes instead of their count. */
function parseV9Options(
  view: DataView,
  position: number,
  end: number,
  id: number,
  scopeBytes: number,
): ParsedTemplate | 'malformed' {
  if (!hasRoom(position, 6, end)) return 'malformed';
  const optionBytes = view.getUint16(position + 4);
  const start = position + 6;
  if (!hasRoom(start, scopeBytes + optionBytes, end)) return 'malformed';
  const next = start + scopeBytes + optionBytes;
  const refused: ParsedTemplate = { id, template: undefined, withdrawal: false, next };
  if (scopeBytes % 4 !== 0 || optionBytes % 4 !== 0) return refused;
  const scopeFields = scopeBytes / 4;
  const read = readFields(view, start, next, (scopeBytes + optionBytes) / 4, 9);
  if (read === undefined || id < 256) return refused;
  const fields = read.fields.map((field, i) =>
    i < scopeFields ? { element: v9Scope(field.element), length: field.length } : field,
  );
  return { ...refused, template: build(id, read.layout, fields, scopeFields, true) };
}

/** A template as it is kept over a restart. */
export type KeptTemplate = Pick<Template, 'id' | 'layout' | 'scopeFields' | 'options'>;

/** Undefined where what was kept is none. */
export function restoreTemplate(kept: KeptTemplate, version: 9 | 10): Template | undefined {
  const { id, layout, scopeFields, options } = kept;
  if (id < 256 || id > 0xffff || (options && scopeFields === 0)) return undefined;
  const view = new DataView(layout.buffer, layout.byteOffset, layout.byteLength);
  let count = 0;
  for (let at = 0; at + 4 <= layout.length; count++) at += version === 10 && view.getUint16(at) >= 0x8000 ? 8 : 4;
  const read = readFields(view, 0, layout.length, count, version);
  if (read?.next !== layout.length || scopeFields > count) return undefined;
  const fields =
    version === 9 && options
      ? read.fields.map((field, i) =>
          i < scopeFields ? { element: v9Scope(field.element), length: field.length } : field,
        )
      : read.fields;
  return build(id, layout, fields, scopeFields, options);
}

function readFields(
  view: DataView,
  start: number,
  end: number,
  count: number,
  version: 9 | 10,
): { fields: Field[]; layout: Uint8Array; next: number } | undefined {
  // Checked before anything is allocated: the count is the sender's word only.
  if (!hasRoom(start, count * 4, end)) return undefined;
  const fields: Field[] = [];
  let position = start;
  for (let i = 0; i < count; i++) {
    if (!hasRoom(position, 4, end)) return undefined;
    const type = view.getUint16(position);
    const length = view.getUint16(position + 2);
    position += 4;
    if (version === 10 && type >= 0x8000) {
      if (!hasRoom(position, 4, end)) return undefined;
      const isReverse = view.getUint32(position) === REVERSE_ENTERPRISE;
      position += 4;
      fields.push({ element: isReverse ? REVERSE + (type & 0x7fff) : 0, length });
    } else {
      fields.push({ element: type, length });
    }
  }
  const layout = new Uint8Array(view.buffer, view.byteOffset + start, position - start).slice();
  return { fields, layout, next: position };
}

function build(
  id: number,
  layout: Uint8Array,
  fields: readonly Field[],
  scopeFields: number,
  options: boolean,
): Template | undefined {
  if (fields.length === 0 || fields.length > MAX_FIELDS) return undefined;
  // Only IPFIX has variable lengths, but no v9 field is 65535 bytes long either.
  const variable = fields.some(({ length }) => length === VARIABLE_LENGTH);
  const minLength = fields.reduce((sum, { length }) => sum + (length === VARIABLE_LENGTH ? 1 : length), 0);
  // A record of no bytes would be found for ever in any set; one longer than a packet never.
  if (minLength === 0 || minLength > 65_535) return undefined;
  return {
    id,
    layout,
    fields,
    scopeFields,
    options,
    minLength,
    variable,
    plan: options ? undefined : compilePlan(fields),
    reversePlan: options ? undefined : compileReversePlan(fields),
  };
}

/** The template of a v5 record, which is fixed: 48 bytes. */
export const V5_PLAN: RowPlan = compilePlan([
  { element: ELEMENT.sourceIPv4Address, length: 4 },
  { element: ELEMENT.destinationIPv4Address, length: 4 },
  { element: 0, length: 4 },
  { element: ELEMENT.ingressInterface, length: 2 },
  { element: ELEMENT.egressInterface, length: 2 },
  { element: ELEMENT.packetDeltaCount, length: 4 },
  { element: ELEMENT.octetDeltaCount, length: 4 },
  { element: ELEMENT.flowStartSysUpTime, length: 4 },
  { element: ELEMENT.flowEndSysUpTime, length: 4 },
  { element: ELEMENT.sourceTransportPort, length: 2 },
  { element: ELEMENT.destinationTransportPort, length: 2 },
  { element: 0, length: 1 },
  { element: ELEMENT.tcpControlBits, length: 1 },
  { element: ELEMENT.protocolIdentifier, length: 1 },
  { element: ELEMENT.ipClassOfService, length: 1 },
  { element: 0, length: 8 },
]);

export const sameLayout = (a: Template, b: Template): boolean =>
  a.options === b.options &&
  a.scopeFields === b.scopeFields &&
  a.layout.length === b.layout.length &&
  a.layout.every((byte, i) => byte === b.layout[i]);
