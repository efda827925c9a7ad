// What flows tell of an exporter: traffic by service, flows, packets, losses, and the exporter's own figures. On the page
// of an exporter, and of a router that sends flows from its own address.
import { useQuery } from '@tanstack/react-query';
import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { FlowExporter } from '../../../shared/contract/index.ts';
import { formatDurationMs } from '../../../shared/model/duration.ts';
import { formatValue } from '../../../shared/units/index.ts';
import { useConnection } from '../../app/connection/context.tsx';
import { useMarks } from '../../app/data/marks.ts';
import { nameOrigin, useNames } from '../../app/data/names.ts';
import { useExporters } from '../../app/data/queries.ts';
import { durationOf, rangeKey } from '../../app/time-range/range.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Ago } from '../../components/times.tsx';
import { exporterPanels, exporterServices, topServicesQuery } from '../../panels/exporter.ts';
import type { Service } from '../../panels/exporter.ts';

type Props = {
  readonly deviceId: string;
  /** Of the exporter's series: `exporter="<address>"`. */
  readonly selector: string;
  readonly address: string;
  readonly intervalMs: number;
};

export const FlowPanels = memo(function FlowPanels({ deviceId, selector, address, intervalMs }: Props): ReactNode {
  const marks = useMarks(deviceId);
  const top = useTopServices(selector);
  const exporter = useExporters().data?.find((one) => one.address === address);
  const services = useMemo(() => (top === undefined ? undefined : exporterServices(selector, top)), [selector, top]);
  const panels = useMemo(() => exporterPanels(selector), [selector]);
  return (
    <div className="lw-grid">
      <div className="lw-wide">
        {services !== undefined && <GraphPanel panel={services} intervalMs={intervalMs} marks={marks} height={240} />}
      </div>
      {exporter !== undefined && <ExporterFacts exporter={exporter} />}
      {panels.map((panel) => (
        <div key={panel.id} className="lw-shrink">
          <GraphPanel panel={panel} intervalMs={intervalMs} marks={marks} />
        </div>
      ))}
    </div>
  );
});

/** First which services are the largest over the range, then their lines: the set must not change within a graph. */
function useTopServices(selector: string): readonly Service[] | undefined {
  const connection = useConnection();
  const { range } = useRange();
  const top = useQuery({
    queryKey: ['instant', 'top services', selector, rangeKey(range)],
    queryFn: async ({ signal }): Promise<Service[]> => {
      const minutes = Math.max(5, Math.ceil(durationOf(range) / 300_000) * 5);
      const window = formatDurationMs(minutes * 60_000);
      const answer = await connection.client.metrics.instant(
        { query: topServicesQuery(selector, window), timeMs: range.kind === 'last' ? connection.now() : range.toMs },
        { signal },
      );
      return answer.samples
        .filter((sample) => sample.value > 0 && sample.labels['dst_port'] !== 'other')
        .toSorted((a, b) => b.value - a.value)
        .map(({ labels }) => ({ protocol: labels['protocol'] ?? '', port: labels['dst_port'] ?? '' }));
    },
    refetchInterval: 60_000,
  });
  return top.data;
}

/** "NetFlow v9", "IPFIX". */
const versionWords = (version: number): string => (version === 10 ? 'IPFIX' : `NetFlow v${version}`);

function ExporterFacts({ exporter }: { readonly exporter: FlowExporter }): ReactNode {
  const called = useNames(useMemo(() => [exporter.address], [exporter.address])).get(exporter.address);
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    ...(called === undefined
      ? []
      : ([
          [
            'Called',
            <span key="called" title={nameOrigin(called)}>
              {called.name}
            </span>,
          ],
        ] as const)),
    ['Sends', exporter.versions.map(versionWords).join(', ')],
    ['Packets', formatValue(exporter.packets, 'count')],
    ['Flows', formatValue(exporter.flows, 'count')],
    ['Lost on the way', formatValue(exporter.lost, 'count')],
    ['Dropped here', formatValue(exporter.dropped, 'count')],
    ['Templates', String(exporter.templates)],
    ['Last packet', <Ago key="last" atMs={exporter.lastPacketMs} />],
  ];
  return (
    <dl className="lw-device-facts lw-wide" data-testid="exporter-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
