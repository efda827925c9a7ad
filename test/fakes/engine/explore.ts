// The Explore screen's questions over the fake series: checked by the real parser, evaluated by the small one.
import { setTimeout as sleep } from 'node:timers/promises';
import { ORPCError } from '@orpc/server';
import { countLabels, describeMetric } from '../../../electron/engine/api/rpc/explore/catalogue.ts';
import { checkQuery } from '../../../electron/engine/api/rpc/explore/check.ts';
import { FUNCTIONS } from '../../../electron/engine/api/rpc/explore/handlers.ts';
import { parseQuery, prettyExpr } from '../../../electron/engine/promql/index.ts';
import type { ExploredGraph, ExploredTable } from '../../../shared/contract/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { evaluate } from './promql.ts';
import type { FakeSeries } from './promql.ts';

type Grid = { readonly query: string; readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** A query for a metric of this name takes its time, and reads very much. */
const WEEK_MS = 7 * 86_400_000;
const HUGE = /\bhuge_/;

function found(query: string, series: readonly FakeSeries[], timeMs: number): FakeSeries[] {
  try {
    return evaluate(query, series, timeMs);
  } catch (error) {
    throw new ORPCError('QUERY_FAILED', { message: error instanceof Error ? error.message : String(error) });
  }
}

const metricOf = (selector: string): string => /^[\w:]*/.exec(selector)?.[0] ?? '';

export function createFakeExplore(series: () => readonly FakeSeries[]) {
  const names = (): string[] => [...new Set(series().map(({ labels }) => labels['__name__'] ?? ''))].toSorted();
  const labelsOf = (metric: string): Labels[] =>
    series()
      .filter(({ labels }) => metric === '' || labels['__name__'] === metric)
      .map(({ labels }) => Labels.fromRecord(labels));
  return {
    check: (query: string) => checkQuery(query, (metric) => describeMetric(metric, {}).unit),
    format: (query: string) => ({ query: prettyExpr(parseQuery(query)) }),
    estimate: ({ query, startMs, endMs }: Grid) =>
      HUGE.test(query)
        ? { series: 9_000, samples: Math.round((52_000_000 * (endMs - startMs)) / WEEK_MS) }
        : { series: 12, samples: 4_320 },
    async graph({ query, startMs, endMs, stepMs }: Grid, limit: number): Promise<ExploredGraph> {
      const steps = Math.floor((endMs - startMs) / stepMs) + 1;
      const all = found(query, series(), endMs);
      await sleep(HUGE.test(query) ? 20_000 : 30);
      return {
        startMs,
        stepMs,
        steps,
        series: all.slice(0, limit).map(({ labels, at }) => ({
          labels: { ...labels },
          values: Array.from({ length: steps }, (_, i) => at(startMs + i * stepMs)),
        })),
        warnings: [],
        infos: [],
        stats: { series: all.length, samplesRead: all.length * steps, tookMs: 12.4 },
      };
    },
    async table(query: string, timeMs: number): Promise<ExploredTable> {
      await sleep(HUGE.test(query) ? 20_000 : 30);
      const rows = found(query, series(), timeMs).flatMap(({ labels, at }) => {
        const value = at(timeMs);
        return value === null ? [] : [{ labels: { ...labels }, timeMs, value }];
      });
      const stats = { series: rows.length, samplesRead: rows.length, tookMs: 3.1 };
      return { type: 'vector', text: '', rows, total: rows.length, warnings: [], infos: [], stats };
    },
    metrics: () => ({
      metrics: names().map((name) => describeMetric(name, {})),
      total: names().length,
      functions: [...FUNCTIONS],
    }),
    metricLabels: (metric: string) => countLabels(labelsOf(metric), false),
    labelNames: (selector: string) => countLabels(labelsOf(metricOf(selector)), false).labels.map(({ name }) => name),
    labelValues: (label: string, selector: string) =>
      [...new Set(labelsOf(metricOf(selector)).map((labels) => labels.get(label)))].filter(Boolean).toSorted(),
  };
}
