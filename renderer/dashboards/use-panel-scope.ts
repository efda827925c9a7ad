// Which device's traffic a panel is about: the one that its variables choose, where its queries use them.
import { useMemo } from 'react';
import type { DeviceSummary } from '../../shared/contract/index.ts';
import type { TimeSeriesPanel } from '../../shared/model/dashboard.ts';
import { selectorNames } from '../../shared/model/device-selector.ts';
import { useExporters } from '../app/data/queries.ts';
import { scopeOf } from '../components/who-was-that.tsx';
import { filterWord } from '../screens/traffic/link.ts';
import type { FlowScope } from '../screens/traffic/link.ts';
import { useDashboard } from './context.ts';
import type { Choices } from './panel-of.ts';

/** Labels that say which device; of a router's panels also which of its interfaces. */
const INTERFACE = /\b(?:name|interface|device)\s*=~?\s*"\$(\w+)"/;

/** The value of a variable where exactly one is chosen. */
const only = (choices: Choices, name: string): string | undefined => {
  const values = choices.get(name)?.values;
  return values?.length === 1 && values[0] !== '' ? values[0] : undefined;
};

export function chosenDevice(
  exprs: readonly string[],
  choices: Choices,
  devices: readonly DeviceSummary[],
): DeviceSummary | undefined {
  const used = [...new Set(exprs.flatMap((expr) => [...expr.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name)))];
  for (const name of used) {
    const value = only(choices, name);
    if (value === undefined) continue;
    const found = devices.filter(({ selector }) =>
      [...(selectorNames(selector)?.values() ?? [])].some((values) => values.includes(value)),
    );
    if (found.length === 1) return found[0];
  }
  return undefined;
}

export function usePanelScope({ queries }: TimeSeriesPanel): FlowScope | undefined {
  const { choices, devices } = useDashboard();
  const exporters = useExporters().data;
  return useMemo(() => {
    const exprs = queries.map(({ expr }) => expr);
    const device = chosenDevice(exprs, choices, devices);
    const scope = device === undefined || exporters === undefined ? null : scopeOf(device, exporters);
    if (scope === null) return undefined;
    const variable = exprs.map((expr) => INTERFACE.exec(expr)?.[1]).find((name) => name !== undefined);
    const port = variable === undefined || scope.exporter === undefined ? undefined : only(choices, variable);
    return port === undefined ? scope : { ...scope, filter: `interface ${filterWord(port)}` };
  }, [queries, choices, devices, exporters]);
}
