// Uptime, memory, disk and CPU: the telemetry by which a router counts as online.
import { known } from '../../facts.ts';
import type { Sample } from '../../samples.ts';
import { parseDurationSeconds, parseNumber } from '../../values.ts';
import type { Collector } from '../collector.ts';

const gauges = [
  ['mktxp_system_uptime', 'uptime', parseDurationSeconds],
  ['mktxp_system_free_memory', 'free-memory', parseNumber],
  ['mktxp_system_total_memory', 'total-memory', parseNumber],
  ['mktxp_system_free_hdd_space', 'free-hdd-space', parseNumber],
  ['mktxp_system_total_hdd_space', 'total-hdd-space', parseNumber],
  ['mktxp_system_cpu_load', 'cpu-load', parseNumber],
  ['mktxp_system_cpu_count', 'cpu-count', parseNumber],
  ['mktxp_system_cpu_frequency', 'cpu-frequency', parseNumber],
] as const;

export const resourceCollector: Collector = {
  name: 'resource',
  mktxpName: 'SystemResourceCollector',
  reads: 'its uptime, CPU, memory and disk',
  enabled: 'always',
  async collect(session, { learn }) {
    const [row] = await session.print('/system/resource');
    if (row === undefined) return [];
    learn(
      known({
        version: row.get('version'),
        boardName: row.get('board-name'),
        architecture: row.get('architecture-name'),
        uptimeSeconds: parseDurationSeconds(row.get('uptime')),
      }),
    );
    const labels = {
      version: row.get('version') ?? '',
      board_name: row.get('board-name') ?? '',
      cpu: row.get('cpu') ?? '',
      architecture_name: row.get('architecture-name') ?? '',
    };
    return gauges.flatMap(([name, property, parse]): Sample[] => {
      const value = parse(row.get(property));
      return value === undefined ? [] : [{ name, labels, value }];
    });
  },
};
