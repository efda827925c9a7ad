// What the flow thread hands over whenever a minute of the clock is over.

export type Sums = { bytes: number; packets: number; flows: number };

export type ClosedExporter = {
  readonly address: string;
  /** Records, or parts of them, that found no place among its conversations. */
  readonly overflowed: number;
  /** Of those what found no place by interface, protocol and service either. */
  readonly rest: Sums;
};

/** Rows as `row.ts` has them, by minute; `exporters` and `addresses` are what their indexes stand for. */
export type ClosedConversations = {
  /** When it was closed. */
  readonly atMs: number;
  /** The minute of arrival, since 1970; no row is of a later one. */
  readonly minute: number;
  readonly rows: number;
  readonly buffer: ArrayBuffer;
  /** Four words an address. */
  readonly addresses: Uint32Array<ArrayBuffer>;
  readonly exporters: readonly ClosedExporter[];
};
