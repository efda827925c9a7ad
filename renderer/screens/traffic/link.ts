// The way to the traffic of something: whose flows, and of which minutes.
import type { FlowKey } from '../../../shared/model/flow-question.ts';
import type { RangeSearch } from '../../app/time-range/range.ts';
import { byOf } from './search.ts';
import type { TrafficSearch } from './search.ts';

/** Of which flows something consists. */
export type FlowScope = {
  /** A device's id or an address; absent: whoever tells of them. */
  readonly exporter?: string | undefined;
  readonly filter?: string | undefined;
  readonly by?: readonly FlowKey[] | undefined;
};

export type Minutes = { readonly fromMs: number; readonly toMs: number };

const MINUTE = 60_000;
const WHO: readonly FlowKey[] = ['local', 'service'];

/** Named though absent: a key that is missing would be kept by the router. */
const NOT_SLIDING: Record<string, undefined> = { last: undefined };

/** Without minutes the window's time range stays. */
export function trafficLink(
  { exporter, filter = '', by = WHO }: FlowScope,
  minutes?: Minutes,
): TrafficSearch & RangeSearch {
  const keys = byOf(by);
  return {
    ...(keys !== undefined && { by: keys }),
    ...(filter !== '' && { filter }),
    ...(exporter !== undefined && { exporter }),
    ...(minutes !== undefined && { ...NOT_SLIDING, from: minutes.fromMs, to: minutes.toMs }),
  };
}

/** The minutes around a point of a graph: what it shows is of the step before it, and flows are told by the minute. */
export function minutesAround(atMs: number, stepMs: number): Minutes {
  const aroundMs = Math.max(MINUTE, stepMs);
  return {
    fromMs: Math.floor((atMs - aroundMs) / MINUTE) * MINUTE,
    toMs: Math.ceil((atMs + Math.max(MINUTE, stepMs / 2)) / MINUTE) * MINUTE,
  };
}

/** A name as the filter language takes it. */
export const filterWord = (text: string): string =>
  /^[\w.:/-]+$/.test(text) && !/^(?:and|or|not|in)$/i.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
