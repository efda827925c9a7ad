// What the flow store's threads are asked and answer.
import type { ClosedConversations } from './sums/closed.ts';
import type { FlowPlan, RawAnswer } from './query/index.ts';
import type { KeptTier } from './types.ts';

/** How long is kept what, in ms. */
export type FlowRetention = Readonly<Record<KeptTier, number>>;

export type FlowTierStatus = {
  /** With what is kept as long as it. */
  readonly tier: KeptTier;
  readonly bytes: number;
  readonly files: number;
  /** Unix s at which its oldest file begins; 0 without one. */
  readonly fromS: number;
};

/** workerData of either thread. */
export type FlowStoreSettings = { readonly dir: string };

export type WriterCall =
  | { readonly kind: 'write'; readonly closed: ClosedConversations }
  | {
      readonly kind: 'upkeep';
      readonly nowS: number;
      /** The time by which files are too old; earlier while the clock is in doubt. */
      readonly presentS: number;
      readonly retention: FlowRetention;
      readonly maxBytes: number | undefined;
    }
  | { readonly kind: 'status' }
  | { readonly kind: 'close' };
export type WriterAnswer = { write: undefined; upkeep: undefined; status: FlowTierStatus[]; close: undefined };

export type ReaderCall =
  /** `cancelled`: one shared number, 0 while somebody waits. */
  { readonly kind: 'ask'; readonly plan: FlowPlan; readonly cancelled: Int32Array } | { readonly kind: 'close' };
export type ReaderAnswer = { ask: RawAnswer; close: undefined };

export type Request<Call> = { readonly id: number; readonly call: Call };
export type Response =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: string }
  /** A sentence for the operator, of its own accord. */
  | { readonly note: string };
