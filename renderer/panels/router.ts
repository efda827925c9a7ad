// Graphs of a RouterOS device, by MKTXP's names.
import { select } from './selector.ts';
import { rateOf } from './step.ts';
import { CPU_HIGH, MEMORY_LOW } from './thresholds.ts';
import { fixed, label } from './types.ts';
import type { Panel } from './types.ts';

const TEMPERATURES: readonly (readonly [string, string])[] = [
  ['mktxp_system_routerboard_temperature', 'board'],
  ['mktxp_system_cpu_temperature', 'CPU'],
  ['mktxp_system_phy_temperature', 'PHY'],
  ['mktxp_system_switch_temperature', 'switch'],
  ['mktxp_system_board_temperature1', 'board 1'],
  ['mktxp_system_board_temperature2', 'board 2'],
];

const VOLTAGES: readonly (readonly [string, string])[] = [
  ['mktxp_system_routerboard_voltage', 'supply'],
  ['mktxp_system_psu1_voltage', 'PSU 1'],
  ['mktxp_system_psu2_voltage', 'PSU 2'],
  ['mktxp_system_poe_in_voltage', 'PoE in'],
];

/** One request for all sensors: the metric's name tells them apart. */
const sensors = (selector: string, metrics: readonly (readonly [string, string])[]) => [
  {
    expr: select('', `__name__=~${JSON.stringify(metrics.map(([name]) => name).join('|'))}`, selector),
    legend: (labels: Readonly<Record<string, string>>): string =>
      metrics.find(([name]) => name === labels['__name__'])?.[1] ?? labels['__name__'] ?? '',
  },
];

export const routerCpu = (selector: string): Panel => ({
  id: 'cpu',
  title: 'CPU load',
  unit: 'percent',
  max: 100,
  threshold: CPU_HIGH,
  queries: () => [{ expr: select('mktxp_system_cpu_load', selector), legend: fixed('CPU load') }],
});

export const routerMemory = (selector: string): Panel => ({
  id: 'memory',
  title: 'Memory',
  unit: 'bytes',
  threshold: MEMORY_LOW,
  queries: () => [
    {
      expr: `${select('mktxp_system_total_memory', selector)} - ${select('mktxp_system_free_memory', selector)}`,
      legend: fixed('used'),
    },
    { expr: select('mktxp_system_total_memory', selector), legend: fixed('total'), other: true },
  ],
});

/** `names`: PromQL matchers that choose interfaces; empty for all. */
export const routerTraffic = (selector: string, names = '', limit = 8): Panel => ({
  id: 'traffic',
  title: 'Traffic by interface, out below',
  unit: 'bps',
  limit,
  idleLast: true,
  queries: (rate) => [
    {
      expr: `8 * ${rateOf(select('mktxp_interface_rx_byte_total', selector, names), rate)}`,
      legend: label('name'),
      direction: 'in',
    },
    {
      expr: `8 * ${rateOf(select('mktxp_interface_tx_byte_total', selector, names), rate)}`,
      legend: label('name'),
      direction: 'out',
    },
  ],
});

export const routerTemperature = (selector: string): Panel => ({
  id: 'temperature',
  title: 'Temperature',
  unit: 'celsius',
  fromZero: false,
  optional: true,
  queries: () => sensors(selector, TEMPERATURES),
});

export const routerVoltage = (selector: string): Panel => ({
  id: 'voltage',
  title: 'Voltage',
  unit: 'volts',
  fromZero: false,
  optional: true,
  queries: () => sensors(selector, VOLTAGES),
});

export const routerPanels = (selector: string): readonly Panel[] => [
  routerTraffic(selector),
  routerCpu(selector),
  routerMemory(selector),
  routerTemperature(selector),
  routerVoltage(selector),
];

/** One interface alone: what it carries and what goes wrong on it. */
export const routerInterfacePanels = (selector: string, matcher: string): readonly Panel[] => [
  { ...routerTraffic(selector, matcher), id: 'interface-traffic', title: 'Traffic, out below' },
  {
    id: 'interface-errors',
    title: 'Errors and drops',
    unit: 'perSecond',
    queries: (rate) =>
      (
        [
          ['rx_error', 'errors', 'in'],
          ['tx_error', 'errors', 'out'],
          ['rx_drop', 'drops', 'in'],
          ['tx_drop', 'drops', 'out'],
        ] as const
      ).map(([what, words, direction]) => ({
        expr: rateOf(select(`mktxp_interface_${what}_total`, selector, matcher), rate),
        legend: fixed(words),
        direction,
      })),
  },
];
