// What v7's routing processes take of memory and time.
import { parseDurationSeconds, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { info, labelsOf, measure, type Measured } from '../rows.ts';

const measured: readonly Measured[] = [
  ['mktxp_routing_stats_private_mem', 'private-mem-blocks', parseNumber],
  ['mktxp_routing_stats_shared_mem', 'shared-mem-blocks', parseNumber],
  ['mktxp_routing_stats_kernel_time_total', 'kernel-time', parseDurationSeconds],
  ['mktxp_routing_stats_process_time_total', 'process-time', parseDurationSeconds],
  ['mktxp_routing_stats_max_busy_total', 'max-busy', parseDurationSeconds],
  ['mktxp_routing_stats_max_calc_total', 'max-calc', parseDurationSeconds],
];

export const routingStatsCollector: Collector = {
  name: 'routing_stats',
  mktxpName: 'RoutingStatsCollector',
  reads: "what v7's routing processes take",
  enabled: 'off',
  defaultIntervalMs: 60_000,
  needs: { minMajor: 7 },
  async collect(session) {
    const rows = await session
      .print('/routing/stats/process', {
        proplist: ['tasks', 'id', 'pid', ...measured.map(([, property]) => property)],
      })
      .catch(noSuchCommand);
    return rows.flatMap((row) => [
      info('mktxp_routing_stats_processes_info', labelsOf(row, ['tasks', 'id', 'pid'])),
      ...measure(row, labelsOf(row, ['tasks']), measured),
    ]);
  },
};
