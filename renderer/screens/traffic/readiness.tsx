// Before there is any traffic to show: no port, no exporter yet, and what to do about it.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeviceSummary, FlowExporter } from '../../../shared/contract/index.ts';
import { flowCommands, isPlainAddress } from '../../../shared/model/router-setup/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useDevices, useExporters, useHealth, useSystemInfo } from '../../app/data/queries.ts';
import { Loading } from '../../components/states.tsx';

const count = (all: FlowExporter[]): number => all.length;

/** Undefined while that is not known. */
export function useHasExporters(): boolean | undefined {
  const exporters = useExporters(count).data;
  return exporters === undefined ? undefined : exporters > 0;
}

/** What it stands before is shown once flows arrive. */
export function Readiness({ children }: { readonly children: ReactNode }): ReactNode {
  const has = useHasExporters();
  const info = useSystemInfo();
  if (has === true) return children;
  if (has === undefined || info.data === undefined) return <Loading height={320} />;
  const listen = info.data.flowListen;
  return listen.length === 0 ? <NoPort /> : <NoExporter listen={listen} />;
}

const flowProblem = ({ problems }: { readonly problems: readonly string[] }): string | null =>
  problems.find((problem) => /netflow|ipfix|\bflows?\b/i.test(problem)) ?? null;

function NoPort(): ReactNode {
  const health = useHealth(flowProblem);
  return (
    <div className="lw-traffic-none" data-testid="empty">
      <h2>No flow port is open</h2>
      <p className="lw-dim">
        {health.data ?? 'Traffic is told by NetFlow or IPFIX. Open a port for them in linewarden.yml:'}
      </p>
      <pre className="lw-mono lw-traffic-code">{'netflow:\n  listen: ["0.0.0.0:2055"]'}</pre>
    </div>
  );
}

type NoExporterProps = { readonly listen: readonly string[] };

const routersOf = (all: DeviceSummary[]): DeviceSummary[] => all.filter(({ kind }) => kind === 'router');
const MOST_ROUTERS = 6;

function NoExporter({ listen }: NoExporterProps): ReactNode {
  const engine = useEngine();
  const routers = useDevices(routersOf).data ?? [];
  const machine = useQuery({
    queryKey: ['onboarding', 'machine', ''],
    queryFn: ({ signal }) => engine.onboarding.machine({ router: '' }, { signal }),
  });
  const server = machine.data?.addresses.find(({ address }) => isPlainAddress(address))?.address;
  const port = machine.data?.flowPort ?? null;
  const [first, ...others] = routers;
  return (
    <div className="lw-traffic-none" data-testid="empty">
      <h2>No router sends flows to this machine yet</h2>
      <p className="lw-dim">
        It listens on {listen.join(', ')} for NetFlow v5, v9 and IPFIX, and shows whoever sends them.
        {server !== undefined && port !== null && ' On RouterOS 7 these lines are all it takes:'}
      </p>
      {server !== undefined && port !== null && (
        <pre className="lw-mono lw-traffic-code">
          {flowCommands({ line: '7', server, port, version: '9' }).join('\n')}
        </pre>
      )}
      <div className="lw-row lw-traffic-ways">
        <Link to="/setup" search={first === undefined ? {} : { device: first.id, step: 'flows' }}>
          <Button component="span" variant="filled">
            {first === undefined ? 'Set up a router' : `Set up flows on ${first.name}`}
          </Button>
        </Link>
        {others.slice(0, MOST_ROUTERS).map(({ id, name }) => (
          <Link key={id} to="/setup" search={{ device: id, step: 'flows' }} className="lw-link">
            {name}
          </Link>
        ))}
      </div>
    </div>
  );
}
