// One link beside the map: what it carries now, and the graph of each end that is watched.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary, MapLink, MapNode } from '../../../shared/contract/index.ts';
import { NO_VALUE, formatValue } from '../../../shared/units/index.ts';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Ago } from '../../components/times.tsx';
import { routerTraffic } from '../../panels/router.ts';
import { quoted, regexLiteral } from '../../panels/selector.ts';
import { Facts, LINK_WORDS, portsAt } from './facts.tsx';
import { nodeName } from './node-view.tsx';
import { useLinkRate } from './use-map.ts';

type End = { readonly node: MapNode; readonly device: DeviceSummary | undefined };

type Props = { readonly link: MapLink; readonly a: End; readonly b: End };

export function LinkPanel({ link, a, b }: Props): ReactNode {
  const { aToB, bToA } = useLinkRate(link.id);
  const carries = (bps: number | null): string =>
    bps === null || link.speedBps === null
      ? formatValue(bps, 'bps')
      : `${formatValue(bps, 'bps')}, ${formatValue((100 * bps) / link.speedBps, 'percent')}`;
  return (
    <div className="lw-stack" data-testid="map-link-panel">
      <Facts
        facts={[
          ['State', LINK_WORDS[link.state]],
          ['Speed', link.speedBps === null ? NO_VALUE : formatValue(link.speedBps, 'bps')],
          [`${nodeName(a.node)} sends`, link.state === 'up' ? carries(aToB) : NO_VALUE],
          [`${nodeName(b.node)} sends`, link.state === 'up' ? carries(bToA) : NO_VALUE],
          ['Last heard', link.state === 'up' ? '' : <Ago key="heard" atMs={link.lastHeardMs} />],
        ]}
      />
      <EndGraph link={link} end={a} />
      <EndGraph link={link} end={b} />
      {a.device?.kind !== 'router' && b.device?.kind !== 'router' && (
        <p className="lw-dim">Neither end is a router that is watched.</p>
      )}
    </div>
  );
}

function EndGraph({ link, end: { node, device } }: { readonly link: MapLink; readonly end: End }): ReactNode {
  const ports = portsAt(link, node.id);
  const selector = device?.kind === 'router' ? device.selector : '';
  const panel = useMemo(() => {
    if (ports === '' || selector === '') return undefined;
    const names = ports.split(', ').map((port) => regexLiteral(port));
    return {
      ...routerTraffic(selector, `name=~${quoted(names.join('|'))}`),
      id: `map-${node.id === link.a ? 'a' : 'b'}`,
      title: `${node.name}: ${ports}, out below`,
    };
  }, [ports, selector, node, link.a]);
  if (panel === undefined || device === undefined) return null;
  return <GraphPanel key={panel.title} panel={panel} intervalMs={device.intervalMs} bare syncKey="map" />;
}
