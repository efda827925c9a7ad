// What of a dashboard its address carries: the choices of its variables, and the panel that has the screen for itself.
import { readChoices } from '../../dashboards/choices.ts';
import type { VariableSearch } from '../../dashboards/choices.ts';

export type DashboardSearch = VariableSearch & { readonly panel?: string | undefined };

export function readDashboardSearch(search: Readonly<Record<string, unknown>>): DashboardSearch {
  const { panel } = search;
  return {
    ...readChoices(search),
    ...(typeof panel === 'string' || typeof panel === 'number' ? { panel: String(panel) } : {}),
  };
}
