// A graph as a declaration: what it is called, its unit, and the queries whose series it draws.
import type { DeviceSummary } from '../../shared/contract/index.ts';
import type { ChartThreshold } from '../charts/overlay.ts';
import type { Sides } from '../charts/series.ts';
import type { Unit } from '../../shared/units/index.ts';
import type { RateContext } from './step.ts';

export type Direction = 'in' | 'out';

export type PanelQuery = {
  readonly expr: string;
  /** The series' name in the legend. */
  readonly legend: (labels: Readonly<Record<string, string>>) => string;
  /** `out` is drawn below the axis; an in/out pair of one name shares its colour. */
  readonly direction?: Direction;
  /** Drawn grey, as what is left over. */
  readonly other?: boolean;
};

export type Panel = {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly stacked?: boolean;
  /** What lies above and below the axis, where it is not "in" and "out". */
  readonly sides?: Sides;
  /** Upper end of the y axis where it is known: 100 for percent. */
  readonly max?: number;
  /** Gauges such as a temperature need not start at zero. */
  readonly fromZero?: boolean;
  /** Names in the order in which they are drawn and coloured, whatever order they come in; the others follow. */
  readonly order?: readonly string[];
  /** The most series drawn; the others are left out by size. */
  readonly limit?: number;
  /** Names that carry nothing over the whole range come last, grey: ports that are down or switched off. */
  readonly idleLast?: boolean;
  /** Left out where none of its queries has data: not every router has a thermometer. */
  readonly optional?: boolean;
  /** Where a shipped rule draws the line. */
  readonly threshold?: PanelThreshold;
  readonly queries: (rate: RateContext) => readonly PanelQuery[];
};

/** `rule` names the alerting rule, without which there is no line. */
export type PanelThreshold = ChartThreshold & { readonly rule: string };

/** What a panel needs to know of its device. */
export type PanelDevice = Pick<DeviceSummary, 'selector' | 'intervalMs'>;

export const label =
  (name: string, fallback = '') =>
  (labels: Readonly<Record<string, string>>): string =>
    labels[name] ?? fallback;

export const fixed = (text: string) => (): string => text;
