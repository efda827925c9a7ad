// A collector's switch and interval, for routers that the window added; a change is stored at once.
import { Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { ReactNode } from 'react';
import type { CollectorState, CollectorSwitch as To, DeviceDetail } from '../../../shared/contract/index.ts';
import { formatSpan } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';

const SECOND = 1_000;
const CHOICES_MS = [5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400].map((seconds) => seconds * SECOND);

/** null: as where nobody chose. */
export type SetCollector = (collector: string, to: To | null) => void;

/** Shows the change before the engine confirms it, and what was before where the engine refuses. */
export function useSetCollector(id: string): SetCollector {
  const engine = useEngine();
  const queries = useQueryClient();
  return useCallback(
    (collector, to) => {
      const key = ['device', id];
      const put = (collectors: CollectorState[]): void =>
        void queries.setQueryData<DeviceDetail>(key, (device) => device && { ...device, collectors });
      const shown = queries.getQueryData<DeviceDetail>(key)?.collectors ?? [];
      put(shown.map((each) => (each.name === collector ? { ...each, ...looksLike(each, to) } : each)));
      void engine.devices
        .setCollector({ id, collector, to })
        .then(put)
        .catch((error: unknown) => {
          put(shown);
          notifications.show({
            color: 'red',
            title: `${collector} was not changed`,
            message: failureOf(error).message,
          });
        });
    },
    [engine, id, queries],
  );
}

const looksLike = (collector: CollectorState, to: To | null): Partial<CollectorState> => ({
  enabled: to === null ? collector.switch !== 'off' : to !== false,
  intervalMs: typeof to === 'number' ? to : (collector.defaultIntervalMs ?? collector.intervalMs),
});

type Props = { readonly collector: CollectorState; readonly set: SetCollector };

export function CollectorSwitch({ collector, set }: Props): ReactNode {
  const isAlways = collector.switch === 'always';
  return (
    <Switch
      size="xs"
      checked={collector.enabled}
      disabled={isAlways}
      onKeyDown={(event) => event.stopPropagation()}
      aria-label={`Read ${collector.name}`}
      title={isAlways ? 'Read in each poll: whether the router counts as online rests on it.' : undefined}
      onChange={(event) => set(collector.name, toOf(event.currentTarget.checked, collector))}
    />
  );
}

/** Back to the default where that is what is wanted: a later version may choose a better one. */
const toOf = (on: boolean, { switch: standard }: CollectorState): To | null =>
  on === (standard !== 'off') ? null : on;

export function CollectorInterval({ collector, set }: Props): ReactNode {
  const { name, intervalMs, defaultIntervalMs = intervalMs } = collector;
  if (!collector.enabled) return null;
  if (collector.switch === 'always') return <span className="lw-interval-fixed">{formatSpan(intervalMs)}</span>;
  const choices = [...new Set([...CHOICES_MS, intervalMs, defaultIntervalMs])].toSorted((a, b) => a - b);
  return (
    <select
      className="lw-interval"
      aria-label={`How often ${name} is read`}
      value={String(intervalMs)}
      data-standard={intervalMs === defaultIntervalMs || undefined}
      // The table moves through its rows by the same keys.
      onKeyDown={(event) => event.stopPropagation()}
      onChange={(event) => {
        const chosenMs = Number(event.currentTarget.value);
        const isStandard = chosenMs === defaultIntervalMs;
        set(name, isStandard ? (collector.switch === 'off' ? true : null) : chosenMs);
      }}
    >
      {choices.map((ms) => (
        <option key={ms} value={String(ms)}>
          {formatSpan(ms)}
          {ms === defaultIntervalMs && ms !== intervalMs ? ' (default)' : ''}
        </option>
      ))}
    </select>
  );
}
