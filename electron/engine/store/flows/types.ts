// What the flow store gives to whoever asks it: blocks of columns, and which tier holds which time.

/** Finest first. */
export const FLOW_TIERS = ['1m', '10m', '1h', '1d'] as const;
export type FlowTier = (typeof FLOW_TIERS)[number];
/** What has a time of its own to be kept for: hours go with their ten minutes. */
export const KEPT_TIERS = ['1m', '10m', '1d'] as const;
export type KeptTier = (typeof KEPT_TIERS)[number];
export const keptAs = (tier: FlowTier): KeptTier => (tier === '1h' ? '10m' : tier);

export const RESOLUTION_S: Readonly<Record<FlowTier, number>> = {
  '1m': 60,
  '10m': 600,
  '1h': 3_600,
  '1d': 86_400,
};

/**
 * What a block's rows are. Tier 1m has `conversations` and `other`, the coarser ones all.
 *
 * - `conversations`: in 1m all of them up to the cap per exporter and minute, in coarser ones those that are among the top
 *   1,000 of their bucket by bytes or by flows.
 * - `other`: what is in no row of `conversations`, so that both together are all traffic. No addresses. In 1m (beyond the
 *   cap) interfaces, protocol, service and direction are still true; in coarser ones a bucket has one row with zeros.
 * - `byHost`: all traffic twice: once by client (server is NO_ADDRESS), once by server (client is NO_ADDRESS), each by
 *   direction. Everything else is 0.
 * - `byService`: all traffic by protocol, service, direction and interfaces.
 * - `byInterface`: all traffic by interfaces, protocol, direction, DSCP and VLAN.
 */
export const FLOW_BLOCK_KINDS = ['conversations', 'other', 'byHost', 'byService', 'byInterface'] as const;
export type FlowBlockKind = (typeof FLOW_BLOCK_KINDS)[number];

/** In `client` and `server`: this side is not told. */
export const NO_ADDRESS = 0xffff_ffff;

export const FLOW_COLUMNS = [
  'bucketS',
  'client',
  'server',
  'inInterface',
  'outInterface',
  'protocol',
  'service',
  'toClient',
  'dscp',
  'vlan',
  'bytes',
  'packets',
  'flows',
] as const;
export type FlowColumn = (typeof FLOW_COLUMNS)[number];

/**
 * Some rows of one exporter and kind, ascending by bucket. A row may be there more than once (what came late is beside what
 * was there): rows of equal keys are to be summed. Columns that were not asked for are empty, the others have `rows`
 * entries. All arrays are valid until onBlock returns, then they are used again.
 */
export type FlowBlock = {
  readonly tier: FlowTier;
  readonly kind: FlowBlockKind;
  /** Its address, as the flow thread saw it. */
  readonly exporter: string;
  readonly rows: number;
  /**
   * Four words an address, as FlowBatch has them (IPv4 as ::ffff:a.b.c.d, its word is the fourth); each address once, in
   * ascending order; all zeros stand for an exporter that tells no addresses. Empty unless client or server is asked for.
   */
  readonly addresses: Uint32Array;
  /** Unix seconds at which the row's bucket begins. */
  readonly bucketS: Uint32Array;
  /** Index into `addresses`, or NO_ADDRESS. */
  readonly client: Uint32Array;
  readonly server: Uint32Array;
  readonly inInterface: Uint32Array;
  readonly outInterface: Uint32Array;
  readonly protocol: Uint32Array;
  /** Port of the server; ICMP: type * 256 + code; 0 for other protocols without ports. */
  readonly service: Uint32Array;
  /** 1: from server to client, so that src is the server; 0: src is the client. */
  readonly toClient: Uint32Array;
  readonly dscp: Uint32Array;
  readonly vlan: Uint32Array;
  readonly bytes: Float64Array;
  readonly packets: Float64Array;
  /** Distinct 5-tuples a minute of arrival; a flow counts in the bucket in which it was last seen. */
  readonly flows: Float64Array;
};

export type FlowScan = {
  readonly tier: FlowTier;
  readonly kinds: readonly FlowBlockKind[];
  /** Buckets that begin in startS (inclusive) to endS (exclusive). */
  readonly startS: number;
  readonly endS: number;
  /** Addresses; all exporters when it is left out. */
  readonly exporters?: readonly string[];
  readonly columns: readonly FlowColumn[];
};

export type FlowScanOutcome = {
  readonly blocks: number;
  readonly rows: number;
  readonly isStopped: boolean;
  /** Sentences about what is missing: damaged files and blocks. */
  readonly missing: readonly string[];
};

/** What a tier holds: every bucket that begins in fromS (inclusive) to untilS (exclusive) is in it. */
export type FlowCoverage = { readonly tier: FlowTier; readonly fromS: number; readonly untilS: number };

/** Of the flow reader thread; nothing here waits. */
export type FlowScanner = {
  /** Finest first, without tiers that hold nothing. A tier of 10m or 1d ends a little before now. */
  coverage(): FlowCoverage[];
  /** Each block of the range, in no order. Looks at shouldStop between blocks. */
  scan(wanted: FlowScan, onBlock: (block: FlowBlock) => void, shouldStop?: () => boolean): FlowScanOutcome;
};
