// The live graphs of a device, by its kind.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { DeviceDetail, DeviceKind } from '../../../shared/contract/index.ts';
import { formatDurationMs } from '../../../shared/model/duration.ts';
import { formatValue } from '../../../shared/units/index.ts';
import { useConnection } from '../../app/connection/context.tsx';
import { useExporters } from '../../app/data/queries.ts';
import { durationOf } from '../../app/time-range/range.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { GraphPanel, rangeKey } from '../../components/graph-panel.tsx';
import { Empty } from '../../components/states.tsx';
import { Ago } from '../../components/times.tsx';
import { exporterPanels, exporterServices, topServicesQuery } from '../../panels/exporter.ts';
import type { Service } from '../../panels/exporter.ts';
import { hostPanels } from '../../panels/host.ts';
import { routerPanels } from '../../panels/router.ts';
import { targetPanels } from '../../panels/target.ts';
import type { Panel } from '../../panels/types.ts';

const PANELS: Readonly<Record<DeviceKind, (selector: string) => readonly Panel[]>> = {
  host: hostPanels,
  router: routerPanels,
  target: targetPanels,
  exporter: exporterPanels,
};

export function SummaryTab({ device }: { readonly device: DeviceDetail }): ReactNode {
  if (device.selector === '') return <Empty text="It has sent no data yet. Its graphs appear with the first answer." />;
  return (
    <div className="lw-grid">
      {device.kind === 'exporter' && <Services device={device} />}
      {PANELS[device.kind](device.selector).map((panel) => (
        <div key={panel.id} className={panel.id === 'traffic' ? 'lw-wide' : 'lw-shrink'}>
          <GraphPanel panel={panel} intervalMs={device.intervalMs} height={panel.id === 'traffic' ? 220 : 180} />
        </div>
      ))}
    </div>
  );
}

/** First which services are the largest over the range, then their lines: the set must not change within a graph. */
function Services({ device }: { readonly device: DeviceDetail }): ReactNode {
  const connection = useConnection();
  const { range } = useRange();
  const exporters = useExporters();
  const top = useQuery({
    queryKey: ['instant', 'top services', device.selector, rangeKey(range)],
    queryFn: async ({ signal }): Promise<Service[]> => {
      const minutes = Math.max(5, Math.ceil(durationOf(range) / 300_000) * 5);
      const window = formatDurationMs(minutes * 60_000);
      const answer = await connection.client.metrics.instant(
        {
          query: topServicesQuery(device.selector, window),
          timeMs: range.kind === 'last' ? connection.now() : range.toMs,
        },
        { signal },
      );
      return answer.samples
        .filter((sample) => sample.value > 0 && sample.labels['dst_port'] !== 'other')
        .toSorted((a, b) => b.value - a.value)
        .map(({ labels }) => ({ protocol: labels['protocol'] ?? '', port: labels['dst_port'] ?? '' }));
    },
    refetchInterval: 60_000,
  });
  const exporter = exporters.data?.find((one) => one.address === device.address);
  return (
    <>
      <div className="lw-wide">
        {top.data !== undefined && (
          <GraphPanel panel={exporterServices(device.selector, top.data)} intervalMs={device.intervalMs} height={240} />
        )}
      </div>
      {exporter !== undefined && (
        <dl className="lw-device-facts lw-wide" data-testid="exporter-facts">
          <Fact name="Versions" value={exporter.versions.join(', ')} />
          <Fact name="Packets" value={formatValue(exporter.packets, 'count')} />
          <Fact name="Flows" value={formatValue(exporter.flows, 'count')} />
          <Fact name="Lost on the way" value={formatValue(exporter.lost, 'count')} />
          <Fact name="Dropped here" value={formatValue(exporter.dropped, 'count')} />
          <Fact name="Templates" value={String(exporter.templates)} />
          <Fact name="Last packet" value={<Ago atMs={exporter.lastPacketMs} />} />
        </dl>
      )}
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
