// A filter as a tree.
import type { Net } from './address.ts';

export const ADDRESS_FIELDS = ['src', 'dst', 'host', 'local', 'peer', 'client', 'server'] as const;
export const TEXT_FIELDS = ['interface', 'in_interface', 'out_interface', 'exporter', 'subscriber', 'tier'] as const;
export const NUMBER_FIELDS = ['bytes', 'packets', 'flows'] as const;

export type AddressField = (typeof ADDRESS_FIELDS)[number];
export type TextField = (typeof TEXT_FIELDS)[number];
export type CountField = (typeof NUMBER_FIELDS)[number];

/** Whole numbers from..to, both included. */
export type Span = { readonly from: number; readonly to: number };
/** Ports, of one protocol or of all that have ports; of ICMP type * 256 + code. */
export type ServiceSpan = Span & { readonly protocol: number | undefined };
export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=';

/** `isNot`: none of the values. */
export type Condition =
  | { readonly type: 'address'; readonly field: AddressField; readonly isNot: boolean; readonly nets: readonly Net[] }
  | { readonly type: 'service'; readonly isNot: boolean; readonly spans: readonly ServiceSpan[] }
  | { readonly type: 'protocol'; readonly isNot: boolean; readonly numbers: readonly number[] }
  | { readonly type: 'vlan' | 'dscp'; readonly isNot: boolean; readonly spans: readonly Span[] }
  | { readonly type: 'text'; readonly field: TextField; readonly isNot: boolean; readonly texts: readonly string[] }
  | { readonly type: 'direction'; readonly isIn: boolean }
  | { readonly type: 'count'; readonly field: CountField; readonly comparison: Comparison; readonly value: number };

export type Filter =
  | { readonly type: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly type: 'not'; readonly term: Filter }
  | Condition;
