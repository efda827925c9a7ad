// NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011) on the wire, written from the RFCs and sharing nothing with the decoder.

/** A field as [element, length]; an enterprise-specific one has its private enterprise number third (IPFIX only). */
export type FieldSpec = readonly [element: number, length: number, enterprise?: number];

export const VARIABLE = 0xffff;

/** Bytes in network order. */
export class Bytes {
  readonly #parts: number[] = [];

  get length(): number {
    return this.#parts.length;
  }

  /** An unsigned number in `size` bytes. */
  uint(value: number | bigint, size: number): this {
    const big = BigInt(value);
    for (let shift = (size - 1) * 8; shift >= 0; shift -= 8) this.#parts.push(Number((big >> BigInt(shift)) & 0xffn));
    return this;
  }

  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#parts.push(byte);
    return this;
  }

  float64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value);
    return this.raw(bytes);
  }

  /** RFC 7011 section 7: one byte of length, or 255 and two bytes. */
  variable(bytes: Uint8Array, longForm = bytes.length > 254): this {
    if (longForm) this.uint(255, 1).uint(bytes.length, 2);
    else this.uint(bytes.length, 1);
    return this.raw(bytes);
  }

  pad(multiple: number): this {
    while (this.#parts.length % multiple !== 0) this.#parts.push(0);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }
}

const groups = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

/** The 4 bytes of "10.0.0.1" or the 16 of "2001:db8::1" (with one "::" at most, no embedded IPv4). */
export function addressBytes(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const middle = Array.from({ length: 8 - before.length - after.length }, () => 0);
  const bytes = new Bytes();
  for (const group of [...before, ...middle, ...after]) bytes.uint(group, 2);
  return bytes.done();
}

/** A set (v9: FlowSet): id, length, body, padding to four bytes. */
export function set(id: number, body: Uint8Array, options: { pad?: boolean } = {}): Uint8Array {
  const padded = options.pad === false ? body : new Bytes().raw(body).pad(4).done();
  return new Bytes()
    .uint(id, 2)
    .uint(padded.length + 4, 2)
    .raw(padded)
    .done();
}

function fieldSpecs(fields: readonly FieldSpec[], ipfix: boolean): Uint8Array {
  const bytes = new Bytes();
  for (const [element, length, enterprise] of fields) {
    if (ipfix && enterprise !== undefined)
      bytes
        .uint(element | 0x8000, 2)
        .uint(length, 2)
        .uint(enterprise, 4);
    else bytes.uint(element, 2).uint(length, 2);
  }
  return bytes.done();
}

type TemplateSpec = { readonly id: number; readonly fields: readonly FieldSpec[] };
type OptionsSpec = { readonly id: number; readonly scope: readonly FieldSpec[]; readonly fields: readonly FieldSpec[] };

const templateRecords = (templates: readonly TemplateSpec[], ipfix: boolean): Uint8Array => {
  const bytes = new Bytes();
  for (const { id, fields } of templates) bytes.uint(id, 2).uint(fields.length, 2).raw(fieldSpecs(fields, ipfix));
  return bytes.done();
};

/** RFC 3954 section 5.2. */
export const v9Templates = (...templates: readonly TemplateSpec[]): Uint8Array =>
  set(0, templateRecords(templates, false));

/** RFC 7011 section 3.4.1. */
export const ipfixTemplates = (...templates: readonly TemplateSpec[]): Uint8Array =>
  set(2, templateRecords(templates, true));

/** RFC 7011 section 8.1: a template record without fields. */
export const ipfixWithdrawal = (id: number, setId = 2): Uint8Array =>
  set(setId, new Bytes().uint(id, 2).uint(0, 2).done());

/** RFC 3954 section 6.1: lengths of scope and options in bytes. */
export function v9Options({ id, scope, fields }: OptionsSpec): Uint8Array {
  const bytes = new Bytes()
    .uint(id, 2)
    .uint(scope.length * 4, 2)
    .uint(fields.length * 4, 2)
    .raw(fieldSpecs([...scope, ...fields], false));
  return set(1, bytes.done());
}

/** RFC 7011 section 3.4.2.2: counts of all fields and of the scope's. */
export function ipfixOptions({ id, scope, fields }: OptionsSpec): Uint8Array {
  const bytes = new Bytes()
    .uint(id, 2)
    .uint(scope.length + fields.length, 2)
    .uint(scope.length, 2)
    .raw(fieldSpecs([...scope, ...fields], true));
  return set(3, bytes.done());
}

export type V9Header = {
  readonly count: number;
  readonly uptimeMs: number;
  readonly unixSeconds: number;
  readonly sequence: number;
  readonly sourceId: number;
};

/** RFC 3954 section 5.1. */
export function v9Packet(header: V9Header, sets: readonly Uint8Array[]): Uint8Array {
  const bytes = new Bytes()
    .uint(9, 2)
    .uint(header.count, 2)
    .uint(header.uptimeMs % 2 ** 32, 4)
    .uint(header.unixSeconds, 4)
    .uint(header.sequence % 2 ** 32, 4)
    .uint(header.sourceId, 4);
  for (const each of sets) bytes.raw(each);
  return bytes.done();
}

export type IpfixHeader = {
  readonly exportSeconds: number;
  readonly sequence: number;
  readonly domain: number;
};

/** RFC 7011 section 3.1. */
export function ipfixMessage(header: IpfixHeader, sets: readonly Uint8Array[]): Uint8Array {
  const length = sets.reduce((sum, each) => sum + each.length, 16);
  const bytes = new Bytes()
    .uint(10, 2)
    .uint(length, 2)
    .uint(header.exportSeconds, 4)
    .uint(header.sequence % 2 ** 32, 4)
    .uint(header.domain, 4);
  for (const each of sets) bytes.raw(each);
  return bytes.done();
}

export type V5Header = {
  readonly uptimeMs: number;
  readonly unixSeconds: number;
  readonly unixNanoseconds?: number;
  readonly sequence: number;
  readonly engineType?: number;
  readonly engineId?: number;
  readonly sampling?: number;
};

export type V5Record = {
  readonly src: string;
  readonly dst: string;
  readonly inInterface: number;
  readonly outInterface: number;
  readonly packets: number;
  readonly bytes: number;
  readonly firstUptimeMs: number;
  readonly lastUptimeMs: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly tcpFlags: number;
  readonly protocol: number;
  readonly tos: number;
};

/** Cisco's "NetFlow Export Datagram Format", version 5: a header of 24 bytes and records of 48. */
export function v5Packet(header: V5Header, records: readonly V5Record[]): Uint8Array {
  const bytes = new Bytes()
    .uint(5, 2)
    .uint(records.length, 2)
    .uint(header.uptimeMs % 2 ** 32, 4)
    .uint(header.unixSeconds, 4)
    .uint(header.unixNanoseconds ?? 0, 4)
    .uint(header.sequence % 2 ** 32, 4)
    .uint(header.engineType ?? 0, 1)
    .uint(header.engineId ?? 0, 1)
    .uint(header.sampling ?? 0, 2);
  for (const record of records) {
    bytes
      .raw(addressBytes(record.src))
      .raw(addressBytes(record.dst))
      .uint(0, 4) // next hop
      .uint(record.inInterface, 2)
      .uint(record.outInterface, 2)
      .uint(record.packets, 4)
      .uint(record.bytes, 4)
      .uint(record.firstUptimeMs, 4)
      .uint(record.lastUptimeMs, 4)
      .uint(record.srcPort, 2)
      .uint(record.dstPort, 2)
      .uint(0, 1)
      .uint(record.tcpFlags, 1)
      .uint(record.protocol, 1)
      .uint(record.tos, 1)
      .uint(0, 8); // AS numbers, masks, padding
  }
  return bytes.done();
}
