// The live graphs of a device, by its kind.
import { useQuery } from '@tanstack/react-query';
import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { DeviceKind, DeviceType } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useMarks } from '../../app/data/marks.ts';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Empty } from '../../components/states.tsx';
import { dockerPanels } from '../../panels/docker.ts';
import { connectorPanels, edgePanels } from '../../panels/edge.ts';
import { hostPanels } from '../../panels/host.ts';
import { routerPanels } from '../../panels/router.ts';
import { clientPanels, headendPanels, senderPanels } from '../../panels/senders.ts';
import { machinePanels, machineQuery, targetPanels } from '../../panels/target.ts';
import type { Panel } from '../../panels/types.ts';
import { TrafficTab } from './traffic-tab.tsx';

const PANELS: Readonly<Record<Exclude<DeviceKind, 'exporter'>, (selector: string) => readonly Panel[]>> = {
  host: hostPanels,
  router: routerPanels,
  target: targetPanels,
  edge: edgePanels,
  headend: headendPanels,
  client: clientPanels,
  sender: senderPanels,
  docker: dockerPanels,
};

type Props = {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly type: DeviceType | undefined;
  readonly selector: string;
  readonly address: string;
  readonly intervalMs: number;
};

/** Its own render for what it is given, not for each "last seen" of the device. */
export const SummaryTab = memo(function SummaryTab({
  id,
  kind,
  type,
  selector,
  address,
  intervalMs,
}: Props): ReactNode {
  const marks = useMarks(id);
  const isMachine = useIsMachine(kind, selector);
  const panels = useMemo(() => {
    if (kind === 'exporter') return [];
    if (type === 'connector') return connectorPanels(id, selector);
    return isMachine ? machinePanels(selector) : PANELS[kind](selector);
  }, [id, kind, type, selector, isMachine]);
  if (selector === '') return <Empty text="It has sent no data yet. Its graphs appear with the first answer." />;
  if (kind === 'exporter') {
    return <TrafficTab deviceId={id} selector={selector} address={address} intervalMs={intervalMs} />;
  }
  return (
    <div className="lw-grid">
      {panels.map((panel) => (
        <div key={panel.id} className={panel.id === 'traffic' ? 'lw-wide' : 'lw-shrink'}>
          <GraphPanel panel={panel} intervalMs={intervalMs} marks={marks} height={panel.id === 'traffic' ? 220 : 180} />
        </div>
      ))}
    </div>
  );
});

/** Whether a scrape target is a whole machine. */
function useIsMachine(kind: DeviceKind, selector: string): boolean {
  const engine = useEngine();
  const query = machineQuery(selector);
  const answer = useQuery({
    queryKey: ['instant', query],
    queryFn: ({ signal }) => engine.metrics.instant({ query }, { signal }),
    enabled: kind === 'target' && selector !== '',
    refetchInterval: 60_000,
  });
  return (answer.data?.samples.length ?? 0) > 0;
}
