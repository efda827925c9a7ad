// What the keys and measures of traffic are called, and in which units they are shown.
import type { FlowKey, FlowKeyValue, FlowMeasure } from '../../../shared/model/flow-question.ts';
import type { Unit } from '../../../shared/units/index.ts';

export const KEY_WORDS: Readonly<Record<FlowKey, string>> = {
  service: 'Service',
  local: 'Inside host',
  peer: 'Outside host',
  host: 'Host, either end',
  conversation: 'Conversation',
  src: 'Source',
  dst: 'Destination',
  client: 'Client',
  server: 'Server',
  protocol: 'Protocol',
  interface: 'Interface',
  in_interface: 'Interface in',
  out_interface: 'Interface out',
  exporter: 'Exporter',
  subscriber: 'Subscriber',
  tier: 'Tier',
  vlan: 'VLAN',
  dscp: 'DSCP',
};

/** In the order in which they are offered. */
export const KEYS_OFFERED = Object.keys(KEY_WORDS) as FlowKey[];

export const MEASURE_WORDS: Readonly<Record<FlowMeasure, string>> = {
  bytes: 'Traffic',
  packets: 'Packets',
  flows: 'Flows',
};

/** Rates are told in bits where they count bytes. */
export const rateUnit = (measure: FlowMeasure): Unit => (measure === 'bytes' ? 'bps' : 'perSecond');
export const sumUnit = (measure: FlowMeasure): Unit => (measure === 'bytes' ? 'bytes' : 'count');
export const perRate = (measure: FlowMeasure): number => (measure === 'bytes' ? 8 : 1);

/** "nas", "nas → https". */
export const rowWords = (keys: readonly FlowKeyValue[]): string => keys.map(({ label }) => label).join(' → ');

export const rowId = (keys: readonly FlowKeyValue[]): string => keys.map(({ value }) => value).join('|');

/** Where it says more than the name: a protocol without ports has only the one. */
export const detailOf = ({ label, detail }: FlowKeyValue): string => (detail === label ? '' : detail);

/** "https (tcp/443)": where the name alone does not tell. */
export const keyTitle = (key: FlowKeyValue): string =>
  detailOf(key) === '' ? key.label : `${key.label} (${key.detail})`;
