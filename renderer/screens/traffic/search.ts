// What of the traffic screens their address carries: the whole question, how it is shown, and the way back.
import { FLOW_KEYS, FLOW_MEASURES, MAX_FLOW_FILTER } from '../../../shared/model/flow-question.ts';
import type { FlowKey, FlowMeasure } from '../../../shared/model/flow-question.ts';

export const TRAFFIC_TABS = ['overview', 'map', 'live', 'exporters'] as const;
export type TrafficTab = (typeof TRAFFIC_TABS)[number];

/** How many are drawn: eight have colours that nobody mixes up. */
export const TOPS = [5, 8, 15, 30] as const;
export const DEFAULT_TOP = 8;
export const DEFAULT_BY: readonly FlowKey[] = ['service'];
export const MAX_BY = 3;
const MOST_STEPS_BACK = 12;
const MAX_WORDS = 120;

/** A question that was left by going into one of its rows. */
export type Step = {
  readonly by: string;
  readonly filter: string;
  /** What was gone into. */
  readonly into: string;
};

export type TrafficSearch = {
  readonly tab?: TrafficTab;
  /** Keys with commas between them; absent: services. */
  readonly by?: string;
  readonly measure?: Exclude<FlowMeasure, 'bytes'>;
  readonly filter?: string;
  /** A device's id or an address. */
  readonly exporter?: string;
  readonly top?: (typeof TOPS)[number];
  readonly previous?: true;
  readonly p95?: true;
  readonly trail?: readonly Step[];
  readonly open?: string;
};

const text = (value: unknown, most: number): string | undefined => {
  const written = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  return written === '' || written.length > most ? undefined : written;
};

/** In the order of the address, each once; the default where none is known. */
export function keysOf(by: string | undefined): readonly FlowKey[] {
  const keys = (by ?? '').split(',').flatMap((name) => FLOW_KEYS.find((key) => key === name) ?? []);
  return keys.length === 0 ? DEFAULT_BY : [...new Set(keys)].slice(0, MAX_BY);
}

/** Undefined for the default, which the address leaves out. */
export const byOf = (keys: readonly FlowKey[]): string | undefined =>
  keys.length === 0 || keys.join() === DEFAULT_BY.join() ? undefined : keys.join();

/** Whatever is malformed is left out. */
export function readTrafficSearch(search: Readonly<Record<string, unknown>>): TrafficSearch {
  const tab = TRAFFIC_TABS.find((one) => one === search['tab']);
  const by = byOf(keysOf(text(search['by'], 200)));
  const measure = FLOW_MEASURES.find((one) => one !== 'bytes' && one === search['measure']);
  const filter = text(search['filter'], MAX_FLOW_FILTER);
  const exporter = text(search['exporter'], 2_304);
  const top = TOPS.find((one) => one !== DEFAULT_TOP && one === search['top']);
  const trail = Array.isArray(search['trail']) ? search['trail'].slice(0, MOST_STEPS_BACK).flatMap(readStep) : [];
  const open = text(search['open'], 2_304);
  return {
    ...(tab !== undefined && tab !== 'overview' && { tab }),
    ...(by !== undefined && { by }),
    ...(measure !== undefined && measure !== 'bytes' && { measure }),
    ...(filter !== undefined && { filter }),
    ...(exporter !== undefined && { exporter }),
    ...(top !== undefined && { top }),
    ...(search['previous'] === true && { previous: true as const }),
    ...(search['p95'] === true && { p95: true as const }),
    ...(trail.length > 0 && { trail }),
    ...(open !== undefined && { open }),
  };
}

function readStep(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const { by, filter, into } = value as Record<string, unknown>;
  const words = text(into, MAX_WORDS);
  if (words === undefined) return [];
  return [{ by: keysOf(text(by, 200)).join(), filter: text(filter, MAX_FLOW_FILTER) ?? '', into: words }];
}

const wrapped = (filter: string): string => (/\bor\b|\|\|/i.test(filter) ? `(${filter})` : filter);

/** Both at once; what has alternatives of its own is put in brackets. */
export function both(filter: string, more: string): string {
  const first = filter.trim();
  if (first === '') return more;
  return `${wrapped(first)} and ${wrapped(more)}`;
}

export const without = (filter: string, less: string): string => both(filter, `not (${less})`);

/** By what one asks once one of these is settled: who used a service, what a host used. */
const NEXT: Readonly<Record<FlowKey, FlowKey>> = {
  src: 'service',
  dst: 'service',
  host: 'service',
  local: 'service',
  peer: 'local',
  client: 'service',
  server: 'client',
  conversation: 'service',
  protocol: 'service',
  service: 'local',
  in_interface: 'local',
  out_interface: 'local',
  interface: 'local',
  exporter: 'interface',
  subscriber: 'service',
  tier: 'subscriber',
  vlan: 'local',
  dscp: 'service',
};

/** Never what the way here has settled already. */
export function nextKey(from: FlowKey, settled: readonly FlowKey[]): FlowKey {
  const wanted: readonly FlowKey[] = [NEXT[from], 'service', 'local', 'peer', 'conversation'];
  return wanted.find((key) => key !== from && !settled.includes(key)) ?? 'conversation';
}

type Into = { readonly keys: readonly FlowKey[]; readonly filter: string; readonly words: string };

/** One row's traffic alone, by what one would ask next; the question that is left is kept as a step back. */
export function goInto(search: TrafficSearch, { keys, filter, words }: Into): TrafficSearch {
  const now = keysOf(search.by);
  const trail = [
    ...(search.trail ?? []),
    { by: now.join(), filter: search.filter ?? '', into: words.slice(0, MAX_WORDS) },
  ];
  const settled = trail.flatMap((step) => keysOf(step.by));
  const last = keys.at(-1) ?? 'local';
  const by = byOf([nextKey(last, settled)]);
  const { by: _by, tab: _tab, ...others } = search;
  return {
    ...others,
    ...(by !== undefined && { by }),
    filter: both(search.filter ?? '', filter),
    trail: trail.slice(-MOST_STEPS_BACK),
  };
}

/** The question as it was before the n-th step, counted from 0. */
export function goBack(search: TrafficSearch, place: number): TrafficSearch {
  const step = search.trail?.[place];
  if (step === undefined) return search;
  const { by: _by, filter: _filter, trail = [], ...others } = search;
  const by = byOf(keysOf(step.by));
  const left = trail.slice(0, place);
  return {
    ...others,
    ...(by !== undefined && { by }),
    ...(step.filter !== '' && { filter: step.filter }),
    ...(left.length > 0 && { trail: left }),
  };
}
