// What the flow reader is asked, once names are numbers and addresses, and what it answers: plain data that crosses threads.

export type NetWords = {
  readonly words: readonly [number, number, number, number];
  /** 0 to 128. */ readonly bits: number;
};
export type NumberSpan = { readonly from: number; readonly to: number };
export type AddressRole = 'src' | 'dst' | 'host' | 'local' | 'peer' | 'client' | 'server';
export type InterfaceRole = 'interface' | 'in_interface' | 'out_interface';
/** Without an exporter: of any. */
export type InterfaceOf = { readonly exporter: string | undefined; readonly index: number };

/** True or false of each stored row. */
export type FlowPredicate =
  | { readonly type: 'all' | 'any'; readonly terms: readonly FlowPredicate[] }
  | { readonly type: 'not'; readonly term: FlowPredicate }
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'address'; readonly role: AddressRole; readonly nets: readonly NetWords[] }
  /** Ports of protocols that have some; of one protocol its service, whatever that is. */
  | { readonly type: 'service'; readonly spans: readonly (NumberSpan & { readonly protocol: number | undefined })[] }
  | { readonly type: 'protocol'; readonly numbers: readonly number[] }
  | { readonly type: 'vlan' | 'dscp'; readonly spans: readonly NumberSpan[] }
  | { readonly type: 'interface'; readonly role: InterfaceRole; readonly interfaces: readonly InterfaceOf[] }
  | { readonly type: 'exporter'; readonly addresses: readonly string[] }
  /** Either end belongs to one of these customers; -1: neither end belongs to any. */
  | { readonly type: 'owner'; readonly owners: readonly number[] }
  | { readonly type: 'direction'; readonly isIn: boolean }
  | {
      readonly type: 'count';
      readonly column: FlowCount;
      readonly comparison: '=' | '!=' | '>' | '>=' | '<' | '<=';
      readonly value: number;
    };

export type FlowCount = 'bytes' | 'packets' | 'flows';

export type PlanKey =
  | AddressRole
  | InterfaceRole
  | 'conversation'
  | 'protocol'
  | 'service'
  | 'exporter'
  | 'subscriber'
  | 'tier'
  | 'vlan'
  | 'dscp';

/**
 * Whose each address is, and when: entry i says that address i (four words) is `owner[i]`'s from fromS to untilS. Of several
 * entries of an address the first that holds at a time counts.
 */
export type OwnedAddresses = {
  readonly words: Uint32Array;
  readonly owner: Uint32Array;
  readonly fromS: Float64Array;
  readonly untilS: Float64Array;
  /** By owner, the number of its tier; NO_TIER: none. */
  readonly tierOf: Uint32Array;
};
export const NO_TIER = 0xffff_ffff;

export type FlowPlan = {
  readonly startS: number;
  readonly endS: number;
  readonly by: readonly PlanKey[];
  readonly measure: FlowCount;
  readonly predicate: FlowPredicate | undefined;
  readonly exporters: readonly string[] | undefined;
  readonly limit: number;
  /** As it was asked for; undefined: as suits the span. */
  readonly stepS: number | undefined;
  readonly withSeries: boolean;
  readonly withPrevious: boolean;
  /** Networks that are inside, beside customers' addresses. */
  readonly inside: readonly NetWords[];
  /** Needed for keys and conditions by customer; it also says who is inside. */
  readonly owned: OwnedAddresses | undefined;
  /** Instead of rows: nodes of each of three columns and what goes between. */
  readonly sankey: number | undefined;
};

/** bytes in, bytes out, packets in, packets out, flows in, flows out. */
export type Sums = Float64Array;
export const SUMS = 6;

export type RawKey =
  | { readonly kind: 'address'; readonly words: readonly [number, number, number, number] }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'service'; readonly protocol: number; readonly service: number }
  | { readonly kind: 'interface'; readonly exporter: string; readonly index: number }
  | { readonly kind: 'exporter'; readonly exporter: string }
  /** -1: nobody's. */
  | { readonly kind: 'owner' | 'tier'; readonly number: number }
  | {
      readonly kind: 'conversation';
      readonly client: readonly [number, number, number, number];
      readonly server: readonly [number, number, number, number];
      readonly protocol: number;
      readonly service: number;
    };

export type RawRow = {
  readonly keys: readonly RawKey[];
  readonly sums: Sums;
  /** The measure of each step, whole numbers. */
  readonly stepsIn: Float64Array;
  readonly stepsOut: Float64Array;
  readonly previous: Sums | undefined;
};

export type RawSankey = {
  /** The last of a column is the rest of it, without a key, where there is one. */
  readonly columns: readonly (readonly { readonly key: RawKey | undefined; readonly sums: Sums }[])[];
  /** Between column 0 and 1, then 1 and 2: by the places of nodes in their columns. */
  readonly links: readonly (readonly { readonly from: number; readonly to: number; readonly sums: Sums }[])[];
};

export type RawAnswer = {
  /** What was read. */
  readonly startS: number;
  readonly endS: number;
  readonly stepS: number;
  /** A multiple of stepS: the first step begins here, maybe before startS. */
  readonly firstStepS: number;
  readonly resolutionS: number;
  readonly isExact: boolean;
  /** The oldest that is stored; undefined: nothing is. */
  readonly storedFromS: number | undefined;
  readonly notes: readonly string[];
  readonly total: RawRow;
  readonly rows: readonly RawRow[];
  readonly other: RawRow | undefined;
  readonly groups: number;
  readonly isCapped: boolean;
  readonly isStopped: boolean;
  readonly sankey: RawSankey | undefined;
  readonly rowsRead: number;
  readonly blocksRead: number;
};
