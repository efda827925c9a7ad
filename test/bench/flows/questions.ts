// Questions of the flow store as the window asks them, by each key.
import type { FlowPlan, PlanKey } from '../../../electron/engine/store/flows/query/index.ts';

export const KEYS: readonly PlanKey[] = [
  'host',
  'service',
  'protocol',
  'conversation',
  'src',
  'in_interface',
  'exporter',
];

/** The ten largest by bytes, without series. */
export const topTen = (by: PlanKey, startS: number, endS: number): FlowPlan => ({
  startS,
  endS,
  by: [by],
  measure: 'bytes',
  predicate: undefined,
  exporters: undefined,
  limit: 10,
  stepS: undefined,
  withSeries: false,
  withPrevious: false,
  inside: [],
  owned: undefined,
  sankey: undefined,
});
