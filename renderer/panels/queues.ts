// A router's simple queues: the queries of the table, and the rows made of their answers.
import type { Vector } from '../../shared/contract/index.ts';
import { select } from './selector.ts';
import { rateOf } from './step.ts';
import type { RateContext } from './step.ts';

export type QueueRow = {
  readonly name: string;
  readonly downBps: number | null;
  readonly upBps: number | null;
  /** Packets, both ways, within the last hour. */
  readonly dropped: number | null;
  readonly queuedBytes: number | null;
};

const FIELDS = ['down', 'up', 'dropped', 'queued'] as const;
export type QueueField = (typeof FIELDS)[number];

export const queueMatcherLabel = 'name';

export function queueQueries(selector: string, rate: RateContext): Readonly<Record<QueueField, string>> {
  const metric = (name: string): string => select(`mktxp_queue_simple_${name}_total`, selector);
  const dropped = (way: string): string => `sum by (name) (increase(${metric(`dropped_${way}`)}[1h]))`;
  return {
    down: `8 * sum by (name) (${rateOf(metric('bytes_download'), rate)})`,
    up: `8 * sum by (name) (${rateOf(metric('bytes_upload'), rate)})`,
    dropped: `${dropped('download')} + ${dropped('upload')}`,
    // MKTXP spells the one with two d.
    queued: `sum by (name) (${metric('queued_bytes_downloadd')}) + sum by (name) (${metric('queued_bytes_upload')})`,
  };
}

/** Of the last hour: a router that does not answer just now has its queues all the same. */
export const queueCountQuery = (selector: string): string =>
  `count(last_over_time(${select('mktxp_queue_simple_bytes_download_total', selector)}[1h]))`;

export function queueRows(answers: Partial<Record<QueueField, Vector>>): QueueRow[] {
  const byName = new Map<string, Partial<Record<QueueField, number>>>();
  for (const field of FIELDS) {
    for (const { labels, value } of answers[field]?.samples ?? []) {
      const name = labels[queueMatcherLabel];
      if (name === undefined || name === '') continue;
      byName.set(name, { ...byName.get(name), [field]: value });
    }
  }
  return [...byName].map(([name, { down, up, dropped, queued }]) => ({
    name,
    downBps: down ?? null,
    upBps: up ?? null,
    dropped: dropped === undefined ? null : Math.round(dropped),
    queuedBytes: queued ?? null,
  }));
}
