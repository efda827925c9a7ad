// What goes through a device by its flows, or to and from it by those that others tell; and how its own exporting goes.
import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { FlowExporter } from '../../../shared/contract/index.ts';
import { formatValue } from '../../../shared/units/index.ts';
import { useMarks } from '../../app/data/marks.ts';
import { nameOrigin, useNames } from '../../app/data/names.ts';
import { useExporters } from '../../app/data/queries.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { FlowPanel } from '../../components/flow-panel.tsx';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Ago } from '../../components/times.tsx';
import { TopTalkers } from '../../components/top-talkers.tsx';
import { useFlowScope } from '../../components/who-was-that.tsx';
import { exporterPanels } from '../../panels/exporter.ts';

type Props = {
  readonly deviceId: string;
  /** Of the exporter's series: `exporter="<address>"`. */
  readonly selector: string;
  readonly address: string;
  readonly intervalMs: number;
};

export const TrafficTab = memo(function TrafficTab({ deviceId, selector, address, intervalMs }: Props): ReactNode {
  const marks = useMarks(deviceId);
  const scope = useFlowScope();
  const { range } = useRange();
  const exporter = useExporters().data?.find((one) => one.address === address);
  const panels = useMemo(() => (scope?.exporter === undefined ? [] : exporterPanels(selector)), [scope, selector]);
  if (scope === null) return null;
  const isOwn = scope.exporter !== undefined;
  return (
    <div className="lw-grid">
      <div className="lw-wide">
        <FlowPanel
          title={isOwn ? 'Traffic' : 'Traffic to and from it, as routers tell'}
          scope={scope}
          range={range}
          height={260}
        />
      </div>
      <div className="lw-panel">
        <TopTalkers title={isOwn ? 'Hosts' : 'With whom'} scope={scope} by={[isOwn ? 'local' : 'peer']} range={range} />
      </div>
      <div className="lw-panel">
        <TopTalkers
          title={isOwn ? 'Interfaces' : 'Services'}
          scope={scope}
          by={[isOwn ? 'interface' : 'service']}
          range={range}
        />
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
