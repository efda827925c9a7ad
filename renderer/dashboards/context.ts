// What the panels of one dashboard share: the choices of its variables, the devices, its alerts.
import { createContext, useContext } from 'react';
import type { DeviceSummary } from '../../shared/contract/index.ts';
import type { ChartMark } from '../charts/overlay.ts';
import type { Choices } from './panel-of.ts';

export type DashboardView = {
  readonly id: string;
  readonly choices: Choices;
  readonly devices: readonly DeviceSummary[];
  readonly marks: readonly ChartMark[];
  /** The expected time between two samples, ms, where a panel does not say. */
  readonly intervalMs: number;
  /** The panel that has the screen for itself. */
  readonly full: string | undefined;
  readonly openPanel: (id: string | undefined) => void;
};

const DashboardContext = createContext<DashboardView | undefined>(undefined);
export const DashboardProvider = DashboardContext;

export function useDashboard(): DashboardView {
  const view = useContext(DashboardContext);
  if (view === undefined) throw new Error('a panel outside of a dashboard');
  return view;
}
