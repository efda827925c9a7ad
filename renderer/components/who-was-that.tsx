// "Who was that?": from a graph to the flows of the minutes that it shows, or of the moment that was clicked.
import { Link } from '@tanstack/react-router';
import { IconUserSearch } from '@tabler/icons-react';
import { createContext, useCallback, useContext, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary, FlowExporter } from '../../shared/contract/index.ts';
import { formatClock } from '../../shared/units/index.ts';
import { useExporters } from '../app/data/queries.ts';
import { minutesAround, trafficLink } from '../screens/traffic/link.ts';
import type { FlowScope } from '../screens/traffic/link.ts';

const Scope = createContext<FlowScope | null>(null);

/** Graphs within it can be asked whose traffic they show; null takes that away. */
export const FlowScopeProvider = Scope;
export const useFlowScope = (): FlowScope | null => useContext(Scope);

type Sender = Pick<DeviceSummary, 'id' | 'address'> & { readonly formerAddresses?: readonly string[] | undefined };

/** A device's flows where it sends any; elsewhere those that others tell of its address. Null where nobody sends flows. */
export function scopeOf(device: Sender, exporters: readonly Pick<FlowExporter, 'address'>[]): FlowScope | null {
  if (exporters.length === 0) return null;
  const own = new Set([device.address, ...(device.formerAddresses ?? [])]);
  if (exporters.some(({ address }) => own.has(address))) return { exporter: device.id };
  const host = hostOf(device.address);
  return host === undefined ? null : { filter: `host ${host}`, by: ['service', 'peer'] };
}

/** An IP address, of a URL too. Loopback is no host of the network. */
export function hostOf(address: string): string | undefined {
  const plain = address.replace(/^https?:\/\//, '').replace(/[/?#].*$/, '');
  const host = /^\[(.+)\](?::\d+)?$/.exec(plain)?.[1] ?? (/:.*:/.test(plain) ? plain : plain.replace(/:\d+$/, ''));
  if (/^(?:127\.|::1$|0\.0\.0\.0$)/.test(host)) return undefined;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || /^[\da-f]*:[\da-f:]+$/i.test(host) ? host : undefined;
}

export function useScopeOf(device: Sender | undefined): FlowScope | null {
  const { id = '', address = '' } = device ?? {};
  const former = (device?.formerAddresses ?? []).join(' ');
  const pick = useCallback(
    (all: FlowExporter[]): FlowScope | null =>
      id === '' ? null : scopeOf({ id, address, formerAddresses: former === '' ? [] : former.split(' ') }, all),
    [id, address, former],
  );
  return useExporters(pick).data ?? null;
}

const isAny = (all: readonly unknown[]): boolean => all.length > 0;
/** Whether anybody sends flows. */
export const useHasFlows = (): boolean => useExporters(isAny).data === true;

type Props = {
  /** Of what: the title of a graph. */
  readonly what: string;
  readonly scope?: FlowScope | undefined;
};

/** At the time range of the window. */
export function WhoWasThat({ what, scope }: Props): ReactNode {
  const around = useFlowScope();
  const of = scope ?? around;
  if (of === null) return null;
  return (
    <Link
      to="/traffic"
      search={trafficLink(of)}
      className="lw-explore-link"
      aria-label={`Who was that? Flows behind ${what}`}
      title="Who was that? The flows of this time range"
    >
      <IconUserSearch size={14} stroke={1.5} aria-hidden />
    </Link>
  );
}

/** For a graph's `momentMenu`; undefined where there are no flows to ask for. */
export function useMomentMenu(stepMs: () => number, scope?: FlowScope): ((atMs: number) => ReactNode) | undefined {
  const around = useFlowScope();
  const of = scope ?? around;
  return useMemo(
    () => (of === null ? undefined : (atMs: number) => <Moment scope={of} atMs={atMs} stepMs={stepMs()} />),
    [of, stepMs],
  );
}

function Moment({
  scope,
  atMs,
  stepMs,
}: {
  readonly scope: FlowScope;
  readonly atMs: number;
  readonly stepMs: number;
}) {
  const minutes = minutesAround(atMs, stepMs);
  return (
    <>
      <Link to="/traffic" search={trafficLink(scope, minutes)} className="lw-link" data-testid="who-was-that">
        Who was that?
      </Link>
      <p className="lw-dim">
        Flows from {formatClock(minutes.fromMs)} to {formatClock(minutes.toMs)}
      </p>
    </>
  );
}
