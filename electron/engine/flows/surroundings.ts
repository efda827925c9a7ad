// What questions about traffic ask of the rest of the engine.
import type { Names } from '../names/index.ts';
import type { FlowPlan, RawAnswer } from '../store/flows/index.ts';

/** One customer with one address for some time. */
export type HeldAddress = {
  readonly key: string;
  readonly address: string;
  /** Unix ms; -Infinity and Infinity where nothing says when. */
  readonly fromMs: number;
  readonly untilMs: number;
};

export type Customer = {
  readonly key: string;
  readonly name: string;
  readonly tier: string;
  readonly deviceId: string;
};

export type Customers = {
  customers(): Iterable<Customer>;
  /** Of one address those that say when go first. */
  heldAddresses(startMs: number, endMs: number): Iterable<HeldAddress>;
};

export type FlowDevice = { readonly id: string; readonly name: string; readonly address: string };

export type FlowSurroundings = {
  /** Rejects with a LinewardenError; the signal ends it. */
  readonly answer: (plan: FlowPlan, signal?: AbortSignal) => Promise<RawAnswer>;
  readonly names: Pick<Names, 'nameOf' | 'interfaceName' | 'interfaces'>;
  /** Addresses that flows come from, of which something is known now. */
  readonly exporters: () => readonly string[];
  readonly devices: () => readonly FlowDevice[];
  /** The device behind an exporter's address. */
  readonly deviceOfExporter: (address: string) => string;
  readonly customers: Customers;
  readonly now: () => number;
};
